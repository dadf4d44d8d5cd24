"""A Snapshot of some groups and topics alone, so that sums and alerts are of those too."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, replace

import numpy as np

from lagtop.analysis.report import Flags
from lagtop.snapshot import NOBODY, Codes, Commits, Ints, Member, Snapshot

Pattern = re.Pattern[str]
GONE = -1


@dataclass(frozen=True, slots=True, eq=False)
class _Cut:
    """What was kept of the last snapshot: row numbers, and the new key columns."""

    of: tuple[Codes, Codes, tuple[str, ...], tuple[str, ...]]
    rows: Ints
    groups: Ints
    group: Codes
    partition: Codes


class Narrow:
    """Leaves out what neither pattern finds; the key columns stay the same objects between polls.

    A group without any row of a wanted topic is left out too. Partitions stay as they are.
    """

    def __init__(self, groups: Pattern | None = None, topics: Pattern | None = None) -> None:
        self._groups, self._topics = groups, topics
        self._last: _Cut | None = None

    def __call__(self, snapshot: Snapshot) -> Snapshot:
        """The same snapshot, narrowed."""
        if self._groups is None and self._topics is None:
            return snapshot
        cut = self._last = self._cut(snapshot)
        members, owner = _members(snapshot, cut)
        groups = tuple(snapshot.groups[row] for row in cut.groups.tolist())
        return replace(
            snapshot, groups=groups, members=members, commits=_commits(snapshot, cut, owner)
        )

    def _cut(self, snapshot: Snapshot) -> _Cut:
        commits, topics = snapshot.commits, snapshot.partitions.topics
        names = tuple(group.name for group in snapshot.groups)
        of = (commits.group, commits.partition, topics, names)
        last = self._last
        if last is not None and of[2:] == last.of[2:] and _same(of[:2], last.of[:2]):
            return last
        wanted_group = _found(self._groups, names)
        wanted = wanted_group[commits.group]
        if self._topics is not None:
            found = _found(self._topics, topics)
            wanted = wanted & found[snapshot.partitions.topic[commits.partition]]
            wanted_group = np.isin(np.arange(len(names)), commits.group[wanted])
        rows, groups = np.flatnonzero(wanted), np.flatnonzero(wanted_group)
        place = _places(groups, len(names))
        return _Cut(of, rows, groups, place[commits.group[rows]], commits.partition[rows])


def _commits(snapshot: Snapshot, cut: _Cut, owner: Codes) -> Commits:
    commits, rows = snapshot.commits, cut.rows
    return Commits(
        group=cut.group,
        partition=cut.partition,
        committed=commits.committed[rows],
        member=owner,
        gap=commits.gap[rows],
        read_at=commits.read_at[rows],
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
