"""The cluster's shape: brokers, topics, partitions, their leaders and their replicas."""

from __future__ import annotations

from dataclasses import dataclass, field, replace

import numpy as np
from numpy.typing import NDArray

from lagtop.snapshot import Codes, Ints


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
