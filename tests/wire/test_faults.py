"""Each fault stays where it belongs, costs little, and heals."""

from __future__ import annotations

import asyncio

import numpy as np
import pytest

from lagtop.demo.cluster import DemoCluster
from lagtop.protocol.messages import ApiKey
from lagtop.settings import Settings, parse_bootstrap
from lagtop.snapshot import UNKNOWN, Failure, Snapshot
from lagtop.wire.access import Access
from lagtop.wire.clock import Clock as SteadyClock
from lagtop.wire.link import SHORTEST_DEADLINE_S, Link
from lagtop.wire.poller import Poller
from lagtop.wire.question import LinkError
from lagtop.wire.tellers import ask_topology
from tests.wire.conftest import DEADLINE_S, Clock, healthy
from tests.wire.quick import LoopClock, quickly
from tests.wire.truth import assert_truth, key_of, poll, poll_until_whole, rows_of


async def test_a_group_error_stays_with_the_group(cluster: DemoCluster, poller: Poller) -> None:
    cluster.error(ApiKey.OffsetFetch, 30, group="search")

    snapshot = await poll(poller)

    rows = rows_of(snapshot, "search")
    assert set(snapshot.commits.committed[rows].tolist()) <= {UNKNOWN}
    gaps = {group.name: group.gap.reason for group in snapshot.groups}
    assert gaps["search"] == "no DESCRIBE on group search"
    assert {reason for name, reason in gaps.items() if name != "search"} == {""}


async def test_a_partition_error_stays_with_the_partition(
    cluster: DemoCluster, poller: Poller
) -> None:
    cluster.error(ApiKey.ListOffsets, 29, topic="payments", partition=5)

    snapshot = await poll(poller)

    unknown = [
        (snapshot.partitions.topics[topic], index)
        for topic, index, end in zip(
            snapshot.partitions.topic.tolist(),
            snapshot.partitions.index.tolist(),
            snapshot.partitions.log_end.tolist(),
            strict=True,
        )
        if end == UNKNOWN and not snapshot.partitions.internal[topic]
    ]
    assert unknown == [("payments", 5)]
    row = np.flatnonzero(snapshot.partitions.log_end == UNKNOWN)
    reasons = {snapshot.gaps[snapshot.partitions.gap[one]].reason for one in row}
    assert "no DESCRIBE on topic payments" in reasons


async def test_a_silent_broker_costs_one_deadline_and_then_nothing(
    cluster: DemoCluster, poller: Poller
) -> None:
    await poll(poller)
    cluster.silence(2)
    held_up = await poll(poller)

    loop = asyncio.get_running_loop()
    began = loop.time()
    for _ in range(5):
        snapshot = await poll(poller)
    took_s = loop.time() - began

    assert held_up.cost.wall_s >= 0.9 * SHORTEST_DEADLINE_S
    assert took_s < 5 * SHORTEST_DEADLINE_S
    assert [broker.gap.code for broker in snapshot.brokers] == ["ok", "timeout", "ok"]


async def test_numbers_of_a_silent_broker_grow_old_and_the_others_go_on(
    cluster: DemoCluster, poller: Poller, clock: Clock
) -> None:
    before = await poll(poller)
    cluster.silence(2)
    clock.now += 5
    after = await poll(poller)

    led_by_2 = after.partitions.leader == 2
    asked = ~np.isnan(after.partitions.read_at)
    old, new = asked & led_by_2, asked & ~led_by_2
    assert np.array_equal(after.partitions.log_end[old], before.partitions.log_end[old])
    assert np.array_equal(after.partitions.read_at[old], before.partitions.read_at[old])
    assert (after.partitions.read_at[new] > before.partitions.read_at[new]).all()
    assert {after.gaps[gap].code for gap in after.partitions.gap[old]} == {"timeout"}


async def test_a_broker_that_comes_back_is_read_again(
    cluster: DemoCluster, poller: Poller, clock: Clock
) -> None:
    await poll(poller)
    cluster.silence(2)
    await poll(poller)
    cluster.faults.clear()

    await poll_until_whole(poller)

    clock.now += 3
    assert_truth(cluster, await poll(poller))


