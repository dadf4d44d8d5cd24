"""Whichever request of a poll fails, and however: no wrong number, no hang, soon well again."""

from __future__ import annotations

from dataclasses import replace
from functools import cache

import pytest

from lagtop.demo.faults import Mishap
from lagtop.protocol.messages import ApiKey
from tests.wire.quick import quickly
from tests.wire.watched import STORY, Watched, nothing_left, watching

DEADLINE_S = 2.0
TWO_BROKERS = replace(STORY, brokers=2)
SETTLED_REQUESTS = 10
"""More than a poll makes when all is known, also when everything is due."""


async def play() -> int:
    """How many requests the first poll makes, hellos aside."""
    async with watching(DEADLINE_S, TWO_BROKERS) as watched:
        await watched.poll()
        return watched.cluster.count(*(set(ApiKey) - {ApiKey.ApiVersions}))


@cache
def first_requests() -> int:
    return quickly(play())


async def fail_nth(watched: Watched, n: int, once: bool, how: Mishap) -> None:
    watched.cluster.fail_nth_request(n, once, how)
    await watched.polls(1 if once else 2)
    watched.cluster.faults.clear()
    await watched.assert_recovers()


async def fail_each_at_first(once: bool, how: Mishap) -> None:
    # Where all fail from the n-th on, the next n tells next to nothing more.
    for n in range(1, first_requests() + 1, 1 if once else 2):
        async with watching(DEADLINE_S, TWO_BROKERS) as watched:
            await fail_nth(watched, n, once, how)


async def fail_each_later(once: bool, how: Mishap) -> None:
    async with watching(DEADLINE_S, TWO_BROKERS) as watched:
        await watched.settle()
        for n in range(1, SETTLED_REQUESTS + 1):
            await fail_nth(watched, n, once, how)


@pytest.mark.parametrize("once", [True, False], ids=["once", "for good"])
@pytest.mark.parametrize("how", list(Mishap), ids=lambda how: how.name.lower())
def test_whichever_request_fails_nothing_wrong_is_shown_and_two_polls_heal_it(
    how: Mishap, once: bool
) -> None:
    assert first_requests() > 12
    with nothing_left():
        quickly(fail_each_at_first(once, how))
        quickly(fail_each_later(once, how))
