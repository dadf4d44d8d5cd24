"""A Snapshot of some groups and topics alone, so that sums and alerts are of those too."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, replace

import numpy as np

from lagtop.analysis.layout import GONE
from lagtop.analysis.report import Flags
from lagtop.snapshot import NOBODY, Codes, Commits, Ints, Member, Partitions, Replicas, Snapshot

Pattern = re.Pattern[str]


@dataclass(frozen=True, slots=True, eq=False)
class _Cut:
    """What was kept of the last snapshot: row numbers of each table, and the new key columns."""

    of: tuple[tuple[Codes, ...], tuple[str, ...], tuple[str, ...]]
    topics: Ints
    partitions: Ints
    groups: Ints
    rows: Ints
    topic: Codes
    index: Codes
    group: Codes
    partition: Codes


class Narrow:
    """Leaves out what neither pattern finds; the key columns stay the same objects between polls.

    A group without any row of a wanted topic is left out too, and so is a topic that no wanted
    group reads, when groups are chosen.
    """

    def __init__(self, groups: Pattern | None = None, topics: Pattern | None = None) -> None:
        self._groups, self._topics = groups, topics
        self._last: _Cut | None = None
        self._last_replicas: tuple[Replicas, _Cut, Replicas] | None = None

    def __call__(self, snapshot: Snapshot) -> Snapshot:
        """The same snapshot, narrowed."""
        if self._groups is None and self._topics is None:
            return snapshot
        cut = self._last = self._cut(snapshot)
        members, owner = _members(snapshot, cut)
        return replace(
            snapshot,
            groups=tuple(snapshot.groups[row] for row in cut.groups.tolist()),
            members=members,
            partitions=_partitions(snapshot.partitions, cut),
            commits=_commits(snapshot.commits, cut, owner),
            replicas=self._replicas(snapshot, cut),
            bytes_each=None if snapshot.bytes_each is None else snapshot.bytes_each[cut.partitions],
        )

    def _replicas(self, snapshot: Snapshot, cut: _Cut) -> Replicas | None:
        """The same object too while it is cut out of the same."""
        old = snapshot.replicas
        if old is None:
            return None
        if self._last_replicas is None or self._last_replicas[:2] != (old, cut):
            place = _places(cut.partitions, len(snapshot.partitions.topic))[old.partition]
            kept = place != GONE
            new = Replicas(place[kept], old.node[kept], old.in_sync[kept], old.preferred[kept])
            self._last_replicas = old, cut, new
        return self._last_replicas[2]

    def _cut(self, snapshot: Snapshot) -> _Cut:
        commits, partitions = snapshot.commits, snapshot.partitions
        keys = (commits.group, commits.partition, partitions.topic, partitions.index)
        names = tuple(group.name for group in snapshot.groups)
        of = (keys, partitions.topics, names)
        if self._last is not None and of[1:] == self._last.of[1:] and _same(keys, self._last.of[0]):
            return self._last
        topic = partitions.topic[commits.partition]
        rows = _found(self._groups, names)[commits.group]
        rows &= _found(self._topics, partitions.topics)[topic]
        wanted_groups, wanted_topics = self._wanted(snapshot, names, rows, topic)
        topics, groups = np.flatnonzero(wanted_topics), np.flatnonzero(wanted_groups)
        kept = np.flatnonzero(wanted_topics[partitions.topic])
        return _Cut(
            of, topics, kept, groups, np.flatnonzero(rows),
            topic=_places(topics, len(partitions.topics))[partitions.topic[kept]],
            index=partitions.index[kept],
            group=_places(groups, len(names))[commits.group[rows]],
            partition=_places(kept, len(partitions.topic))[commits.partition[rows]],
        )  # fmt: skip

    def _wanted(
        self, snapshot: Snapshot, names: tuple[str, ...], rows: Flags, topic: Codes
    ) -> tuple[Flags, Flags]:
        """Which groups and which topics are kept."""
        groups, topics = (
            _found(self._groups, names),
            _found(self._topics, snapshot.partitions.topics),
        )
        if self._topics is not None:
            groups &= np.isin(np.arange(len(groups)), snapshot.commits.group[rows])
        if self._groups is not None:
            topics &= np.isin(np.arange(len(topics)), topic[rows])
        return groups, topics


def _partitions(old: Partitions, cut: _Cut) -> Partitions:
    kept, topics = cut.partitions, cut.topics.tolist()
    return Partitions(
        topics=tuple(old.topics[row] for row in topics),
        topic_ids=tuple(old.topic_ids[row] for row in topics),
        internal=tuple(old.internal[row] for row in topics),
        topic=cut.topic,
        index=cut.index,
        leader=old.leader[kept],
        log_start=old.log_start[kept],
        log_end=old.log_end[kept],
        last_stable=old.last_stable[kept],
        read_at=old.read_at[kept],
        gap=old.gap[kept],
    )


def _commits(old: Commits, cut: _Cut, owner: Codes) -> Commits:
    return Commits(
        group=cut.group,
        partition=cut.partition,
        committed=old.committed[cut.rows],
        member=owner,
        gap=old.gap[cut.rows],
        read_at=old.read_at[cut.rows],
    )


def _members(snapshot: Snapshot, cut: _Cut) -> tuple[tuple[Member, ...], Codes]:
    group = _places(cut.groups, len(snapshot.groups))
    kept = [row for row, member in enumerate(snapshot.members) if group[member.group] != GONE]
    members = tuple(
        replace(snapshot.members[row], group=int(group[snapshot.members[row].group]))
        for row in kept
    )
    place = np.append(_places(np.array(kept, np.int64), len(snapshot.members)), np.int32(NOBODY))
    return members, place[snapshot.commits.member[cut.rows]]


def _found(pattern: Pattern | None, names: Iterable[str]) -> Flags:
    return np.array([pattern is None or bool(pattern.search(name)) for name in names], np.bool_)


def _places(kept: Ints, size: int) -> Codes:
    """Where each old row is among the kept ones, GONE where it is not."""
    places = np.full(size, GONE, np.int32)
    places[kept] = np.arange(len(kept))
    return places


def _same(one: tuple[Codes, ...], other: tuple[Codes, ...]) -> bool:
    return all(a is b or np.array_equal(a, b) for a, b in zip(one, other, strict=True))
