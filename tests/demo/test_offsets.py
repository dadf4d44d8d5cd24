"""Committed offsets and log offsets, as a client is told of them."""

from __future__ import annotations

from typing import Any

import pytest

from lagtop.demo.cluster import DemoCluster
from lagtop.protocol import messages as m

from .asking import NOON, Clock, Tell, fetching, fetching_one, listing


async def test_commits_of_many_groups_come_at_once(cluster: DemoCluster, tell: Tell) -> None:
    world = cluster.world
    mine = [name for name in world.consumers.by_name if world.coordinator(name) == 1]

    response = await tell(1, fetching(*mine), 9)

    for group in response.groups:
        rows = world.consumers.by_name[group.group_id].rows
        committed = [(part.committed_offset) for topic in group.topics for part in topic.partitions]
        stored = [offset for offset in world.consumers.committed[rows].tolist() if offset >= 0]
        assert group.error_code in (0, 30)
        assert committed == ([] if group.error_code else stored)


async def test_a_partition_without_a_commit_is_minus_one_when_asked_for(
    cluster: DemoCluster, tell: Tell
) -> None:
    coordinator = cluster.world.coordinator("newsletter")

    named = await tell(coordinator, fetching_one("newsletter", "emails", 0, 1), 7)
    everything = await tell(coordinator, fetching("newsletter"), 8)

    assert [part.committed_offset for part in named.topics[0].partitions] == [-1, -1]
    assert everything.groups[0].topics == []


async def test_some_commits_carry_metadata(cluster: DemoCluster, tell: Tell) -> None:
    coordinator = cluster.world.coordinator("shipping-status")

    response = await tell(coordinator, fetching("shipping-status"), 8)

    notes = [part.metadata for part in response.groups[0].topics[0].partitions]
    assert set(notes) == {"", "v2 checkpoint"}


async def test_a_group_that_we_may_not_see_says_so(cluster: DemoCluster, tell: Tell) -> None:
    coordinator = cluster.world.coordinator("mailer")

    fetched = await tell(coordinator, fetching("mailer"), 8)
    described = await tell(coordinator, m.DescribeGroupsRequest(groups=["mailer"]), 5)

    assert fetched.groups[0].error_code == described.groups[0].error_code == 30


async def list_one(
    cluster: DemoCluster, tell: Tell, topic: str, timestamp: int, isolation: int = 0
) -> Any:
    """What the leader of a topic's partition 0 says of it."""
    world = cluster.advance()
    leader = int(world.leaders[world.logs.by_name[topic].first])
    request = listing(topic, 0, timestamp=timestamp, isolation=isolation)
    response = await tell(leader, request, 10)
    return response.topics[0].partitions[0]


async def test_logs_tell_where_they_start_end_and_are_stable(
    cluster: DemoCluster, clock: Clock, tell: Tell
) -> None:
    clock.now = NOON + 30.0
    world = cluster.advance()
    row = world.logs.by_name["ledger"].first

    start = await list_one(cluster, tell, "ledger", -2)
    end = await list_one(cluster, tell, "ledger", -1)
    stable = await list_one(cluster, tell, "ledger", -1, isolation=1)

    assert start.offset == world.logs.starts[row]
    assert end.offset == world.ends()[row]
    assert stable.offset == world.stable()[row] < end.offset


@pytest.mark.parametrize("seconds_ago", [1, 17, 300, 1_500])
async def test_an_offset_is_found_by_time(
    cluster: DemoCluster, clock: Clock, tell: Tell, seconds_ago: int
) -> None:
    clock.now = NOON + 100.0
    cluster.advance()
    wanted = round((clock.now - seconds_ago) * 1_000)

    found = await list_one(cluster, tell, "orders", wanted)
    again = await list_one(cluster, tell, "orders", found.timestamp)

    assert 0 <= found.timestamp - wanted < 5_000
    assert again.timestamp == found.timestamp
    assert again.offset <= found.offset


async def test_the_future_holds_no_offset(cluster: DemoCluster, clock: Clock, tell: Tell) -> None:
    found = await list_one(cluster, tell, "orders", round((clock.now + 3_600) * 1_000))

    assert (found.offset, found.timestamp, found.error_code) == (-1, -1, 0)


async def test_the_newest_record_is_the_last(
    cluster: DemoCluster, clock: Clock, tell: Tell
) -> None:
    clock.now = NOON + 60.0

    newest = await list_one(cluster, tell, "orders", -3)
    end = await list_one(cluster, tell, "orders", -1)

    assert newest.offset == end.offset - 1
    assert 0 <= clock.now * 1_000 - newest.timestamp < 5_000


async def test_only_the_leader_answers_for_a_partition(cluster: DemoCluster, tell: Tell) -> None:
    leader = int(cluster.world.leaders[cluster.world.logs.by_name["orders"].first])
    other = leader % 3 + 1

    response = await tell(other, listing("orders", 0, 99, timestamp=-1), 7)

    assert [part.error_code for part in response.topics[0].partitions] == [6, 3]
