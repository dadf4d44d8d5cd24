"""Brokers, topics, partitions and their leaders, as Metadata tells them."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from lagtop.protocol.codes import NONE, TOPIC_AUTHORIZATION_FAILED, UNKNOWN_TOPIC, UNKNOWN_TOPIC_ID
from lagtop.protocol.messages import MetadataRequest, MetadataResponse
from lagtop.snapshot import NO_LEADER, Codes, Ints
from lagtop.wire.gaps import gap_for
from lagtop.wire.known import Known
from lagtop.wire.link import Node
from lagtop.wire.question import LinkError, Question, partition, read, text

METADATA_VERSIONS = (1, 13)
REFUSED_VERSIONS = (4, 13)
"""From the one on that takes back the making of topics that are asked for."""
TOLD = frozenset({NONE, UNKNOWN_TOPIC, UNKNOWN_TOPIC_ID, TOPIC_AUTHORIZATION_FAILED})
"""What a broker says of a topic that it knows, or knows to be gone, or does not let us see."""
NEXT_TELLER_S = 1.0
"""After so long another broker is asked for the topology too."""
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
    unsure: topics whose partitions the broker could not tell; they need not be gone.
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
    unsure: frozenset[str] = frozenset()


async def first_topology(nodes: Iterable[Node], known: Known) -> Topology | LinkError | None:
    """The first answer of any broker; who is slow to give one is soon not waited for alone."""
    failure: LinkError | None = None
    tellers, asking = iter(nodes), set[asyncio.Task[Topology]]()
    try:
        while (node := next(tellers, None)) is not None or asking:
            if node is not None:
                asking.add(asyncio.create_task(ask_topology(node, known)))
            patience_s = None if node is None else NEXT_TELLER_S
            done, asking = await asyncio.wait(
                asking, timeout=patience_s, return_when=asyncio.FIRST_COMPLETED
            )
            errors = [told.exception() for told in done]
            failure = failure or next((e for e in errors if isinstance(e, LinkError)), None)
            for told in done:
                if not isinstance(told.exception(), LinkError) and told.result().brokers:
                    return told.result()
    finally:
        for late in asking:
            late.cancel()
    return failure


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
    if code := getattr(response, "error_code", 0):
        raise LinkError(gap_for(code))
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
    if not np.diff(keys).all() or len({one.name for one in topics}) < len(topics):
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
        unsure=frozenset(
            topic.name for topic in topics if topic.error_code not in TOLD and not topic.partitions
        ),
    )


def with_unsure(old: Topology, new: Topology) -> Topology:
    """The new topology, with the partitions that it is unsure of as they were."""
    codes = {name: code for code, name in enumerate(new.topics) if name in new.unsure}
    code_of = np.array([codes.get(name, -1) for name in old.topics], np.int32)
    rows = np.flatnonzero(code_of[old.topic] >= 0)
    if not rows.size:
        return new
    topic = np.append(new.topic, code_of[old.topic[rows]])
    index = np.append(new.index, old.index[rows])
    order = np.lexsort((index, topic))
    ids = dict(zip(old.topics, old.topic_ids, strict=True))
    told = zip(new.topics, new.topic_ids, strict=True)
    return replace(
        new,
        topic_ids=tuple(told_id or ids.get(name, "") for name, told_id in told),
        topic=topic[order],
        index=index[order],
        leader=np.append(new.leader, old.leader[rows])[order],
        replication=_joined(new.replication, old.replication, rows, order),
    )


def _joined(new: Replication, old: Replication, rows: Ints, order: Ints) -> Replication:
    """The replicas of new rows and, after them, of some old `rows`, brought into an order."""
    place, kept = np.argsort(order), np.isin(old.partition, rows)
    before = len(order) - len(rows) + np.searchsorted(rows, old.partition[kept])
    partition = np.append(place[new.partition], place[before]).astype(np.int32)
    by_partition = np.argsort(partition, kind="stable")
    return Replication(
        partition[by_partition],
        np.append(new.node, old.node[kept])[by_partition],
        np.append(new.in_sync, old.in_sync[kept])[by_partition],
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


def unless_equal(old: Topology, new: Topology) -> Topology:
    """The old object while nothing changed, so that what hangs on it need not be made again."""
    same = (
        (old.cluster, old.controller, old.brokers, old.topics, old.topic_ids, old.internal)
        == (new.cluster, new.controller, new.brokers, new.topics, new.topic_ids, new.internal)
        and old.unsure == new.unsure
        and np.array_equal(old.topic, new.topic)
        and np.array_equal(old.index, new.index)
        and np.array_equal(old.leader, new.leader)
    )
    return old if same else new
