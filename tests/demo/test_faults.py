"""Each fault does what it says, to whom it says, and nothing else."""

from __future__ import annotations

import asyncio
import sys

import pytest
from kafka.protocol.admin.groups import DeleteGroupsRequest

from lagtop.demo.cluster import DemoCluster
from lagtop.protocol.messages import ApiKey

from .asking import NOON, Clock, Tell, fetching, listing, listing_groups, metadata_of

PATIENCE_S = 0.15


async def is_silent(tell: Tell, broker: int) -> bool:
    """Whether a broker lets our patience end without an answer."""
    try:
        async with asyncio.timeout(PATIENCE_S):
            await tell(broker, listing_groups(), 5)
    except TimeoutError:
        return True
    return False


async def answers(tell: Tell, broker: int) -> bool:
    """Whether a broker answers, however long that takes."""
    return bool((await tell(broker, listing_groups(), 5)).error_code == 0)


async def hangs_up(tell: Tell, broker: int) -> bool:
    """Whether a broker closes the connection in place of an answer, or refuses it."""
    try:
        await tell(broker, listing_groups(), 5)
    except (asyncio.IncompleteReadError, ConnectionError):
        return True
    return False


async def test_a_silent_broker_never_answers(cluster: DemoCluster, tell: Tell) -> None:
    cluster.silence(2)

    assert await is_silent(tell, 2)
    assert await answers(tell, 1)
    cluster.faults.clear()
    assert await answers(tell, 2)


async def test_a_delay_holds_back_one_kind_of_answer_of_one_broker(
    cluster: DemoCluster, tell: Tell
) -> None:
    cluster.delay(1, ApiKey.ListGroups, 3_600.0)

    assert await is_silent(tell, 1)
    assert await answers(tell, 2)
    assert (await tell(1, metadata_of("orders"), 9)).topics[0].name == "orders"


async def test_a_killed_broker_refuses_and_comes_back_on_its_port(
    cluster: DemoCluster, tell: Tell
) -> None:
    address = cluster.address(2)

    await cluster.kill(2)
    assert await hangs_up(tell, 2)
    assert cluster.world.alive == (1, 3)
    assert 2 not in cluster.world.leaders
    await cluster.revive(2)

    assert cluster.address(2) == address
    assert await answers(tell, 2)
    assert 2 in cluster.world.leaders


async def test_open_connections_to_a_killed_broker_close(cluster: DemoCluster) -> None:
    address = cluster.address(3)
    reader, writer = await asyncio.open_connection(address.host, address.port)

    await cluster.kill(3)

    assert await reader.read() == b""
    writer.close()


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux drops what its backlog cannot hold")
async def test_a_vanished_broker_neither_accepts_nor_refuses(
    cluster: DemoCluster, tell: Tell
) -> None:
    cluster.vanish(2)
    await cluster.settle()

    assert await is_silent(tell, 2)
    assert await answers(tell, 1)
    assert cluster.world.alive == (1, 2, 3)
    await cluster.revive(2)
    assert await answers(tell, 2)


async def test_the_storys_outage_closes_and_opens_the_broker(
    cluster: DemoCluster, clock: Clock, tell: Tell
) -> None:
    clock.now = NOON + 41.0
    await cluster.settle()
    assert await hangs_up(tell, 3)

    clock.now = NOON + 76.0
    await cluster.settle()
    assert await answers(tell, 3)


async def test_partitions_without_a_living_replica_are_offline(
    cluster: DemoCluster, clock: Clock, tell: Tell
) -> None:
    clock.now = NOON + 41.0

    response = await tell(1, metadata_of("telemetry"), 12)

    errors = {(part.error_code, part.leader_id == -1) for part in response.topics[0].partitions}
    assert errors == {(0, False), (5, True)}


