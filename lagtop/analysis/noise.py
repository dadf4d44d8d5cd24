"""How irregular a series is: the variance of its count per second, from blocks between edges.

Differences of neighbouring blocks (von Neumann) do not see a slow drift; leaving out the largest of
them keeps one change of level from passing for noise. Without that a step makes every long window
look as good as a short one.
"""

from __future__ import annotations

import numpy as np

from lagtop.analysis.lean import fitting
from lagtop.analysis.report import Flags
from lagtop.snapshot import Floats, Ints

MOST_KEPT, LEAST_KEPT = 32, 10
BUDGET_BYTES = 4_000_000
BYTES_A_BLOCK = 24
"""Of many series fewer blocks are kept, as of `edges`."""

REACH_S = 300.0
LEFT_OUT = 0.15
"""Share of the differences that is left out, the largest first."""

SHARES_KEPT = (0.7, 0.75, 0.8, 0.85, 0.9, 0.95, 1.0)
MEANS_LEFT = (0.309, 0.368, 0.437, 0.520, 0.622, 0.758, 1.0)
"""The mean of the smallest squares of normal numbers, as a share of the mean of them all."""


_OF_SERIES = ("begun_at", "begun_value", "mean_span_s", "trimmed", "neumann", "sample")
_OF_BLOCKS = ("rates", "spans_s", "ended_at")


def kept_of(size: int) -> int:
    """How many blocks are kept of each of so many series."""
    return fitting(BUDGET_BYTES, BYTES_A_BLOCK * size, LEAST_KEPT, MOST_KEPT)


class Blocks:
    """The mean rates of n series over blocks that begin and end at edges, the last few of each.

    begun_at, begun_value (float64[n]): where the open block began, NaN before the first edge.
    rates, spans_s, ended_at (float64[kept, n]): block i of a series is in row i % kept.
    Of the blocks of the last REACH_S, float64[n]: known: how many there are; mean_span_s; variances
    of the count per second: trimmed and neumann from differences of neighbours, without the largest
    and with them, sample from all; NaN while there are too few.
    """

    def __init__(self, size: int) -> None:
        self.kept = kept_of(size)
        self.begun_at = np.full(size, np.nan)
        self.begun_value = np.full(size, np.nan)
        self.count = np.zeros(size, np.int64)
        self.rates = np.full((self.kept, size), np.nan)
        self.spans_s = np.full((self.kept, size), np.nan)
        self.ended_at = np.full((self.kept, size), np.nan)
        self.known = np.zeros(size)
        self.mean_span_s = np.full(size, np.nan)
        self.trimmed = np.full(size, np.nan)
        self.neumann = np.full(size, np.nan)
        self.sample = np.full(size, np.nan)

    def reset(self, rows: Flags) -> None:
        """Begin some series anew."""
        if rows.any():
            for name in (*_OF_SERIES, *_OF_BLOCKS):
                getattr(self, name)[..., rows] = np.nan
            self.count[rows] = self.known[rows] = 0

    def skip(self, rows: Ints, by: Ints) -> None:
        """As `Edges.skip`."""
        self.begun_value[rows] += by

    def carried(self, sources: Ints) -> Blocks:
        """The same series after rows moved: row i is what row sources[i] was, or new."""
        moved = Blocks(len(sources))
        to = np.flatnonzero(sources >= 0)
        old = sources[to]
        for name in (*_OF_SERIES, "count", "known"):
            getattr(moved, name)[to] = getattr(self, name)[old]
        back = np.arange(1, min(self.kept, moved.kept) + 1)[:, None]
        last, first = (self.count[old] - back) % self.kept, (self.count[old] - back) % moved.kept
        for name in _OF_BLOCKS:
            getattr(moved, name)[first, to] = getattr(self, name)[last, old]
        return moved

    def push(self, edge: Flags, at: Floats, value: Floats, least_s: Floats) -> None:
        """Take in edges; a block ends at the first edge that makes it `least_s` long."""
        span = at - self.begun_at
        rows = np.flatnonzero(edge & (span >= least_s))
        slot = self.count[rows] % self.kept
        self.rates[slot, rows] = (value[rows] - self.begun_value[rows]) / span[rows]
        self.spans_s[slot, rows] = span[rows]
        self.ended_at[slot, rows] = at[rows]
        self.count[rows] += 1
        begins = edge & ~(span < least_s)
        np.copyto(self.begun_at, at, where=begins)
        np.copyto(self.begun_value, value, where=begins)
        if rows.size:
            self._summarize(rows, at[rows])

    def _summarize(self, rows: Ints, now: Floats) -> None:
        newest_first = (self.count[rows] - 1 - np.arange(self.kept)[:, None]) % self.kept
        rates, spans = self.rates[newest_first, rows], self.spans_s[newest_first, rows]
        rates[now - self.ended_at[newest_first, rows] > REACH_S] = np.nan
        spans[np.isnan(rates)] = np.nan
        self.known[rows] = np.isfinite(rates).sum(0)
        self.mean_span_s[rows] = mean_known(spans)
        squares = np.diff(rates, axis=0) ** 2 / (1 / spans[1:] + 1 / spans[:-1])
        self.trimmed[rows], self.neumann[rows] = trimmed_mean(squares), mean_known(squares)
        apart = mean_known((rates - mean_known(rates)) ** 2 * spans)
        blocks = self.known[rows]
        self.sample[rows] = np.where(blocks > 1, apart * blocks / np.maximum(blocks - 1, 1), np.nan)


def mean_known(values: Floats) -> Floats:
    """Per column the mean of what is known, NaN where nothing is."""
    known = np.isfinite(values)
    count = known.sum(0)
    mean = np.where(known, values, 0.0).sum(0) / np.maximum(count, 1)
    return np.where(count > 0, mean, np.nan)


def trimmed_mean(values: Floats) -> Floats:
    """Per column the mean of the known values without the largest LEFT_OUT, made good for it."""
    ordered = np.sort(values, axis=0)
    known = np.isfinite(ordered).sum(0)
    kept = np.where(known >= 4, np.ceil(known * (1 - LEFT_OUT)), known).astype(np.int64)
    sums = np.cumsum(np.where(np.isfinite(ordered), ordered, 0.0), axis=0)
    total = np.take_along_axis(sums, np.maximum(kept - 1, 0)[None], 0)[0]
    left = np.interp(kept / np.maximum(known, 1), SHARES_KEPT, MEANS_LEFT)
    mean: Floats = np.where(known > 0, total / np.maximum(kept, 1) / left, np.nan)
    return mean
