"""Lag in time: how long ago the record at the committed offset was appended.

The log end was at or before that record at one poll and past it at a later one, so the record was
appended between the two: a fact, not an estimate. Past the end of what was seen there is only a
lower bound, never a line drawn further (seglo/kafka-lag-exporter #175: "75 hours").
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from lagtop.analysis.history import ALL, OLDEST_S, History, Low, Series, plan_within
from lagtop.analysis.lean import parts, unknowns
from lagtop.analysis.report import Flags, LagMethod, Small
from lagtop.snapshot import UNKNOWN, Codes, Floats, Ints

TIERS = (48, 48, 48, 48, 60)
"""Every poll for 48 polls, every 5th for 240, ...: a day at 2 s."""

NEWEST = 6
YOUNGER_S = (30.0, 15.0, 7.0, 3.0, 1.0)
BUDGET_BYTES = 64_000_000
LEAST_BOUND_S = 1.0
"""To be older than less says nothing: it is the first look."""

SHORT_MEMORY_S = 20.0
"""With less history than this the work-off time says more than a lower bound."""


@dataclass(frozen=True, slots=True, eq=False)
class Age:
    """Lag in time of each row, seconds (float64[n], NaN unknown), its bounds and its method."""

    seconds: Floats
    low: Floats
    high: Floats
    method: Small


class Ends:
    """The log ends of all partitions over time, shared by every group that reads them.

    value (int64[P]): the last end that is known; read_at (float64[P]): when it was read.
    """

    def __init__(self, size: int) -> None:
        self.value = np.full(size, UNKNOWN, np.int64)
        self.read_at = np.full(size, np.nan)
        self._first = np.zeros(size, np.int64)
        self.history = History(size, plan_within(BUDGET_BYTES, size, TIERS))

    def carried(self, sources: Ints) -> Ends:
        """The same partitions after rows moved: row i is what row sources[i] was, or new."""
        moved = Ends(len(sources))
        kept = sources >= 0
        old = sources[kept]
        for name in ("value", "read_at", "_first"):
            getattr(moved, name)[kept] = getattr(self, name)[old]
        moved.history = self.history.carried(sources, moved.history.plan)
        return moved

    def push(self, value: Ints, read_at: Floats, now: float) -> None:
        """Take in the log ends of one poll; an end that falls back is another log's."""
        known = (value >= 0) & ~np.isnan(read_at)
        begun = known & ((value < self.value) | np.isnan(self.read_at))
        begun |= known & (value - self._first >= 2**32)
        np.copyto(self.value, value, where=known)
        np.copyto(self.read_at, read_at, where=known)
        np.copyto(self._first, value, where=begun)
        self.history.push(self.value, now - self.read_at, begun, now)

    def produced_per_s(self, window_s: float) -> Floats:
        """Messages per second of each partition over about `window_s`, NaN if unknown."""
        rate = self._rate_since(window_s, ALL)
        for other in YOUNGER_S:
            rows = np.flatnonzero(np.isnan(rate) & (self.read_at > self.history.since))
            if not rows.size:
                break
            rate[rows] = self._rate_since(other, rows)
        return rate

    def rate_of(self, rows: Ints, window_s: float) -> Floats:
        """Messages per second of some partitions over `window_s`, or since the first poll."""
        return self._rate_since(window_s, rows)

    def _rate_since(self, window_s: float, rows: Series) -> Floats:
        picture = self.history.newest_before(self.history.newest_at - window_s)
        span = self.read_at[rows] - self.history.read_at(picture, rows)
        with np.errstate(divide="ignore", invalid="ignore"):
            rate: Floats = self.history.moved(self.value, picture, rows) / span
        rate[~(span > 0)] = np.nan
        return rate


