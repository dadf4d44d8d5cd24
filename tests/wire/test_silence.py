"""Who falls silent: why is told truly, it is called again in time, and no poll waits for many."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import replace
from itertools import pairwise
from typing import Any

import pytest

from lagtop.snapshot import Snapshot
from lagtop.wire.access import Access
from lagtop.wire.known import Known
from lagtop.wire.link import SHORTEST_DEADLINE_S, Node
from lagtop.wire.tellers import ask_topology
from lagtop.wire.topology import Topology
from tests.wire.quick import quickly
from tests.wire.watched import STORY, Watched, watching

VICTIM = 2
MINUTE_S = 60.0
BROKERS = 60


def live(day: Callable[[Watched], Awaitable[None]], brokers: int = 3) -> None:
    """Play a day on a cluster that was well."""

    async def play() -> None:
        async with watching(story=replace(STORY, brokers=brokers)) as watched:
            await watched.settle()
            await day(watched)

    quickly(play())


def test_who_did_not_answer_is_not_said_to_have_closed_the_connection() -> None:
    async def day(watched: Watched) -> None:
        node = watched.poller._link.nodes[VICTIM]
        watched.cluster.silence(VICTIM)
        first = asyncio.create_task(ask_topology(node, Known()))
        await asyncio.sleep(1)
        second = asyncio.create_task(ask_topology(node, Known()))
        told = await asyncio.gather(first, second, return_exceptions=True)

        assert len({str(error) for error in told}) == 1
        assert "did not answer in 2.0 s" in str(told[0])
        assert node.gap is not None
        assert node.gap.code == "timeout"

    live(day)


def test_what_the_last_call_met_is_what_is_told() -> None:
    async def day(watched: Watched) -> None:
        watched.cluster.silence(VICTIM)
        await watched.polls(1)
        await watched.cluster._brokers[VICTIM].stop()

        update = await watched.polls(2)

        assert isinstance(update, Snapshot)
        assert "connection refused" in update.brokers[VICTIM - 1].gap.reason

    live(day)


def test_a_call_that_vanishes_is_followed_by_the_next_at_once(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    called: list[float] = []
    opens = Access.open

    async def counted(access: Access, *address: Any) -> Any:
        called.append(asyncio.get_running_loop().time())
        return await opens(access, *address)

    async def day(watched: Watched) -> None:
        watched.cluster.vanish(VICTIM)
        await watched.polls(1)
        monkeypatch.setattr(Access, "open", counted)
        await asyncio.sleep(MINUTE_S)

        assert len(called) > MINUTE_S / SHORTEST_DEADLINE_S - 2
        between = [later - earlier for earlier, later in pairwise(called)]
        assert between == pytest.approx([SHORTEST_DEADLINE_S] * len(between), abs=0.2)

    live(day)


def test_no_poll_asks_one_broker_after_the_other_when_all_fall_silent() -> None:
    async def day(watched: Watched) -> None:
        for broker in range(1, BROKERS + 1):
            watched.cluster.silence(broker)
        watched.poller._survey.doubt_topology()

        await watched.polls(1)  # it must end in time

    live(day, BROKERS)


def test_a_poll_in_which_nobody_tells_the_topology_asks_for_it_once(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    asked: list[Node] = []

    async def counted(node: Node, known: Known) -> Topology:
        asked.append(node)
        return await ask_topology(node, known)

    async def day(watched: Watched) -> None:
        survey, link = watched.poller._survey, watched.poller._link
        await survey.close()
        survey._bootstrap = tuple(link.node("localhost", one.port) for one in link.nodes.values())
        for broker in link.nodes:
            watched.cluster.silence(broker)
        survey.doubt_topology()
        monkeypatch.setattr("lagtop.wire.tellers.ask_topology", counted)
        await watched.polls(1)

        assert asked == [*link.nodes.values()]

    live(day)