async def test_a_dead_broker_leaves_the_rest_true(
    cluster: DemoCluster, poller: Poller, clock: Clock
) -> None:
    await poll(poller)
    await cluster.kill(3)
    clock.now += 4
    await poll(poller)

    snapshot = await poll(poller)

    assert snapshot.brokers[2].gap.code == "unreachable"
    known = snapshot.partitions.log_end != UNKNOWN
    asked = ~np.array(snapshot.partitions.internal)[snapshot.partitions.topic]
    assert 3 not in snapshot.partitions.leader[asked]
    assert (snapshot.partitions.leader[asked & ~known] == -1).all()
    assert (asked & known).any()


async def test_a_moved_coordinator_is_found_by_the_next_poll(
    cluster: DemoCluster, poller: Poller, clock: Clock
) -> None:
    first = await poll(poller)
    group = next(group for group in first.groups if group.name == "search")
    cluster.move_coordinator("search", 1 + group.coordinator % 3)
    clock.now += 6
    await poll(poller)

    assert_truth(cluster, await poll(poller))


async def test_a_moved_leader_is_found_by_the_next_poll(
    cluster: DemoCluster, poller: Poller, clock: Clock
) -> None:
    first = await poll(poller)
    row = first.commits.partition[rows_of(first, "payments")[5]]
    old = int(first.partitions.leader[row])
    cluster.move_leader("payments", 5, 1 + old % 3)
    clock.now += 6
    await poll(poller)

    snapshot = await poll(poller)

    assert snapshot.partitions.leader[row] == 1 + old % 3
    assert_truth(cluster, snapshot)


@pytest.mark.parametrize("api", [ApiKey.OffsetFetch, ApiKey.ListOffsets, ApiKey.ListGroups])
async def test_an_answer_cut_short_is_a_gap_and_heals(
    cluster: DemoCluster, poller: Poller, api: ApiKey
) -> None:
    cluster.cut(1, api, after_bytes=20)
    snapshot = await poll(poller)
    assert snapshot.brokers[0].gap.code == "unreachable"

    cluster.faults.clear()
    await poll_until_whole(poller)


async def test_a_wrong_correlation_id_is_a_gap(cluster: DemoCluster, poller: Poller) -> None:
    await poll(poller)
    cluster.garble(2)

    snapshot = await poll(poller)

    assert [bool(broker.gap.reason) for broker in snapshot.brokers] == [False, True, False]


@pytest.mark.parametrize("once", [True, False])
def test_whichever_request_fails_no_wrong_number_is_shown(once: bool) -> None:
    quickly(fail_each(once))


async def fail_each(once: bool) -> None:
    async with healthy(Clock()) as cluster:
        for n in range(1, 16):
            cluster.faults.clear()
            cluster.fail_nth_request(n, once=once)
            poller = Poller(
                Settings(parse_bootstrap(cluster.bootstrap), deadline_s=DEADLINE_S),
                clock=LoopClock(),
            )
            try:
                update = await poller.poll()
            finally:
                await poller.close()
            assert_nothing_wrong(cluster, update)


def assert_nothing_wrong(cluster: DemoCluster, update: Snapshot | Failure) -> None:
    """What is given as known is true."""
    if isinstance(update, Failure):
        assert update.what
        return
    world = cluster.world
    for row in np.flatnonzero(update.commits.committed >= 0).tolist():
        group = update.groups[update.commits.group[row]].name
        topic, index = key_of(update, row)
        log_row = world.logs.by_name[topic].row(index)
        end = update.partitions.log_end[update.commits.partition[row]]
        assert end in (UNKNOWN, world.ends()[log_row])
        truth = world.consumers.committed[world.consumers.row(group, log_row or 0)]
        assert update.commits.committed[row] == truth


async def test_a_broker_that_leaves_while_it_is_called_is_let_go_of(cluster: DemoCluster) -> None:
    host, port = parse_bootstrap(cluster.bootstrap)[0]
    node = Link(SteadyClock(), DEADLINE_S, Access()).node(host, port)
    opening = asyncio.create_task(node.connect())
    await asyncio.sleep(0)

    await node.close()

    with pytest.raises(ConnectionAbortedError):
        await opening
    with pytest.raises(LinkError):
        await ask_topology(node)
    assert node._calling is None