class Brackets:
    """Between which two pictures of the log ends a record was appended, as of `now`.

    Most rows are a few polls behind, so the newest pictures are gone through one by one; what is
    left is searched by halving.
    """

    def __init__(self, ends: Ends, now: float) -> None:
        self._ends, self._history, self._now = ends, ends.history, now
        self._pictures = np.array(self._history.order(), np.int64)
        ascending = self._history.times[self._pictures][::-1]
        self._valid = len(self._pictures) - np.searchsorted(ascending, self._history.since)
        newest = self._pictures[:NEWEST]
        self._moved = np.zeros((len(newest) + 1, len(ends.value)), np.int64)
        self._age = np.tile(now - ends.read_at, (len(newest) + 1, 1))
        for back, picture in enumerate(newest.tolist()):
            further = self._history.behind(ends.value, picture)
            self._moved[back + 1] = np.where(back < self._valid, further, self._moved[back])
            self._age[back + 1] = now - self._history.read_at(picture)

    def of(self, partition: Codes, behind: Ints) -> tuple[Floats, Floats, Floats]:
        """Seconds since the record `behind` messages before the end was appended: low, best, high.

        `behind` (int64[n]) is at least 1. high is infinite when the record is older than what was
        seen; then there is no best, NaN.
        """
        stride, beyond = self._moved.shape[1], self._moved[:-1].size
        cells: Ints = partition.astype(np.int64)
        for some in self._moved[1:]:
            cells += stride * (some.take(partition) < behind)
        far = np.flatnonzero(cells >= beyond)
        cells[far] = 0
        bounds = _within(self._moved.ravel(), self._age.ravel(), cells, stride, behind)
        if far.size:
            bounds[:, far] = self._halve(partition[far], behind[far])
        low, best, high = bounds
        # A reading that is older than a picture can tell is no bound from above.
        high[np.isnan(high)] = np.inf
        low[np.isnan(low)] = OLDEST_S
        return np.maximum(low, 0.0, out=low), best, high

    def _halve(self, partition: Codes, behind: Ints) -> tuple[Floats, Floats, Floats]:
        rows, valid = self._pictures, self._valid[partition]
        end: Low = self._ends.value[partition].astype(np.uint32)
        low, high = np.zeros(len(partition), np.int64), valid.copy()
        for _ in range(len(rows).bit_length()):
            middle = (low + high) // 2
            at = rows[np.minimum(middle, len(rows) - 1)]
            moved: Low = end - self._history.cell(at, partition)[0]
            reaches = moved >= behind
            going = low < high
            high = np.where(going & reaches, middle, high)
            low = np.where(going & ~reaches, middle + 1, low)
        return self._between(low, low < valid, partition, behind)

    def _between(
        self, position: Ints, found: Flags, partition: Codes, behind: Ints
    ) -> tuple[Floats, Floats, Floats]:
        rows, now = self._pictures, self._now
        end = self._ends.value[partition].astype(np.uint32)
        newer, newer_at = self._history.cell(rows[np.maximum(position - 1, 0)], partition)
        at = rows[np.minimum(position, len(rows) - 1)]
        older, older_at = self._history.cell(at, partition)
        past_older = (end - older).astype(np.float64) - behind
        step = np.maximum((newer - older).astype(np.float64), 1.0)
        share = np.clip(past_older / step, 0.0, 1.0)
        best = now - (older_at + share * (newer_at - older_at))
        low = now - newer_at
        return low, np.where(found, best, np.nan), np.where(found, now - older_at, np.inf)


def _within(moved: Ints, age: Floats, cells: Ints, stride: int, behind: Ints) -> Floats:
    """Low, best and high age, float64[3, n], between `cells` and those one picture older.

    `moved` and `age` are picture by picture, newest first, `stride` partitions each.
    """
    bounds = np.empty((3, len(cells)))
    low, best, high = bounds
    older = cells + stride
    age.take(cells, out=low)
    age.take(older, out=high)
    reached = moved.take(older)
    share = (reached - behind) / np.maximum(reached - moved.take(cells), 1)
    np.subtract(high, share * (high - low), out=best)
    return bounds


def ages(ends: Ends, partition: Codes, lag: Floats, work_off: Floats, now: float) -> Age:
    """The lag in time of every row whose lag is known; caught up is 0, exactly."""
    seconds, low, high = (unknowns(len(lag)) for _ in range(3))
    age = Age(seconds, low, high, np.zeros(len(lag), np.int8))
    brackets = Brackets(ends, now)
    for rows in parts(len(lag)):
        some = Age(age.seconds[rows], age.low[rows], age.high[rows], age.method[rows])
        _fill(some, brackets, partition[rows], lag[rows], work_off[rows])
    return age


def _fill(age: Age, brackets: Brackets, partition: Codes, lag: Floats, work_off: Floats) -> None:
    """Write the ages of some rows."""
    behind = np.flatnonzero(lag > 0)
    bounds = brackets.of(partition[behind], lag[behind].astype(np.int64))
    age.low[behind], age.seconds[behind], age.high[behind] = bounds
    beyond = np.isinf(age.high)
    age.seconds[beyond] = age.low[beyond]
    age.method[behind] = LagMethod.HISTORY
    age.method[beyond] = LagMethod.AT_LEAST
    guessed = beyond & (age.low < SHORT_MEMORY_S) & (work_off > age.low)
    age.seconds[guessed] = work_off[guessed]
    age.method[guessed] = LagMethod.RATE
    nothing = beyond & ~guessed & (age.low < LEAST_BOUND_S)
    age.seconds[nothing], age.method[nothing] = np.nan, LagMethod.NONE
    for column in (age.seconds, age.low, age.high):
        column[lag == 0] = 0.0
    age.method[lag == 0] = LagMethod.EXACT