@pytest.mark.parametrize("after_bytes", [0, 2, 4, 30])
async def test_a_cut_breaks_the_answer_off(
    cluster: DemoCluster, tell: Tell, after_bytes: int
) -> None:
    cluster.cut(1, ApiKey.ListGroups, after_bytes)

    with pytest.raises(asyncio.IncompleteReadError):
        await tell(1, listing_groups(), 5)
    assert await answers(tell, 2)


async def test_garbage_carries_a_wrong_correlation_id(cluster: DemoCluster, tell: Tell) -> None:
    cluster.garble(1)

    spoiled, fine = [await tell(broker, listing_groups(), 5) for broker in (1, 2)]

    assert spoiled.header.correlation_id != 5
    assert fine.header.correlation_id == 5


async def test_the_nth_request_is_hung_up_on_once(cluster: DemoCluster, tell: Tell) -> None:
    cluster.fail_nth_request(3)

    assert [await hangs_up(tell, broker) for broker in (1, 2, 3, 1)] == [False, False, True, False]


async def test_from_the_nth_request_on_all_are_hung_up_on(cluster: DemoCluster, tell: Tell) -> None:
    cluster.fail_nth_request(2, once=False)

    assert [await hangs_up(tell, broker) for broker in (1, 2, 3)] == [False, True, True]


async def test_an_error_stays_with_its_group_and_wears_off(
    cluster: DemoCluster, tell: Tell
) -> None:
    world = cluster.world
    first, second = [name for name in world.consumers.by_name if world.coordinator(name) == 1][:2]
    cluster.error(ApiKey.OffsetFetch, 14, group=first, times=2)

    codes = [
        [group.error_code for group in (await tell(1, fetching(first, second), 9)).groups]
        for _ in range(3)
    ]

    assert codes == [[14, 0], [14, 0], [0, 0]]


async def test_an_error_stays_with_its_partition(cluster: DemoCluster, tell: Tell) -> None:
    cluster.error(ApiKey.OffsetFetch, 29, group="billing", topic="orders", partition=7)
    coordinator = cluster.world.coordinator("billing")

    response = await tell(coordinator, fetching("billing"), 9)

    parts = response.groups[0].topics[0].partitions
    assert [part.partition_index for part in parts if part.error_code == 29] == [7]
    assert [part.committed_offset for part in parts if part.error_code == 29] == [-1]


async def test_an_error_on_a_topic_covers_its_partitions(cluster: DemoCluster, tell: Tell) -> None:
    cluster.error(ApiKey.ListOffsets, 29, topic="orders")

    response = await tell(1, listing("orders", 0, 1, 2, timestamp=-1), 7)
    metadata = await tell(1, metadata_of("orders"), 12)

    assert [part.error_code for part in response.topics[0].partitions] == [29, 29, 29]
    assert metadata.topics[0].error_code == 0


async def test_an_error_that_names_nothing_is_the_whole_answers(
    cluster: DemoCluster, tell: Tell
) -> None:
    cluster.error(ApiKey.ListGroups, 14)

    assert (await tell(2, listing_groups(), 5)).error_code == 14


async def test_requests_are_counted_with_who_asked(cluster: DemoCluster, tell: Tell) -> None:
    await tell(1, listing_groups(), 5)
    await tell(2, fetching("billing"), 9)

    assert [(r.broker, r.api, r.version, r.client_id) for r in cluster.requests] == [
        (1, ApiKey.ListGroups, 5, "tester"),
        (2, ApiKey.OffsetFetch, 9, "tester"),
    ]
    assert cluster.count(ApiKey.ListGroups) == 1
    assert cluster.count() == 2


async def test_a_request_that_would_write_is_logged_and_refused(
    cluster: DemoCluster, tell: Tell
) -> None:
    with pytest.raises(asyncio.IncompleteReadError):
        await tell(1, DeleteGroupsRequest(groups_names=["billing"]), 2)

    assert [request.api for request in cluster.requests] == [ApiKey.DeleteGroups]
