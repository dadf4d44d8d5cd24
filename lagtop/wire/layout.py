"""Where each fact goes: the order of a snapshot's rows, kept while nothing comes or goes.

A layout is dear to make and cheap to use: while topology, the shape of the OffsetFetch answers and
the assignments stay the same, a poll only scatters numbers into known rows.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from lagtop.snapshot import NO_LEADER, NOBODY, Codes, Ints
from lagtop.wire.columns import Columns
from lagtop.wire.groups import Owned
from lagtop.wire.topology import Topology

INDEX_BITS = 32
NOWHERE = -1


@dataclass(frozen=True, slots=True)
class Assigned:
    """A member's row in the snapshot, its group's row, and what it owns."""

    member: int
    group: int
    owned: Owned


@dataclass(frozen=True, slots=True, eq=False)
class PartitionTable:
    """The partition rows, ordered by topic and index.

    topics, topic_ids, internal: T entries. key (int64[P]): topic << 32 | index, ascending;
    topic, index, leader (int32[P]); deleted (bool[P]): only a commit or a member still names it.
    """

    topics: tuple[str, ...]
    topic_ids: tuple[str, ...]
    internal: tuple[bool, ...]
    key: Ints
    topic: Codes
    index: Codes
    leader: Codes
    deleted: NDArray[np.bool_]

    def missing(self, known: Sequence[str]) -> frozenset[str]:
        """Topics that are not among `known`, of which only a commit or a member names some."""
        if not self.deleted.any():
            return frozenset()
        named = {self.topics[code] for code in np.unique(self.topic[self.deleted]).tolist()}
        return frozenset(named.difference(known))

    def keys(self, topics: Sequence[str], counts: Ints, index: Codes) -> Ints:
        """The keys (int64[R]) of partitions given as spans of topics; -1 for a topic not here."""
        codes = {name: code for code, name in enumerate(self.topics)}
        spans = np.array([codes.get(name, NOWHERE) for name in topics], np.int64)
        topic = np.repeat(spans, counts)
        return np.where(topic < 0, NOWHERE, topic << INDEX_BITS | index)

    def rows(self, topics: Sequence[str], counts: Ints, index: Codes) -> Ints:
        """The rows (int64[R]) of such partitions; -1 for what is not here."""
        return find(self.key, self.keys(topics, counts, index))


@dataclass(frozen=True, slots=True, eq=False)
class Layout:
    """The rows of a snapshot: partitions, and commits ordered by group and partition.

    group, partition, member (int32[N]): the commit rows; places: for each coordinator, where
    (int32[R]) the values of its answer go, -1 for those that are not shown. topics_read: the topics
    that some group reads.
    """

    table: PartitionTable
    group: Codes
    partition: Codes
    member: Codes
    places: Mapping[int, Codes]
    topics_read: tuple[str, ...]


def make_table(
    topology: Topology, answers: Mapping[int, Columns], assigned: Sequence[Assigned]
) -> PartitionTable:
    """Lay out every partition that the cluster has, or that a commit or a member names."""
    known = dict(
        zip(
            topology.topics,
            zip(topology.topic_ids, topology.internal, strict=True),
            strict=True,
        )
    )
    named = {name for answer in answers.values() for name in answer.topics}
    named.update(name for one in assigned for name in one.owned)
    topics = tuple(sorted(named.union(known)))
    facts = [known.get(name, ("", False)) for name in topics]
    no_key, none = np.zeros(0, np.int64), np.zeros(0, np.int32)
    bare = PartitionTable(
        topics,
        tuple(topic_id for topic_id, _ in facts),
        tuple(internal for _, internal in facts),
        no_key, none, none, none, np.zeros(0, np.bool_),
    )  # fmt: skip
    return _fill(bare, topology, answers, assigned)


def _fill(
    bare: PartitionTable,
    topology: Topology,
    answers: Mapping[int, Columns],
    assigned: Sequence[Assigned],
) -> PartitionTable:
    counts = np.bincount(topology.topic, minlength=len(topology.topics))
    alive = bare.keys(topology.topics, counts, topology.index)
    committed = [bare.keys(one.topics, one.counts, one.index) for one in answers.values()]
    key = distinct(np.concatenate([alive, *committed, _owned(bare, assigned)[0]]))
    leader = np.full(len(key), NO_LEADER, np.int32)
    deleted = np.ones(len(key), np.bool_)
    at = np.searchsorted(key, alive)
    leader[at], deleted[at] = topology.leader, False
    topic, index = (key >> INDEX_BITS).astype(np.int32), key.astype(np.int32)
    return replace(bare, key=key, topic=topic, index=index, leader=leader, deleted=deleted)


def make_layout(
    table: PartitionTable,
    answers: Mapping[int, Columns],
    groups: Mapping[str, int],
    owners: Mapping[str, int],
    assigned: Sequence[Assigned],
) -> Layout:
    """Lay out every partition that a group has committed or owns.

    `groups` are rows by name; `owners` say which coordinator's answer counts for a group.
    """
    base = max(len(table.key), 1)
    keys = {
        node: _commit_keys(table, answer, base, _rows_of(answer, groups, owners, node))
        for node, answer in answers.items()
    }
    owned_keys, owned_groups, owned_members = _owned(table, assigned)
    owned = owned_groups * base + np.searchsorted(table.key, owned_keys)
    rows = distinct(np.concatenate([*keys.values(), owned]))
    rows = rows[rows >= 0]
    member = np.full(len(rows), NOBODY, np.int32)
    member[np.searchsorted(rows, owned)] = owned_members
    return Layout(
        table=table,
        group=(rows // base).astype(np.int32),
        partition=(rows % base).astype(np.int32),
        member=member,
        places={node: find(rows, some).astype(np.int32) for node, some in keys.items()},
        topics_read=_topics_of(table, rows % base),
    )


def same_rows(old: Layout | None, new: Layout) -> Layout:
    """Keep the old arrays of commit rows where they are equal: history then need not move."""
    if old is None or not (
        np.array_equal(old.group, new.group) and np.array_equal(old.partition, new.partition)
    ):
        return new
    return replace(new, group=old.group, partition=old.partition)


def _topics_of(table: PartitionTable, partitions: Ints) -> tuple[str, ...]:
    alive = partitions[~table.deleted[partitions]]
    return tuple(table.topics[code] for code in np.unique(table.topic[alive]).tolist())


def distinct(keys: Ints) -> Ints:
    """Each key once, ascending; `np.unique` hashes them, which takes 16 times as long."""
    ascending = np.sort(keys)
    is_new = np.ones(len(keys), np.bool_)
    np.not_equal(ascending[1:], ascending[:-1], out=is_new[1:])
    return ascending[is_new]


def find(sorted_keys: Ints, keys: Ints) -> Ints:
    """Where each of `keys` stands in `sorted_keys`, -1 where it does not (int64)."""
    if not len(sorted_keys):
        return np.full(len(keys), NOWHERE, np.int64)
    at = np.minimum(np.searchsorted(sorted_keys, keys), len(sorted_keys) - 1)
    return np.where(sorted_keys[at] == keys, at, NOWHERE)


def _rows_of(
    answer: Columns, groups: Mapping[str, int], owners: Mapping[str, int], node: int
) -> Ints:
    """The group row of each span, -1 where another coordinator answers for the group now."""
    spans = [
        groups.get(name, NOWHERE) if owners.get(name) == node else NOWHERE for name in answer.owners
    ]
    return np.array(spans, np.int64)


def _commit_keys(table: PartitionTable, answer: Columns, base: int, spans: Ints) -> Ints:
    group = np.repeat(spans, answer.counts)
    partition = table.rows(answer.topics, answer.counts, answer.index)
    return np.where((group < 0) | (partition < 0), NOWHERE, group * base + partition)


def _owned(table: PartitionTable, assigned: Sequence[Assigned]) -> tuple[Ints, Ints, Ints]:
    """Keys, groups and members (int64) of every partition that a member owns."""
    spans = [
        (topic, indexes, one.group, one.member)
        for one in assigned
        for topic, indexes in one.owned.items()
    ]
    counts = np.array([len(indexes) for _, indexes, _, _ in spans], np.int64)
    index = np.frombuffer(b"".join(indexes for _, indexes, _, _ in spans), np.int32)
    keys = table.keys([topic for topic, _, _, _ in spans], counts, index)
    owners = np.array([(group, member) for _, _, group, member in spans], np.int64).reshape(-1, 2)
    return keys, np.repeat(owners[:, 0], counts), np.repeat(owners[:, 1], counts)
