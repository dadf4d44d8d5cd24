"""Brokers, topics, partitions and their leaders, as Metadata tells them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from lagtop.protocol.messages import MetadataRequest, MetadataResponse
from lagtop.snapshot import NO_LEADER, Codes
from lagtop.wire.gaps import TOPIC_AUTHORIZATION_FAILED
from lagtop.wire.known import Known
from lagtop.wire.link import Node
from lagtop.wire.question import Question, partition, read, text

METADATA_VERSIONS = (1, 13)
REFUSED_VERSIONS = (4, 13)
"""From the one on that takes back the making of topics that are asked for."""
_NO_ID = "0" * 32


@dataclass(frozen=True, slots=True, eq=False)
class Replication:
    """Where each partition's replicas lie: R rows, the preferred one of each partition first.

    partition (int32[R]): row in the topology; node (int32[R]); in_sync (bool[R]).
    """

    partition: Codes = field(default_factory=lambda: np.zeros(0, np.int32))
    node: Codes = field(default_factory=lambda: np.zeros(0, np.int32))
    in_sync: NDArray[np.bool_] = field(default_factory=lambda: np.zeros(0, np.bool_))


@dataclass(frozen=True, slots=True, eq=False)
class Topology:
    """The cluster's shape: brokers as (node id, host, port, rack); topics in order of name.

    topic, index, leader (int32[P]): one row a partition, ordered by topic and index.
    """

    cluster: str = ""
    controller: int = -1
    brokers: tuple[tuple[int, str, int, str], ...] = ()
    topics: tuple[str, ...] = ()
    topic_ids: tuple[str, ...] = ()
    internal: tuple[bool, ...] = ()
    topic: Codes = field(default_factory=lambda: np.zeros(0, np.int32))
    index: Codes = field(default_factory=lambda: np.zeros(0, np.int32))
    leader: Codes = field(default_factory=lambda: np.zeros(0, np.int32))
    replication: Replication = Replication()


async def ask_topology(node: Node, known: Known | None = None) -> Topology:
    """Ask one broker for the whole cluster; raises LinkError."""
    message = MetadataRequest(
        topics=None,
        allow_auto_topic_creation=False,
        include_cluster_authorized_operations=False,
        include_topic_authorized_operations=False,
    )
    answer = await node.ask(Question.of(message, MetadataResponse, METADATA_VERSIONS))
    known = known or Known()
    return known.read(node.name, None, MetadataResponse, answer, read_topology)


async def ask_refused(node: Node, topics: Sequence[str]) -> frozenset[str]:
    """Which of these topics we may not describe: asked for by name, they are refused by name."""
    message = MetadataRequest(
        topics=[MetadataRequest.MetadataRequestTopic(name=topic) for topic in topics],
        allow_auto_topic_creation=False,
        include_cluster_authorized_operations=False,
        include_topic_authorized_operations=False,
    )
    answer = await node.ask(Question.of(message, MetadataResponse, REFUSED_VERSIONS))
    return read(MetadataResponse, answer, _read_refused)


def _read_refused(response: Any) -> frozenset[str]:
    refused = (one for one in response.topics if one.error_code == TOPIC_AUTHORIZATION_FAILED)
    return frozenset(text(one.name) for one in refused if one.name)


def read_topology(response: MetadataResponse) -> Topology:
    """Turn a Metadata response into columns; topics without a name are left out.

    Raises ValueError, or nearly anything, where a stranger's answer makes no sense.
    """
    topics = sorted(
        (topic for topic in response.topics if topic.name), key=lambda topic: str(topic.name)
    )
    parts = [
        (code, part)
        for code, topic in enumerate(topics)
        for part in sorted(topic.partitions, key=lambda part: int(part.partition_index))
    ]
    rows = [(code, partition(part.partition_index), part.leader_id) for code, part in parts]
    columns = np.array(rows, np.int32).reshape(-1, 3).T.copy()
    keys = columns[0].astype(np.int64) << 32 | columns[1]
    if len(np.unique(keys)) < len(keys) or len({one.name for one in topics}) < len(topics):
        raise ValueError("a partition is there twice")
    return Topology(
        cluster=response.cluster_id or "",
        controller=response.controller_id,
        brokers=tuple(map(_broker, response.brokers)),
        topics=tuple(text(topic.name) for topic in topics),
        topic_ids=tuple(_hex(topic.topic_id) for topic in topics),
        internal=tuple(bool(topic.is_internal) for topic in topics),
        topic=columns[0],
        index=columns[1],
        leader=np.maximum(columns[2], NO_LEADER),
        replication=_replication([part for _, part in parts]),
    )


def _replication(parts: Sequence[Any]) -> Replication:
    counts = [len(part.replica_nodes) for part in parts]
    nodes = [node for part in parts for node in part.replica_nodes]
    in_sync = [node in part.isr_nodes for part in parts for node in part.replica_nodes]
    return Replication(
        partition=np.repeat(np.arange(len(parts), dtype=np.int32), counts),
        node=np.array(nodes, np.int32),
        in_sync=np.array(in_sync, np.bool_),
    )


def _broker(broker: Any) -> tuple[int, str, int, str]:
    if not 0 < broker.port < 65536:
        raise ValueError(f"{broker.port} is no port")
    return broker.node_id, text(broker.host), broker.port, broker.rack or ""


def _hex(topic_id: object) -> str:
    text = str(topic_id or "").replace("-", "")
    return "" if text == _NO_ID else text
