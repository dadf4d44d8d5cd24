"""What the wire's tests share: the fault rig with a clock that stands still, and a poller on it."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import dataclass

import pytest

from lagtop.demo.cluster import DemoCluster
from lagtop.settings import Settings, parse_bootstrap
from lagtop.snapshot import Ints, Snapshot
from lagtop.wire.poller import Poller

NOON = 1_700_000_000.0
DEADLINE_S = 0.5


@dataclass
class Clock:
    """A clock that stands still until it is moved; seconds since the epoch."""

    now: float = NOON

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
async def cluster(clock: Clock) -> AsyncIterator[DemoCluster]:
    async with DemoCluster("healthy", seed=3, clock=clock, history_s=60) as running:
        yield running


@pytest.fixture
async def poller(cluster: DemoCluster) -> AsyncIterator[Poller]:
    settings = Settings(parse_bootstrap(cluster.bootstrap), deadline_s=DEADLINE_S)
    poller = Poller(settings)
    yield poller
    await poller.close()


async def poll(poller: Poller) -> Snapshot:
    """One poll, which must learn something."""
    update = await poller.poll()
    assert isinstance(update, Snapshot), update
    return update


def rows_of(snapshot: Snapshot, group: str) -> Ints:
    """The commit rows of a group."""
    names = [one.name for one in snapshot.groups]
    rows: Ints = (snapshot.commits.group == names.index(group)).nonzero()[0]
    return rows


def key_of(snapshot: Snapshot, row: int) -> tuple[str, int]:
    """The topic and partition of a commit row."""
    partition = snapshot.commits.partition[row]
    return (
        snapshot.partitions.topics[snapshot.partitions.topic[partition]],
        int(snapshot.partitions.index[partition]),
    )
