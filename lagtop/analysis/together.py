"""Rows put together, as one series: what a member owns, what a group reads.

A consumer fetches a partition at a time, so that one of its partitions may stand still while it
reads another; the sum over what it owns has no such gaps. So a member's capacity is taken from the
sum of its committed offsets, edge to edge, and not from the sum of its partitions' rates.
"""

from __future__ import annotations

import zlib
from collections.abc import Hashable
from dataclasses import dataclass

import numpy as np

from lagtop.analysis.closeup import Closeup, Estimates, Facts
from lagtop.analysis.layout import GONE, Layout, Moves
from lagtop.analysis.report import Flags
from lagtop.analysis.skips import Skips
from lagtop.snapshot import Codes, Floats, Ints, Snapshot

NONE = np.zeros(0, np.int64)


@dataclass(frozen=True, slots=True, eq=False)
class Units:
    """Which rows are put together: of (int32[N]) is a row's unit or GONE, keys name the units."""

    of: Codes
    keys: tuple[Hashable, ...]


def members_of(snapshot: Snapshot) -> Units:
    """The rows of each member; NOBODY is GONE."""
    names = [group.name for group in snapshot.groups]
    keys = tuple((names[one.group], one.member_id) for one in snapshot.members)
    return Units(snapshot.commits.member, keys)


def groups_of(layout: Layout) -> Units:
    """The rows of each group."""
    return Units(layout.group, layout.group_names)


class Together:
    """Close-ups of units; a unit whose rows are no longer the same begins anew."""

    def __init__(self) -> None:
        self._units = Units(NONE.astype(np.int32), ())
        self._layout: Layout | None = None
        self._content, self._counted = NONE, np.zeros(0, np.bool_)
        self._closeup = Closeup(NONE, NONE.astype(np.int32))

    @property
    def of(self) -> Codes:
        """The unit of each row, int32[N], GONE for none."""
        return self._units.of

    def since(self) -> Floats:
        """Since when each row's unit is watched, seconds (float64[N]); NaN where it has none."""
        first = np.append(self._closeup.watched_since(), np.nan)
        return np.asarray(first[self._units.of], np.float64)

    def push(
        self, units: Units, layout: Layout, snapshot: Snapshot, counted: Flags, found: Skips
    ) -> None:
        """Take in one poll; `counted` (bool[N]) are the rows whose offsets are all known.

        `found` is what rows skipped.
        """
        counted = counted & (units.of >= 0)
        rows = np.flatnonzero(counted)
        of = units.of[rows].astype(np.intp)
        if not self._is_as_it_was(units, layout, counted):
            self._follow(units, _sum(_hashes(layout)[rows], of, len(units.keys)))
        self._units, self._layout, self._counted = units, layout, counted
        self._skip(found)
        self._closeup.push(_facts(snapshot, of, rows, len(units.keys)))

    def estimate(self, lag: Floats, rebalancing: Flags, now: float) -> Estimates:
        """What is made of each unit; `lag` and `rebalancing` are of the rows."""
        rows, size = np.flatnonzero(self._counted & ~np.isnan(lag)), len(self._units.keys)
        of = self._units.of[rows].astype(np.intp)
        sums = np.bincount(of, lag[rows], size).astype(np.float64)
        sums[np.bincount(of, minlength=size) == 0] = np.nan
        moves = np.zeros(size, np.bool_)
        moving = self._units.of[rebalancing]
        moves[moving[moving >= 0]] = True
        return self._closeup.estimate(sums, moves, now)

    def _skip(self, found: Skips) -> None:
        mine = self._counted[found.rows]
        units, at = np.unique(self._of(found.rows[mine]), return_inverse=True)
        anew = np.unique(self._of(found.anew[self._counted[found.anew]]))
        self._closeup.skip(Skips(units, _sum(found.messages[mine], at, len(units)), anew))

    def _of(self, rows: Ints) -> Ints:
        return self._units.of[rows].astype(np.int64)

    def _is_as_it_was(self, units: Units, layout: Layout, counted: Flags) -> bool:
        """Whether every row is in the unit in which it was, and counts as it did."""
        return (
            layout is self._layout
            and units.of is self._units.of
            and np.array_equal(counted, self._counted)
        )

    def _follow(self, units: Units, content: Ints) -> None:
        if not np.array_equal(content, self._content) or units.keys != self._units.keys:
            self._carry(units, content)
        self._content = content

    def _carry(self, units: Units, content: Ints) -> None:
        before = {key: row for row, key in enumerate(self._units.keys)}
        was = np.array([before.get(key, GONE) for key in units.keys], np.int64)
        if len(self._content):
            was[(was != GONE) & (self._content[was] != content)] = GONE
        size = np.arange(len(units.keys))
        moved = Moves(was, was, was)
        self._closeup = self._closeup.carried(size, size.astype(np.int32), moved)


def _facts(snapshot: Snapshot, of: Ints, rows: Ints, size: int) -> Facts:
    partitions, commits = snapshot.partitions, snapshot.commits
    at = commits.partition[rows]
    count = np.bincount(of, minlength=size)
    with np.errstate(divide="ignore", invalid="ignore"):
        end_at = np.bincount(of, partitions.read_at[at], size) / count
        read_at = np.bincount(of, commits.read_at[rows], size) / count
    end, committed = _sum(partitions.log_end[at], of, size), _sum(commits.committed[rows], of, size)
    empty = count == 0
    end[empty] = committed[empty] = -1
    return Facts(end, end_at, committed, read_at)


def _sum(values: Ints, of: Ints, size: int) -> Ints:
    total = np.zeros(size, np.int64)
    np.add.at(total, of, values)
    return total


def _hashes(layout: Layout) -> Ints:
    """A number for each row that stays the same wherever the row is."""
    topics = [zlib.crc32(name.encode()) for name in layout.topic_names]
    return np.array(topics, np.int64)[layout.topic] * 1_000_003 + layout.number
