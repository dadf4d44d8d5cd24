"""Metadata answers, made a topology.

Of a hundred thousand partitions the flexible versions are read straight to numpy columns: all of a
topic have the same length, as long as they have as many replicas and as many of them in sync. What
is not so is walked one by one. Older versions, and an answer that has what no broker sends yet, are
left to kafka-python. Tests hold both equal.

Layout: Kafka's MetadataResponse.json.
"""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np

from lagtop.protocol.codes import NONE, TOPIC_AUTHORIZATION_FAILED, UNKNOWN_TOPIC, UNKNOWN_TOPIC_ID
from lagtop.protocol.messages import MetadataResponse
from lagtop.snapshot import NO_LEADER, Ints
from lagtop.wire.columns import gathered
from lagtop.wire.cursor import Cursor
from lagtop.wire.gaps import gap_for
from lagtop.wire.layout import INDEX_BITS, find
from lagtop.wire.question import Answer, LinkError, partition, read, readable, text
from lagtop.wire.topology import Replication, Topology

COLUMNAR_VERSIONS = range(9, 14)
TOPIC_IDS_SINCE, OPERATIONS_UNTIL, ERROR_SINCE = 10, 10, 13
TOLD = frozenset({NONE, UNKNOWN_TOPIC, UNKNOWN_TOPIC_ID, TOPIC_AUTHORIZATION_FAILED})
"""What a broker says of a topic that it knows, or knows to be gone, or does not let us see."""
PART = np.dtype([("error", ">i2"), ("index", ">i4"), ("leader", ">i4"), ("epoch", ">i4")])
NODE = np.dtype([("id", ">i4")])
LONGEST = 0x7F
"""Of a list's length that has one byte, as it is sent; 0 is null."""
NODE_MASK = (1 << INDEX_BITS) - 1
_NO_ID = "0" * 32

BrokerFacts = tuple[int, str, int, str]
"""Node id, host, port, rack."""
Lists = tuple[int, int, int, int, int]


class _Topic(NamedTuple):
    error: int
    name: str
    topic_id: str
    internal: bool
    partitions: int


@dataclass(frozen=True, slots=True, eq=False)
class _Told:
    """An answer, in its own order; all arrays are int64.

    index, leader, replicas, in_sync: of each partition, the last two how many it has; replica,
    in_sync_node: their node ids, partition by partition.
    """

    error: int
    cluster: str
    controller: int
    brokers: tuple[BrokerFacts, ...]
    topics: list[_Topic]
    index: Ints
    leader: Ints
    replicas: Ints
    in_sync: Ints
    replica: Ints
    in_sync_node: Ints


class _UnusualError(Exception):
    """What columns do not hold: a list that is null or long, a field of the future."""


def read_topology(answer: Answer) -> Topology:
    """Read a Metadata answer; topics without a name are left out; raises LinkError."""
    if answer.version in COLUMNAR_VERSIONS:
        with suppress(_UnusualError), readable(MetadataResponse, answer):
            return _topology(_columnar(answer.body, answer.version))
    return read(MetadataResponse, answer, lambda response: _topology(_general(response)))


def _columnar(body: bytes, version: int) -> _Told:
    cursor, parts, topics = Cursor(body), _Parts(), list[_Topic]()
    cursor.take(4)
    brokers = tuple(_read_broker(cursor) for _ in range(cursor.count()))
    cluster, controller = cursor.text(), cursor.int32()
    for _ in range(cursor.count()):
        error, name = cursor.int16(), cursor.text()
        topic_id = cursor.take(16).hex() if version >= TOPIC_IDS_SINCE else _NO_ID
        internal = cursor.take(1) != b"\x00"
        topics.append(_Topic(error, name, topic_id, internal, parts.read(cursor)))
        cursor.take(4)
        cursor.tags()
    if version <= OPERATIONS_UNTIL:
        cursor.take(4)
    error = cursor.int16() if version >= ERROR_SINCE else NONE
    return _Told(error, cluster, controller, brokers, topics, *parts.columns(body))


def _read_broker(cursor: Cursor) -> BrokerFacts:
    node, host, port, rack = cursor.int32(), cursor.text(), cursor.int32(), cursor.text()
    cursor.tags()
    return node, host, port, rack


class _Parts:
    """Collects where partitions begin and how long their lists are, to read all in one gather."""

    def __init__(self) -> None:
        self._starts: list[int] = []
        self._replicas: list[int] = []
        self._in_sync: list[int] = []

    def read(self, cursor: Cursor) -> int:
        """Pass over a topic's partitions; how many there are."""
        count, data = cursor.count(), cursor.data
        if not count:
            return 0
        first = _lists(data, cursor.at)
        if count > 1 and _are_alike(data, cursor.at, first, count):
            stride = first[-1] - cursor.at
            stop = cursor.at + count * stride
            self._add(range(cursor.at, stop, stride), data, first)
            cursor.at = stop
            return count
        for _ in range(count):
            lists = _lists(data, cursor.at)
            self._add((cursor.at,), data, lists)
            cursor.at = lists[-1]
        return count

    def _add(self, starts: Sequence[int], data: bytes, lists: Lists) -> None:
        replicas, in_sync, *_ = lists
        self._starts += starts
        self._replicas += [data[replicas] - 1] * len(starts)
        self._in_sync += [data[in_sync] - 1] * len(starts)

    def columns(self, data: bytes) -> tuple[Ints, Ints, Ints, Ints, Ints, Ints]:
        """Index, leader, replicas and in_sync, replica and in_sync_node: as in _Told."""
        starts = np.array(self._starts, np.int64)
        replicas, in_sync = np.array(self._replicas, np.int64), np.array(self._in_sync, np.int64)
        parts = gathered(data, starts, np.ones(len(starts), np.int64), PART)
        replicas_at = starts + PART.itemsize + 1
        in_sync_at = replicas_at + replicas * NODE.itemsize + 1
        return (
            parts["index"].astype(np.int64),
            parts["leader"].astype(np.int64),
            replicas,
            in_sync,
            gathered(data, replicas_at, replicas, NODE)["id"].astype(np.int64),
            gathered(data, in_sync_at, in_sync, NODE)["id"].astype(np.int64),
        )


