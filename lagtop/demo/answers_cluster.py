"""Answers about the cluster itself: versions, metadata, coordinators, configs, disks."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any
from uuid import UUID

from lagtop.demo.ask import Ask
from lagtop.demo.logs import RECORD_BYTES, TopicLog
from lagtop.protocol.codes import (
    COORDINATOR_NOT_AVAILABLE,
    LEADER_NOT_AVAILABLE,
    UNKNOWN_TOPIC,
    UNKNOWN_TOPIC_ID,
)
from lagtop.protocol.messages import (
    DescribeClusterResponse,
    DescribeConfigsResponse,
    DescribeLogDirsResponse,
    FindCoordinatorResponse,
    MetadataResponse,
)
from lagtop.snapshot import NO_LEADER

DISK_BYTES = 2 * 10**12
TOPIC_RESOURCE = 2
BROKER_RESOURCE = 4
DYNAMIC_TOPIC_CONFIG = 1
DEFAULT_CONFIG = 5
LONG_CONFIG = 5
NO_ID = UUID(int=0)


def metadata(ask: Ask) -> Any:
    """Brokers, and the topics asked for by name or id; null (in v0 an empty list) means all."""
    wanted = ask.body.topics
    everything = wanted is None or (ask.version == 0 and not wanted)
    logs = ask.world.logs.by_name
    topics = (
        [_topic(ask, log) for log in logs.values()]
        if everything
        else [_asked_topic(ask, topic) for topic in wanted]
    )
    brokers = [
        MetadataResponse.MetadataResponseBroker(
            node_id=node, host=address.host, port=address.port, rack=f"rack-{node}"
        )
        for node, address in _living(ask)
    ]
    return MetadataResponse(
        throttle_time_ms=0,
        brokers=brokers,
        cluster_id=ask.world.story.cluster_id,
        controller_id=ask.world.controller,
        topics=topics,
        error_code=ask.error(),
    )


def find_coordinator(ask: Ask) -> Any:
    """The coordinators of groups: one up to v3, many from v4 on (KIP-699)."""
    if ask.version < 4:
        found = _coordinator(ask, ask.body.key)
        return FindCoordinatorResponse(throttle_time_ms=0, error_message=None, **found)
    keys = ask.body.coordinator_keys
    return FindCoordinatorResponse(
        throttle_time_ms=0,
        coordinators=[
            FindCoordinatorResponse.Coordinator(
                key=key, error_message=None, **_coordinator(ask, key)
            )
            for key in keys
        ],
    )


def describe_cluster(ask: Ask) -> Any:
    """The living brokers and the controller."""
    return DescribeClusterResponse(
        throttle_time_ms=0,
        error_code=ask.error(),
        error_message=None,
        endpoint_type=1,
        cluster_id=ask.world.story.cluster_id,
        controller_id=ask.world.controller,
        brokers=[
            DescribeClusterResponse.DescribeClusterBroker(
                broker_id=node,
                host=address.host,
                port=address.port,
                rack=f"rack-{node}",
                is_fenced=False,
            )
            for node, address in _living(ask)
        ],
    )


def describe_configs(ask: Ask) -> Any:
    """How long topics keep their records; brokers have defaults."""
    results = []
    for resource in ask.body.resources:
        error, configs = _configs(ask, resource.resource_type, resource.resource_name)
        asked = resource.configuration_keys
        results.append(
            DescribeConfigsResponse.DescribeConfigsResult(
                error_code=error,
                error_message=None,
                resource_type=resource.resource_type,
                resource_name=resource.resource_name,
                configs=[
                    _config(key, *value)
                    for key, value in configs.items()
                    if asked is None or key in asked
                ],
            )
        )
    return DescribeConfigsResponse(throttle_time_ms=0, results=results)


def describe_log_dirs(ask: Ask) -> Any:
    """What the partitions on this broker weigh, at 240 bytes a record."""
    logs = ask.world.logs.by_name
    asked: dict[str, Iterable[int]] = {
        name: range(log.spec.partitions) for name, log in logs.items()
    }
    if ask.body.topics is not None:
        asked = {item.topic: item.partitions for item in ask.body.topics if item.topic in logs}
    topics = [_weighed(ask, logs[name], indexes) for name, indexes in asked.items()]
    result = DescribeLogDirsResponse.DescribeLogDirsResult(
        error_code=ask.error(),
        log_dir="/var/lib/kafka/data",
        topics=[topic for topic in topics if topic.partitions],
        total_bytes=DISK_BYTES,
        usable_bytes=DISK_BYTES // 2,
        is_cordoned=False,
    )
    return DescribeLogDirsResponse(throttle_time_ms=0, error_code=0, results=[result])


def _living(ask: Ask) -> Iterable[tuple[int, Any]]:
    return [(node, ask.addresses[node]) for node in ask.world.alive]


def _asked_topic(ask: Ask, wanted: Any) -> Any:
    by_id = wanted.name is None
    logs = ask.world.logs.by_name
    if by_id:
        log = next((log for log in logs.values() if log.topic_id == wanted.topic_id), None)
    else:
        log = logs.get(wanted.name)
    if log is not None:
        return _topic(ask, log)
    return MetadataResponse.MetadataResponseTopic(
        error_code=UNKNOWN_TOPIC_ID if by_id else UNKNOWN_TOPIC,
        name=wanted.name,
        topic_id=wanted.topic_id if by_id else NO_ID,
        is_internal=False,
        partitions=[],
    )


def _topic(ask: Ask, log: TopicLog) -> Any:
    error = ask.error(topic=log.spec.name)
    numbers = [] if error else range(log.spec.partitions)
    return MetadataResponse.MetadataResponseTopic(
        error_code=error,
        name=log.spec.name,
        topic_id=log.topic_id,
        is_internal=log.spec.internal,
        partitions=[_partition(ask, log, index) for index in numbers],
    )


def _partition(ask: Ask, log: TopicLog, index: int) -> Any:
    leader = int(ask.world.leaders[log.first + index])
    replicas = ask.world.leadership.replicas(log.spec, index)
    alive = ask.world.alive
    error = ask.error(topic=log.spec.name, partition=index)
    return MetadataResponse.MetadataResponseTopic.MetadataResponsePartition(
        error_code=error or (LEADER_NOT_AVAILABLE if leader == NO_LEADER else 0),
        partition_index=index,
        leader_id=leader,
        leader_epoch=int(ask.world.epochs[log.first + index]),
        replica_nodes=list(replicas),
        isr_nodes=[node for node in replicas if node in alive],
        offline_replicas=[node for node in replicas if node not in alive],
    )


def _coordinator(ask: Ask, key: str) -> dict[str, Any]:
    error, node = ask.error(group=key), ask.world.coordinator(key)
    if error or node == NO_LEADER:
        code = error or COORDINATOR_NOT_AVAILABLE
        return {"error_code": code, "node_id": NO_LEADER, "host": "", "port": -1}
    address = ask.addresses[node]
    return {"error_code": 0, "node_id": node, "host": address.host, "port": address.port}


def _weighed(ask: Ask, log: TopicLog, indexes: Iterable[int]) -> Any:
    described = DescribeLogDirsResponse.DescribeLogDirsResult.DescribeLogDirsTopic
    records = ask.world.ends()[log.rows] - ask.world.logs.starts[log.rows]
    here = [i for i in indexes if ask.node in ask.world.leadership.replicas(log.spec, i)]
    return described(
        name=log.spec.name,
        partitions=[
            described.DescribeLogDirsPartition(
                partition_index=index,
                partition_size=int(records[index]) * RECORD_BYTES,
                offset_lag=0,
                is_future_key=False,
            )
            for index in here
        ],
    )


def _configs(ask: Ask, kind: int, name: str) -> tuple[int, dict[str, tuple[str, bool]]]:
    if kind == BROKER_RESOURCE:
        return 0, {"log.retention.ms": ("604800000", True), "num.network.threads": ("3", True)}
    log = ask.world.logs.by_name.get(name)
    if kind != TOPIC_RESOURCE or log is None:
        return UNKNOWN_TOPIC, {}
    return ask.error(topic=name), {
        "cleanup.policy": ("compact" if log.spec.internal else "delete", not log.spec.internal),
        "retention.ms": (str(round(log.spec.retention_s * 1_000)), False),
        "retention.bytes": ("-1", True),
        "segment.ms": ("604800000", True),
        "segment.bytes": ("1073741824", True),
    }


def _config(name: str, value: str, default: bool) -> Any:
    return DescribeConfigsResponse.DescribeConfigsResult.DescribeConfigsResourceResult(
        name=name,
        value=value,
        read_only=False,
        config_source=DEFAULT_CONFIG if default else DYNAMIC_TOPIC_CONFIG,
        is_default=default,
        is_sensitive=False,
        synonyms=[],
        config_type=LONG_CONFIG,
        documentation=None,
    )
