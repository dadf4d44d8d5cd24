"""All rows at a glance: rates, backlog and trend from a few bytes a row, for a million of them.

A picture from a minute ago says what each offset was and when it had last moved, so the rate is
still from edge to edge; what is left out is the noise, and so the interval and the adaptive window.
"""

from __future__ import annotations

from collections.abc import Iterable
from copy import copy

import numpy as np

from lagtop.analysis.closeup import Seconds, patience_s
from lagtop.analysis.edges import UNLEARNT_SPACING_S
from lagtop.analysis.history import ALL, History, Series, plan_within
from lagtop.analysis.lean import MANY_ROWS
from lagtop.analysis.report import Flags, Small, Trend
from lagtop.analysis.skips import Skips
from lagtop.analysis.trend import HARMLESS_LAG, SIGNIFICANT_Z
from lagtop.snapshot import NO_COMMIT, Floats, Ints

TIERS = (32, 28, 12)
"""Every poll for 32 polls, every 5th for 172 and every 25th for 472: 43 MB for 100,000 rows."""

FEW_TIERS = (4, 3, 4)
"""For more than MANY_ROWS: every poll for 4, every 5th for 19 and every 25th for 119."""

BUDGET_BYTES = 90_000_000
WINDOW_S = 60.0
LONGER_S, SHORTER_S = (120.0, 300.0), (30.0, 15.0, 7.0, 3.0)
"""For rows that do not move within WINDOW_S, then for those that are younger."""

TREND_WINDOW_S = 120.0
ORIGIN_MOVES_S = 4096.0
LEAST_SHARE_OF_PRODUCED = 0.05
"""More than a close-up asks for, since the noise is not known here."""


_OF_ROWS = ("_value", "_read_at", "_edge_at", "_spacing_s", "_behind_since")