def _lists(data: bytes, start: int) -> Lists:
    """Where the lengths of a partition's three lists stand, its tags, and the next partition."""
    try:
        replicas = start + PART.itemsize
        in_sync = replicas + data[replicas] * NODE.itemsize - 3
        offline = in_sync + data[in_sync] * NODE.itemsize - 3
        tags = offline + data[offline] * NODE.itemsize - 3
        lengths = data[replicas], data[in_sync], data[offline]
        if not 0 < min(lengths) <= max(lengths) <= LONGEST or data[tags]:
            raise _UnusualError
    except IndexError:
        raise _UnusualError from None
    return replicas, in_sync, offline, tags, tags + 1


def _are_alike(data: bytes, start: int, first: Lists, count: int) -> bool:
    """Whether so many partitions have lists as long as those of the first."""
    *lengths, end = first
    stop = start + count * (end - start)
    return stop <= len(data) and not any(
        data[at : stop : end - start].strip(data[at : at + 1]) for at in lengths
    )


def _general(response: Any) -> _Told:
    parts = [part for topic in response.topics for part in topic.partitions]
    columns = (
        [partition(part.partition_index) for part in parts],
        [part.leader_id for part in parts],
        [len(part.replica_nodes) for part in parts],
        [len(part.isr_nodes) for part in parts],
        [node for part in parts for node in part.replica_nodes],
        [node for part in parts for node in part.isr_nodes],
    )
    return _Told(
        getattr(response, "error_code", NONE),
        response.cluster_id or "",
        response.controller_id,
        tuple((one.node_id, one.host, one.port, one.rack or "") for one in response.brokers),
        [
            _Topic(
                one.error_code, one.name or "", _hex(one.topic_id), bool(one.is_internal),
                len(one.partitions),
            )
            for one in response.topics
        ],
        *(np.array(column, np.int64) for column in columns),
    )  # fmt: skip


def _hex(topic_id: object) -> str:
    return str(topic_id or _NO_ID).replace("-", "")


def _topology(told: _Told) -> Topology:
    """Bring an answer in order; raises ValueError where it makes no sense."""
    if told.error:
        raise LinkError(gap_for(told.error))
    codes = sorted(
        (code for code, topic in enumerate(told.topics) if topic.name),
        key=lambda code: told.topics[code].name,
    )
    topics = [told.topics[code] for code in codes]
    rank = np.full(len(told.topics), -1, np.int64)
    rank[codes] = np.arange(len(codes))
    topic = np.repeat(rank, [one.partitions for one in told.topics])
    order = np.lexsort((told.index, topic))[int((topic < 0).sum()) :]
    topic, index = topic[order], told.index[order]
    _check_once(topics, topic, index)
    return Topology(
        cluster=told.cluster,
        controller=told.controller,
        brokers=tuple(map(_broker, told.brokers)),
        topics=tuple(text(one.name) for one in topics),
        topic_ids=tuple("" if one.topic_id == _NO_ID else one.topic_id for one in topics),
        internal=tuple(one.internal for one in topics),
        topic=topic.astype(np.int32),
        index=index.astype(np.int32),
        leader=np.maximum(told.leader[order], NO_LEADER).astype(np.int32),
        replication=_replication(told, order),
        unsure=frozenset(
            one.name for one in topics if one.error not in TOLD and not one.partitions
        ),
    )


def _check_once(topics: Sequence[_Topic], topic: Ints, index: Ints) -> None:
    if (index < 0).any():
        raise ValueError("a partition's number is negative")
    names = {one.name for one in topics}
    if len(names) < len(topics) or not np.diff(topic << INDEX_BITS | index).all():
        raise ValueError("a partition is there twice")


def _replication(told: _Told, order: Ints) -> Replication:
    """The replicas of partitions in this order."""
    place = np.full(len(told.index), -1, np.int64)
    place[order] = np.arange(len(order))
    of, in_sync_of = (np.repeat(place, counts) for counts in (told.replicas, told.in_sync))
    in_sync = np.sort(in_sync_of << INDEX_BITS | told.in_sync_node & NODE_MASK)
    rows = np.argsort(of, kind="stable")[int((of < 0).sum()) :]
    of, node = of[rows], told.replica[rows]
    return Replication(
        partition=of.astype(np.int32),
        node=node.astype(np.int32),
        in_sync=find(in_sync, of << INDEX_BITS | node & NODE_MASK) >= 0,
    )


def _broker(broker: BrokerFacts) -> BrokerFacts:
    _, host, port, _ = broker
    if not 0 < port < 65536:
        raise ValueError(f"{port} is no port")
    text(host)
    return broker
