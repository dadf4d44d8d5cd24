"""What the wire's tests share: the fault rig with a clock that stands still, and a poller on it."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass

import pytest

from lagtop.demo.cluster import DemoCluster
from lagtop.settings import Settings, parse_bootstrap
from lagtop.wire.poller import Poller
from tests.wire.answers import serving

NOON = 1_700_000_000.0
DEADLINE_S = 3.0
"""Long enough for a busy machine to answer, and no longer than a test may wait for a silence."""


@dataclass
class Clock:
    """A clock that stands still until it is moved; seconds since the epoch."""

    now: float = NOON

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


def healthy(clock: Clock) -> DemoCluster:
    """The cluster of most tests, to be entered."""
    return DemoCluster("healthy", seed=3, clock=clock, history_s=60)


@pytest.fixture
async def cluster(clock: Clock) -> AsyncIterator[DemoCluster]:
    async with healthy(clock) as running:
        yield running


@pytest.fixture
async def poller(cluster: DemoCluster) -> AsyncIterator[Poller]:
    settings = Settings(parse_bootstrap(cluster.bootstrap), deadline_s=DEADLINE_S)
    poller = Poller(settings)
    yield poller
    await poller.close()


@pytest.fixture
def address() -> Iterator[str]:
    """Of metrics endpoints, good ones and others."""
    with serving() as port:
        yield f"http://127.0.0.1:{port}"
