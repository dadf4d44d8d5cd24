"""The edges of many series: when each offset moved, by how much, and how often it does.

One poll tells that a commit fell between the poll before and this one. An edge is kept at the later
of the two, `at`; the earlier is `before_at`. So two edges bound the true rate between them, however
long the commits and the polls are: difference / (at - before_at) and difference / (before_at - at).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from lagtop.analysis.lean import fitting
from lagtop.analysis.report import Flags
from lagtop.snapshot import UNKNOWN, Floats, Ints

MOST_DEPTH, LEAST_DEPTH = 320, 24
BUDGET_BYTES = 12_000_000
BYTES_AN_EDGE = 24
"""Of many series fewer edges are kept: 65,000 groups would take half a gigabyte."""

REACH_S = 288.0
"""Edges are merged that are closer than their share of it: they reach back however fast polls are.
"""

HABIT = 12
"""The cadence is the median of so many spacings."""


ENOUGH_EDGES = 5
HASTY_SPACING_S = 10.0
"""A habit of fewer edges may be chance: silence up to this spacing's grace is normal."""

UNLEARNT_SPACING_S = 60.0
"""The commit interval of a group that has not shown two commits: as long as Connect's default."""


_OF_SERIES = (
    "value", "first_value", "first_at", "seen_at", "before_at", "gap_s", "seen_edges", "spacings_s",
    "steps",
)  # fmt: skip


@dataclass(frozen=True, slots=True, eq=False)
class Cadence:
    """How a series is used to move: float64[n] each.

    spacing_s: median seconds between edges, NaN below two; step: median size of an edge; gap_s:
    seconds between polls; grace_s: silence up to here is normal.
    """

    spacing_s: Floats
    step: Floats
    gap_s: Floats
    grace_s: Floats


def depth_of(size: int) -> int:
    """How many edges are kept of each of so many series."""
    return fitting(BUDGET_BYTES, BYTES_AN_EDGE * size, LEAST_DEPTH, MOST_DEPTH)


def known_or_zero(values: Floats) -> Floats:
    """The values with 0 for NaN."""
    zeroed: Floats = np.where(np.isnan(values), 0.0, values)
    return zeroed


