"""What the wire's tests ask of a snapshot, and what the cluster really holds."""

from __future__ import annotations

import asyncio

from lagtop.demo.cluster import DemoCluster
from lagtop.snapshot import Ints, Snapshot
from lagtop.wire.poller import Poller


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


def assert_truth(cluster: DemoCluster, snapshot: Snapshot) -> None:
    """Every end and every commit in the snapshot is the one that the cluster holds."""
    world = cluster.world
    for row in range(len(snapshot.commits.group)):
        group = snapshot.groups[snapshot.commits.group[row]].name
        topic, index = key_of(snapshot, row)
        log_row = world.logs.by_name[topic].row(index)
        assert snapshot.partitions.log_end[snapshot.commits.partition[row]] == world.ends()[log_row]
        committed = world.consumers.committed[world.consumers.row(group, log_row or 0)]
        assert snapshot.commits.committed[row] == committed


async def poll_until_whole(poller: Poller) -> None:
    """Poll until every broker answers again."""
    poller.interval_s = 0.1
    async with asyncio.timeout(20):
        async for update in poller:
            if isinstance(update, Snapshot) and not any(one.gap.reason for one in update.brokers):
                return
