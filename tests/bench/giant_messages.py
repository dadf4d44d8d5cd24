"""What the giant cluster says of itself, encoded once by kafka-python before anybody asks."""

from __future__ import annotations

import struct
import uuid
from typing import Any

from lagtop.protocol import messages
from lagtop.protocol.messages import ApiKey
from tests.bench.giant import NODES, Size, group_name, leader_of

VERSIONS = {
    ApiKey.ApiVersions: (0, 4),
    ApiKey.Metadata: (12, 12),
    ApiKey.ListGroups: (5, 5),
    ApiKey.DescribeGroups: (5, 5),
    ApiKey.OffsetFetch: (8, 8),
    ApiKey.ListOffsets: (7, 7),
    ApiKey.DescribeConfigs: (4, 4),
    ApiKey.DescribeLogDirs: (4, 4),
}
THROTTLE = struct.pack(">i", 0)
GIBIBYTE = 2**30


def described(size: Size, number: int) -> bytes:
    """A group's part of an answer to DescribeGroups."""
    response = messages.DescribeGroupsResponse
    members = [member_of(size, number, member) for member in range(size.members_a_group)]
    group = response.DescribedGroup(
        error_code=0, group_id=group_name(number), protocol_type="consumer",
        group_state="Stable" if members else "Empty",
        protocol_data="range" if members else "", members=members,
    )  # fmt: skip
    body = encoded(response(throttle_time_ms=0, groups=[group]), 5)
    return body[len(THROTTLE) + 1 : -1]


def member_of(size: Size, group: int, member: int) -> Any:
    """What a member says of itself."""
    assigned = messages.ConsumerProtocolAssignment
    owned = [
        assigned.TopicPartition(topic=f"topic-{topic:05}", partitions=partitions)
        for topic, partitions in size.owned(group, member)
    ]
    assignment = assigned(assigned_partitions=owned, user_data=None)
    return messages.DescribeGroupsResponse.DescribedGroup.DescribedGroupMember(
        member_id=f"consumer-{group}-{member}-{uuid.UUID(int=group << 32 | member)}",
        group_instance_id=None,
        client_id=f"client-{member}",
        client_host=f"/10.0.{member // 250}.{member % 250}",
        member_metadata=b"",
        member_assignment=bytes(assignment.encode(version=1)),
    )


def listed(size: Size, node: int) -> bytes:
    """The groups that a broker coordinates."""
    state = "Stable" if size.members_a_group else "Empty"
    # Who commits without being a member assign()s itself, and nobody ever joined.
    protocol = "consumer" if size.members_a_group else ""
    groups = [
        messages.ListGroupsResponse.ListedGroup(
            group_id=group_name(n), protocol_type=protocol, group_state=state,
            group_type="classic",
        )
        for n in size.groups_of(node)
    ]  # fmt: skip
    told = messages.ListGroupsResponse(throttle_time_ms=0, error_code=0, groups=groups)
    return encoded(told, 5)


def metadata(size: Size, ports: list[int]) -> bytes:
    """Brokers and topics."""
    response = messages.MetadataResponse
    brokers = [
        response.MetadataResponseBroker(node_id=node, host="127.0.0.1", port=port, rack="")
        for node, port in zip(NODES, ports, strict=True)
    ]
    topics = [topic_of(size, *topic) for topic in enumerate(size.topic_names())]
    told = response(
        throttle_time_ms=0, brokers=brokers, cluster_id="giant", controller_id=1,
        topics=topics, error_code=0,
    )  # fmt: skip
    return encoded(told, 12)


def topic_of(size: Size, number: int, name: str) -> Any:
    """A topic with its partitions."""
    topic = messages.MetadataResponse.MetadataResponseTopic
    first = number * size.partitions_a_topic
    partitions = [
        topic.MetadataResponsePartition(
            error_code=0, partition_index=index, leader_id=leader_of(first + index),
            leader_epoch=0, replica_nodes=replicas(first + index),
            isr_nodes=replicas(first + index), offline_replicas=[],
        )
        for index in range(size.partitions_a_topic)
    ]  # fmt: skip
    made = uuid.UUID(int=number + 1)
    return topic(error_code=0, name=name, topic_id=made, is_internal=False, partitions=partitions)


def log_dirs(size: Size) -> bytes:
    """One directory, and every partition a megabyte."""
    result = messages.DescribeLogDirsResponse.DescribeLogDirsResult
    part = result.DescribeLogDirsTopic.DescribeLogDirsPartition
    parts = [
        part(partition_index=index, partition_size=10**6, offset_lag=0, is_future_key=False)
        for index in range(size.partitions_a_topic)
    ]
    names = size.topic_names()
    topics = [result.DescribeLogDirsTopic(name=name, partitions=parts) for name in names]
    told = result(
        error_code=0, log_dir="/data", topics=topics, total_bytes=GIBIBYTE,
        usable_bytes=GIBIBYTE // 2,
    )  # fmt: skip
    dirs = messages.DescribeLogDirsResponse(throttle_time_ms=0, error_code=0, results=[told])
    return encoded(dirs, 4)


def replicas(partition: int) -> list[int]:
    """Where a partition lies: on two brokers, its leader first."""
    return [int(leader_of(partition)), int(leader_of(partition + 1))]


def encoded(message: Any, version: int) -> bytes:
    """A message's body."""
    return bytes(message.encode(version=version))


def api_versions(version: int) -> bytes:
    """Which versions there are."""
    known = messages.ApiVersionsResponse.ApiVersion
    keys = [
        known(api_key=api, min_version=low, max_version=high)
        for api, (low, high) in VERSIONS.items()
    ]
    return encoded(
        messages.ApiVersionsResponse(error_code=0, api_keys=keys, throttle_time_ms=0), version
    )


def configs(body: bytes) -> bytes:
    """Of every topic that is asked for the same setting."""
    told = messages.DescribeConfigsResponse.DescribeConfigsResult
    asked = messages.DescribeConfigsRequest.decode(body, version=4).resources
    retention = told.DescribeConfigsResourceResult(
        name="retention.ms", value="604800000", read_only=False, config_source=5,
        is_sensitive=False, synonyms=[], config_type=5, documentation=None,
    )  # fmt: skip
    results = [
        told(
            error_code=0, error_message=None, resource_type=one.resource_type,
            resource_name=one.resource_name, configs=[retention],
        )
        for one in asked
    ]  # fmt: skip
    return encoded(messages.DescribeConfigsResponse(throttle_time_ms=0, results=results), 4)
