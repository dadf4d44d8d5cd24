"""Every version of every API is answered as kafka-python's own classes read it."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any

import pytest

from lagtop.demo.apis import APIS
from lagtop.demo.cluster import DemoCluster
from lagtop.protocol import messages as m
from lagtop.protocol.messages import ApiKey

from .asking import (
    NOON,
    Clock,
    Tell,
    configs_of,
    fetching,
    fetching_one,
    find,
    listing,
    metadata_of,
    records_of,
)

SERVED = [(key, v) for key, api in APIS.items() for v in range(api.oldest, api.newest + 1)]


def request_for(key: ApiKey, version: int) -> Any:
    """Some request of an API that is right at this version."""
    if key == ApiKey.OffsetFetch and version < 8:
        return fetching_one("billing", "orders", 0, 1)
    if key == ApiKey.FindCoordinator:
        return find("billing", version=version)
    requests: dict[ApiKey, Callable[[], Any]] = {
        ApiKey.Produce: lambda: m.ProduceRequest(
            transactional_id=None, acks=-1, timeout_ms=1000, topic_data=[]
        ),
        ApiKey.Fetch: lambda: records_of("invoices.DLQ", 0, 10),
        ApiKey.ListOffsets: lambda: listing("orders", 0, 1, timestamp=-1),
        ApiKey.Metadata: lambda: metadata_of("orders"),
        ApiKey.OffsetFetch: lambda: fetching("billing"),
        ApiKey.DescribeGroups: lambda: m.DescribeGroupsRequest(groups=["billing"]),
        ApiKey.ListGroups: lambda: m.ListGroupsRequest(states_filter=[], types_filter=[]),
        ApiKey.ApiVersions: lambda: m.ApiVersionsRequest(
            client_software_name="t", client_software_version="1"
        ),
        ApiKey.DescribeConfigs: lambda: configs_of("raw-events"),
        ApiKey.DescribeLogDirs: lambda: m.DescribeLogDirsRequest(topics=None),
        ApiKey.DescribeCluster: lambda: m.DescribeClusterRequest(endpoint_type=1),
        ApiKey.DescribeClientQuotas: lambda: m.DescribeClientQuotasRequest(
            components=[], strict=False
        ),
        ApiKey.ConsumerGroupDescribe: lambda: m.ConsumerGroupDescribeRequest(group_ids=["clicks"]),
    }
    return requests[key]()


@pytest.mark.parametrize(("key", "version"), SERVED, ids=[f"{k.name}-{v}" for k, v in SERVED])
async def test_every_version_is_answered(tell: Tell, key: ApiKey, version: int) -> None:
    response = await tell(1, request_for(key, version), version)

    assert response.header.correlation_id == 5
    assert response.version == version


async def test_api_versions_says_what_is_served(tell: Tell) -> None:
    response = await tell(1, request_for(ApiKey.ApiVersions, 4), 4)

    told = {row.api_key: (row.min_version, row.max_version) for row in response.api_keys}
    assert told == {key: (api.oldest, api.newest) for key, api in APIS.items()}


async def test_api_versions_that_are_too_new_are_told_so_in_version_0(
    cluster: DemoCluster,
) -> None:
    address = cluster.address(1)
    reader, writer = await asyncio.open_connection(address.host, address.port)

    writer.write(bytes.fromhex("0000000b0012000900000007ffff00"))
    length = int.from_bytes(await reader.readexactly(4), "big")
    response = m.ApiVersionsResponse.decode(
        await reader.readexactly(length), version=0, header=True
    )
    writer.close()

    assert (response.error_code, response.header.correlation_id) == (35, 7)
    assert len(response.api_keys) == len(APIS)


async def test_metadata_names_every_topic_broker_and_leader(
    cluster: DemoCluster, tell: Tell
) -> None:
    response = await tell(2, m.MetadataRequest(topics=None), 13)

    logs = cluster.world.logs
    assert {topic.name for topic in response.topics} == set(logs.by_name)
    assert {b.node_id: b.port for b in response.brokers} == {
        node: cluster.address(node).port for node in (1, 2, 3)
    }
    for topic in response.topics:
        log = logs.by_name[topic.name]
        assert topic.topic_id == log.topic_id
        leaders = [part.leader_id for part in topic.partitions]
        assert leaders == cluster.world.leaders[log.rows].tolist()


async def test_a_topic_can_be_asked_for_by_its_id(cluster: DemoCluster, tell: Tell) -> None:
    request = m.MetadataRequest
    topic_id = cluster.world.logs.by_name["orders"].topic_id
    wanted = request.MetadataRequestTopic(topic_id=topic_id, name=None)

    response = await tell(1, request(topics=[wanted]), 12)

    assert [topic.name for topic in response.topics] == ["orders"]


async def test_a_topic_that_is_not_there_is_unknown(tell: Tell) -> None:
    response = await tell(1, metadata_of("nowhere"), 12)

    assert [topic.error_code for topic in response.topics] == [3]


async def test_many_coordinators_are_found_at_once(cluster: DemoCluster, tell: Tell) -> None:
    names = list(cluster.world.consumers.by_name)

    response = await tell(1, find(*names, version=6), 6)

    found = {row.key: row.node_id for row in response.coordinators}
    assert found == {name: cluster.world.coordinator(name) for name in names}


async def test_groups_are_listed_by_their_coordinator_and_by_filter(
    cluster: DemoCluster, tell: Tell
) -> None:
    request = m.ListGroupsRequest
    everything: set[str] = set()
    empty: set[str] = set()
    modern: set[str] = set()
    for broker in (1, 2, 3):
        for found, states, types in (
            (everything, [], []),
            (empty, ["Empty"], []),
            (modern, [], ["consumer"]),
        ):
            answer = await tell(broker, request(states_filter=states, types_filter=types), 5)
            found |= {group.group_id for group in answer.groups}

    groups = cluster.world.consumers.by_name
    assert everything == set(groups)
    assert empty == {"audit", "nightly-archive"}
    assert modern == {name for name, group in groups.items() if group.spec.type == "consumer"}


async def test_classic_members_and_their_partitions_are_described(
    cluster: DemoCluster, tell: Tell
) -> None:
    coordinator = cluster.world.coordinator("billing")

    response = await tell(coordinator, m.DescribeGroupsRequest(groups=["billing"]), 6)

    (group,) = response.groups
    owned = [
        (piece.topic, index)
        for member in group.members
        for piece in m.ConsumerProtocolAssignment.decode(
            bytes(member.member_assignment)
        ).assigned_partitions
        for index in piece.partitions
    ]
    assert (group.group_state, group.protocol_data) == ("Stable", "cooperative-sticky")
    assert len(group.members) == 6
    assert sorted(owned) == [("orders", index) for index in range(24)]


async def test_new_groups_are_described_with_topic_ids(cluster: DemoCluster, tell: Tell) -> None:
    coordinator = cluster.world.coordinator("clicks")
    request = m.ConsumerGroupDescribeRequest(group_ids=["clicks"])

    response = await tell(coordinator, request, 1)

    (group,) = response.groups
    pieces = [p for member in group.members for p in member.assignment.topic_partitions]
    assert (group.group_state, group.assignor_name) == ("Stable", "uniform")
    assert {p.topic_id for p in pieces} == {cluster.world.logs.by_name["sessions"].topic_id}
    assert sorted(index for p in pieces for index in p.partitions) == list(range(16))


async def test_a_group_of_the_other_protocol_is_not_found(cluster: DemoCluster, tell: Tell) -> None:
    of_clicks, of_billing = (cluster.world.coordinator(name) for name in ("clicks", "billing"))

    classic = await tell(of_clicks, m.DescribeGroupsRequest(groups=["clicks"]), 6)
    older = await tell(of_clicks, m.DescribeGroupsRequest(groups=["clicks"]), 5)
    modern = await tell(of_billing, m.ConsumerGroupDescribeRequest(group_ids=["billing"]), 1)

    assert classic.groups[0].error_code == modern.groups[0].error_code == 69
    assert (older.groups[0].error_code, older.groups[0].group_state) == (0, "Dead")


async def test_a_rebalance_takes_partitions_away(
    cluster: DemoCluster, clock: Clock, tell: Tell
) -> None:
    clock.now = NOON + 13.0
    coordinator = cluster.world.coordinator("recommendations")

    response = await tell(coordinator, m.DescribeGroupsRequest(groups=["recommendations"]), 6)

    (group,) = response.groups
    assert group.group_state == "PreparingRebalance"
    assert {bytes(member.member_assignment) for member in group.members} == {b""}


async def test_a_short_retention_is_in_the_configs(tell: Tell) -> None:
    response = await tell(1, configs_of("raw-events"), 4)

    values = {config.name: config.value for config in response.results[0].configs}
    assert values["retention.ms"] == "600000"


async def test_log_dirs_weigh_the_replicas_of_their_broker(
    cluster: DemoCluster, tell: Tell
) -> None:
    weighed = 0
    for broker in (1, 2, 3):
        response = await tell(broker, m.DescribeLogDirsRequest(topics=None), 4)
        weighed += sum(len(topic.partitions) for topic in response.results[0].topics)

    specs = cluster.story.topics
    assert weighed == sum(spec.partitions * spec.replicas for spec in specs)


@pytest.mark.parametrize(
    "frame", [b"\x00\x00\x00\x00", b"GET / HTTP/1.1\r\n\r\n", b"\x00\x00\x00\x0a" + b"\x00" * 10]
)
async def test_what_is_not_served_closes_the_connection(cluster: DemoCluster, frame: bytes) -> None:
    address = cluster.address(1)
    reader, writer = await asyncio.open_connection(address.host, address.port)

    writer.write(frame)

    assert await reader.read() == b""
    writer.close()