class Edges:
    """Edges of n series, and each series' cadence.

    value (int64[n]), seen_at, first_at, before_at (float64[n], seconds; NaN until known), gap_s:
    smoothed seconds between polls; count (int64[n]): edges kept since the series began.
    at, values, beside ([depth, n]): edge i of a series is in row i % depth; `beside` is what was
    true of another series at that edge.
    """

    def __init__(self, size: int) -> None:
        self.depth = depth_of(size)
        self.value = np.full(size, UNKNOWN, np.int64)
        self.first_value = np.full(size, UNKNOWN, np.int64)
        self.first_at = np.full(size, np.nan)
        self.seen_at = np.full(size, np.nan)
        self.before_at = np.full(size, np.nan)
        self.gap_s = np.full(size, np.nan)
        self.count = np.zeros(size, np.int64)
        self.seen_edges = np.zeros(size, np.int64)
        self.at = np.empty((self.depth, size))
        self.values = np.empty((self.depth, size), np.int64)
        self.beside = np.empty((self.depth, size), np.int64)
        self.spacings_s = np.full((HABIT, size), np.nan)
        self.steps = np.full((HABIT, size), np.nan)
        self._columns = np.arange(size)
        self._habit: Cadence | None = None

    def push(self, value: Ints, read_at: Floats, beside: Ints) -> Flags:
        """Take in the answers of one poll; which of them are edges."""
        news = (value >= 0) & ~np.isnan(read_at) & ~(read_at <= self.seen_at)
        fallen = news & ~(value >= self.value)
        begun = fallen | (news & np.isnan(self.seen_at))
        self._begin(begun, value, read_at)
        self._unlearn(fallen)
        known = news & ~begun
        gap = read_at - self.seen_at
        usual = np.where(np.isnan(self.gap_s), gap, 3 * self.gap_s)
        step = np.minimum(gap, usual) - known_or_zero(self.gap_s)
        weight = np.where(np.isnan(self.gap_s), 1.0, 0.1)
        np.copyto(self.gap_s, known_or_zero(self.gap_s) + weight * step, where=known)
        edge: Flags = known & (value != self.value)
        self._keep(np.flatnonzero(edge), value, read_at, beside)
        self._habit = None
        np.copyto(self.value, value, where=known)
        np.copyto(self.seen_at, read_at, where=known)
        return edge

    def skip(self, rows: Ints, by: Ints) -> None:
        """Count as though some series had been further on by so much all along."""
        known = self.value[rows] != UNKNOWN
        rows, by = rows[known], by[known]
        self.value[rows] += by
        self.first_value[rows] += by
        self.values[:, rows] += by

    def begin_anew(self, rows: Ints) -> None:
        """Some series begin with what they are pushed next, as used to move as they were."""
        self.seen_at[rows] = np.nan

    def _begin(self, begun: Flags, value: Ints, read_at: Floats) -> None:
        if begun.any():
            self.value[begun] = self.first_value[begun] = value[begun]
            self.first_at[begun] = self.seen_at[begun] = read_at[begun]
            self.count[begun] = 0
            self.before_at[begun] = np.nan

    def _unlearn(self, fallen: Flags) -> None:
        if fallen.any():
            self.seen_edges[fallen] = 0
            for column in (self.gap_s, self.spacings_s, self.steps):
                column[..., fallen] = np.nan

    def _keep(self, rows: Ints, value: Ints, read_at: Floats, beside: Ints) -> None:
        at, count = read_at[rows], self.count[rows]
        last = np.where(count > 0, self.at[(count - 1) % self.depth, rows], np.nan)
        slot = self.seen_edges[rows] % HABIT
        self.spacings_s[slot, rows] = at - last
        self.steps[slot, rows] = value[rows] - self.value[rows]
        self.seen_edges[rows] += 1
        one_before = np.where(count > 1, self.at[(count - 2) % self.depth, rows], -np.inf)
        position = np.where(last - one_before < REACH_S / self.depth, count - 1, count)
        slot = position % self.depth
        self.at[slot, rows] = at
        self.values[slot, rows] = value[rows]
        self.beside[slot, rows] = beside[rows]
        self.count[rows] = position + 1
        self.before_at[rows] = self.seen_at[rows]

    def habit(self) -> Cadence:
        """How each series is used to move, from its last HABIT edges."""
        if self._habit is None:
            spacing, gap = _median(self.spacings_s), known_or_zero(self.gap_s)
            usual = np.where(self.count < ENOUGH_EDGES, np.fmax(spacing, HASTY_SPACING_S), spacing)
            usual = np.where(np.isnan(spacing), UNLEARNT_SPACING_S, usual)
            self._habit = Cadence(spacing, _median(self.steps), gap, 1.5 * usual + 2 * gap)
        return self._habit

    def last_before(self, moment: Floats, series: Ints | None = None) -> Ints:
        """The number of the last edge not after `moment`, else of the oldest that is kept.

        `moment` is float64[n], or [k, n] for k moments of each series. `series` asks of these
        series instead of all of them in order.
        """
        columns = self._columns if series is None else series
        count = self.count[columns]
        low = np.broadcast_to(np.maximum(0, count - self.depth), moment.shape)
        high = np.maximum(low, count - 1)
        for _ in range(int(min(self.depth, count.max(initial=0))).bit_length()):
            middle = (low + high + 1) >> 1
            early = self.at[middle % self.depth, columns] <= moment
            low = np.where(early, middle, low)
            high = np.where(early, high, np.maximum(low, middle - 1))
        return np.asarray(low, np.int64)

    def edge_at(self, number: Ints) -> Floats:
        """When edge `number` of each series was seen, NaN where there is none."""
        at = self.at[number % self.depth, self._columns]
        return np.where((number >= 0) & (number < self.count), at, np.nan)

    def last_edge_at(self) -> Floats:
        """When each series' last edge was seen, NaN where there is none."""
        return self.edge_at(np.maximum(self.count - 1, 0))

    def carried(self, sources: Ints) -> Edges:
        """The same series after rows moved: row i is what row sources[i] was, or new."""
        moved = Edges(len(sources))
        kept = np.flatnonzero(sources >= 0)
        old = sources[kept]
        for name in _OF_SERIES:
            getattr(moved, name)[..., kept] = getattr(self, name)[..., old]
        # Their oldest edge that is kept becomes their first: the other may hold more, or fewer.
        count = np.minimum(self.count[old], min(self.depth, moved.depth))
        moved.count[kept] = count
        number = np.arange(count.max(initial=0))[:, None]
        slot = (self.count[old] - count + number) % self.depth
        for name in ("at", "values", "beside"):
            getattr(moved, name)[: len(number), kept] = getattr(self, name)[slot, old]
        return moved

    def edge_value(self, number: Ints) -> Ints:
        """The value that edge `number` of each series brought."""
        return np.asarray(self.values[number % self.depth, self._columns], np.int64)

    def edge_beside(self, number: Ints) -> Ints:
        """What was beside edge `number` of each series."""
        return np.asarray(self.beside[number % self.depth, self._columns], np.int64)


def _median(recent: Floats) -> Floats:
    ordered = np.sort(recent, axis=0)
    known = HABIT - np.isnan(ordered).sum(0)
    columns = np.arange(recent.shape[1])
    low, high = np.maximum(known - 1, 0) // 2, np.minimum(known // 2, HABIT - 1)
    return np.asarray((ordered[low, columns] + ordered[high, columns]) / 2, np.float64)