class Glance:
    """The committed offsets of all rows over time.

    gap_s: smoothed seconds between polls. Moments are float32 seconds after `origin`, which moves
    on so that they stay precise.
    """

    def __init__(self, size: int) -> None:
        tiers = TIERS if size <= MANY_ROWS else FEW_TIERS
        self.history = History(size, plan_within(BUDGET_BYTES, size, tiers))
        self._value = np.full(size, NO_COMMIT, np.int64)
        self._read_at = np.full(size, np.nan)
        self._edge_at = np.full(size, np.nan, np.float32)
        self._spacing_s = np.full(size, np.nan, np.float32)
        self._behind_since = np.full(size, np.nan, np.float32)
        self._origin = np.nan
        self.gap_s = 0.0

    def carried(self, sources: Ints) -> Glance:
        """The same rows after they moved: row i is what row sources[i] was, or new."""
        moved = Glance(len(sources))
        kept = sources >= 0
        for name in _OF_ROWS:
            getattr(moved, name)[kept] = getattr(self, name)[sources[kept]]
        moved.history = self.history.carried(sources, moved.history.plan)
        moved._origin, moved.gap_s = self._origin, self.gap_s
        return moved

    def part(self, rows: slice) -> Glance:
        """Some of the rows, to look at only."""
        some = copy(self)
        for name in _OF_ROWS:
            setattr(some, name, getattr(self, name)[rows])
        some.history = self.history.part(rows)
        return some

    @property
    def committed(self) -> Ints:
        """The last committed offset of each row that is known, negative where none is."""
        return self._value

    @property
    def read_at(self) -> Floats:
        """When that was read, seconds, NaN where it never was."""
        return self._read_at

    def skip(self, found: Skips) -> None:
        """As `Closeup.skip`."""
        self._value = self._value.copy()
        self._value[found.rows] += found.messages
        self.history.skip(found.rows, found.messages)
        self._value[found.anew] = NO_COMMIT

    def push(self, committed: Ints, read_at: Floats, lag: Floats, now: float) -> None:
        """Take in the answers of one poll; `lag` is NaN where it is unknown."""
        self._keep_time(now)
        known = (committed >= 0) & ~np.isnan(read_at)
        begun = known & ((committed < self._value) | (self._value < 0))
        edge = known & ~begun & (committed != self._value)
        at = (read_at - self._origin).astype(np.float32)
        self._spacing_s[known & (committed < self._value)] = np.nan
        self._keep_edges(edge, begun, at)
        everything = known.all()
        self._value = committed if everything else np.where(known, committed, self._value)
        self._read_at = read_at if everything else np.where(known, read_at, self._read_at)
        began = (lag > 0) & np.isnan(self._behind_since)
        np.copyto(self._behind_since, at, where=began)
        self._behind_since[~(lag > 0)] = np.nan
        self.history.push(self._value, now - self._origin - self._edge_at, begun, now)

    def _keep_time(self, now: float) -> None:
        if np.isnan(self._origin):
            self._origin = now
        elapsed = now - self._origin
        gap = now - self.history.newest_at
        if gap > 0:
            usual = min(gap, 3 * self.gap_s) if self.gap_s else gap
            self.gap_s += (0.1 if self.gap_s else 1.0) * (usual - self.gap_s)
        if elapsed > ORIGIN_MOVES_S:
            self._edge_at -= np.float32(elapsed)
            self._behind_since -= np.float32(elapsed)
            self._origin = now

    def _keep_edges(self, edge: Flags, begun: Flags, at: Seconds) -> None:
        between = at - self._edge_at
        learnt = np.where(np.isnan(self._spacing_s), between, self._spacing_s)
        step = np.float32(0.25) * (np.minimum(between, 3 * learnt) - learnt)
        # The first edge of what began anew tells no spacing, and takes none away.
        np.copyto(self._spacing_s, learnt + np.nan_to_num(step), where=edge)
        np.copyto(self._edge_at, at, where=edge)
        if begun.any():
            for column in (self._edge_at, self._behind_since):
                column[begun] = np.nan

    def grace_s(self) -> Seconds:
        """How long each row may be silent, seconds (float32[N])."""
        spacing = np.where(np.isnan(self._spacing_s), UNLEARNT_SPACING_S, self._spacing_s)
        return (1.5 * spacing + 2 * self.gap_s).astype(np.float32)

    def consumed_per_s(self) -> Floats:
        """Messages per second from an edge about WINDOW_S ago to the last, NaN if unknown."""
        edge_at = self._edge_at + self._origin
        grace = self.grace_s()
        end = np.fmax(edge_at, self._read_at - grace)
        picture = self._picture(WINDOW_S)
        rate, unmoved = self._rate_since(picture, end, ALL)
        moves = edge_at > self.history.since
        self._fill(rate, end, moves, LONGER_S, picture)
        # What stood still for so long has not moved within less either.
        self._fill(rate, end, moves & ~unmoved, SHORTER_S, picture)
        rate[end - edge_at >= np.maximum(WINDOW_S, 2 * grace)] = 0.0
        patience = patience_s(self._spacing_s, grace)
        still = np.isnan(edge_at) & (self._read_at - self.history.since > patience)
        rate[still] = 0.0
        return rate

    def _fill(
        self, rate: Floats, end: Floats, wanted: Flags, windows_s: Iterable[float], tried: int
    ) -> None:
        """Find the rates that are not known, of the rows that are wanted, in other pictures."""
        for window_s in windows_s:
            rows, picture = np.flatnonzero(np.isnan(rate) & wanted), self._picture(window_s)
            if rows.size and picture != tried:
                rate[rows], _ = self._rate_since(picture, end, rows)
                tried = picture

    def _picture(self, window_s: float) -> int:
        return self.history.newest_before(self.history.newest_at - window_s)

    def _rate_since(self, picture: int, end: Floats, rows: Series) -> tuple[Floats, Flags]:
        """Messages per second since a picture, NaN if unknown, and which rows did not move."""
        moved = self.history.moved(self._value, picture, rows)
        unmoved, span = moved == 0, end[rows] - self.history.read_at(picture, rows)
        with np.errstate(divide="ignore", invalid="ignore"):
            rate: Floats = moved / span
        rate[unmoved | ~(span > 0)] = np.nan
        return rate, unmoved

    def really_left(self, lag: Floats, consumed: Floats) -> Floats:
        """Lag less what was consumed since the last commit, messages."""
        since = self._read_at - self._origin - self._edge_at + self.gap_s / 2
        age = np.fmin(since, 1.2 * self._spacing_s + self.gap_s / 2)
        left: Floats = np.maximum(0.0, lag - np.nan_to_num(consumed * age))
        return left

    def slack_s(self) -> Floats:
        """Seconds of production that are in flight within one commit."""
        return (np.nan_to_num(self._spacing_s) + self.gap_s).astype(np.float64)

    def trend(self, lag: Floats, produced: Floats, consumed: Floats) -> Small:
        """The trend of each row from its rates over TREND_WINDOW_S, int8[N]."""
        change = produced - consumed
        error = np.sqrt(np.maximum(produced, 1.0) / TREND_WINDOW_S + self._timing(consumed))
        size = np.abs(change)
        moves = (size > SIGNIFICANT_Z * error) & (size > LEAST_SHARE_OF_PRODUCED * produced)
        young = ~(self.history.newest_at - self.history.since >= WINDOW_S)
        trend = np.where(np.isnan(change) | young, Trend.UNKNOWN, Trend.STEADY).astype(np.int8)
        moves &= ~young
        trend[moves & (change > 0)] = Trend.GROWING
        trend[moves & (change < 0)] = Trend.SHRINKING
        trend[(lag == 0) & (produced == 0)] = Trend.IDLE
        trend[self._stalled(lag)] = Trend.STALLED
        trend[np.isnan(lag)] = Trend.UNKNOWN
        return trend

    def _timing(self, consumed: Floats) -> Floats:
        return (consumed * self.gap_s) ** 2 / 6 / TREND_WINDOW_S**2

    def _stalled(self, lag: Floats) -> Flags:
        silent = self._read_at - self._origin - np.fmax(self._edge_at, self._behind_since)
        return (lag > HARMLESS_LAG) & (silent > self.grace_s())
