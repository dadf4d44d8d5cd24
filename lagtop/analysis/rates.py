"""Rates from edge to edge: how fast an offset moves, measured between its own changes.

A committed offset moves in steps of one commit interval, so the last two polls say 0 or twice the
truth; between two edges the mean is exact. Each answer counts from its own time.
"""

from __future__ import annotations

import numpy as np

from lagtop.analysis.report import Flags
from lagtop.snapshot import UNKNOWN, Floats, Ints

ANCHORS = 5
ANCHOR_STEP_S = 15.0
WINDOW_S = 60.0
LONGEST_SPAN_S = 300.0
PATIENCE_S = 15.0
"""A committed offset that does not move is watched this long before its rate is called 0."""


class Edges:
    """The edges of many series at once, in bounded memory: a few anchors each.

    value (int64[n]), seen_at, edge_at, first_at (float64[n]): NaN until seen. gap_s, spacing_s:
    smoothed seconds between polls and between edges. at, values ([ANCHORS, n]): edges at least
    ANCHOR_STEP_S apart, newest first.
    """

    def __init__(self, size: int, patience_s: float = 0.0) -> None:
        self.patience_s = patience_s
        self.value = np.full(size, UNKNOWN, np.int64)
        self.first_value = np.full(size, UNKNOWN, np.int64)
        self.first_at = np.full(size, np.nan)
        self.seen_at = np.full(size, np.nan)
        self.edge_at = np.full(size, np.nan)
        self.gap_s = np.full(size, np.nan)
        self.spacing_s = np.full(size, np.nan)
        self.at = np.full((ANCHORS, size), np.nan)
        self.values = np.zeros((ANCHORS, size), np.int64)

    def carried(self, sources: Ints) -> Edges:
        """The same series after rows moved: row i is what row sources[i] was, or new."""
        moved = Edges(len(sources), self.patience_s)
        kept = sources >= 0
        old = sources[kept]
        for name, column in vars(self).items():
            if isinstance(column, np.ndarray):
                getattr(moved, name)[..., kept] = column[..., old]
        return moved

    def push(self, value: Ints, read_at: Floats) -> None:
        """Take in the answers of one poll; a value that is unknown or no newer is no news."""
        news = (value >= 0) & ~(read_at <= self.seen_at) & ~np.isnan(read_at)
        fresh = news & (~(self.seen_at <= read_at) | (value < self.value))
        self._begin(fresh, value, read_at)
        known = news & ~fresh
        gap = read_at - self.seen_at
        slow = np.where(np.isnan(self.gap_s), gap, np.minimum(gap, 3 * self.gap_s))
        _blend(self.gap_s, slow, known, 0.1)
        edge = known & (value != self.value)
        self._edge(edge, value, read_at)
        np.copyto(self.value, value, where=known)
        np.copyto(self.seen_at, read_at, where=known)

    def _begin(self, fresh: Flags, value: Ints, read_at: Floats) -> None:
        if not fresh.any():
            return
        for column in (self.value, self.first_value):
            np.copyto(column, value, where=fresh)
        for moment in (self.first_at, self.seen_at):
            np.copyto(moment, read_at, where=fresh)
        for unknown in (self.edge_at, self.gap_s, self.spacing_s, self.at):
            unknown[..., fresh] = np.nan

    def _edge(self, edge: Flags, value: Ints, read_at: Floats) -> None:
        between = read_at - self.edge_at
        usual = np.where(np.isnan(self.spacing_s), between, 3 * self.spacing_s)
        _blend(self.spacing_s, np.minimum(between, usual), edge & ~np.isnan(between), 0.25)
        np.copyto(self.edge_at, read_at, where=edge)
        anchor = edge & ~(read_at - self.at[0] < ANCHOR_STEP_S)
        for older in range(ANCHORS - 1, 0, -1):
            np.copyto(self.at[older], self.at[older - 1], where=anchor)
            np.copyto(self.values[older], self.values[older - 1], where=anchor)
        np.copyto(self.at[0], read_at, where=anchor)
        np.copyto(self.values[0], value, where=anchor)

    def grace_s(self) -> Floats:
        """How long each series may be silent without its rate falling, seconds."""
        grace: Floats = 1.5 * np.nan_to_num(self.spacing_s) + 2 * np.nan_to_num(self.gap_s)
        return grace

    def rate_per_s(self, now: float) -> Floats:
        """Messages per second of each series, NaN while nobody can say."""
        grace = self.grace_s()
        end = np.fmax(self.edge_at, np.minimum(now, self.seen_at) - grace)
        since, start = self._start(end)
        with np.errstate(divide="ignore", invalid="ignore"):
            rate: Floats = (self.value - start) / (end - since)
            warming = (self.value - self.first_value) / (self.seen_at - self.first_at)
        early = ~(self.edge_at > since)
        rate[early] = warming[early]
        rate[end - self.edge_at >= np.maximum(WINDOW_S, 2 * grace)] = 0.0
        rate[early & ~(self.seen_at - self.first_at > self.patience_s)] = np.nan
        return rate

    def _start(self, end: Floats) -> tuple[Floats, Ints]:
        since, start = self.at[0].copy(), self.values[0].copy()
        for at, values in zip(self.at[1:], self.values[1:], strict=True):
            older = (end - since < WINDOW_S) & (end - at < LONGEST_SPAN_S)
            np.copyto(since, at, where=older)
            np.copyto(start, values, where=older)
        return since, start


def _blend(smooth: Floats, value: Floats, where: Flags, weight: float) -> None:
    first = where & np.isnan(smooth)
    np.copyto(smooth, value, where=first)
    np.copyto(smooth, smooth + weight * (value - smooth), where=where & ~first)
