"""Backlogs as fluids: what flows in and out of each consumer's, and when it is empty.

Each consumer divides what it can do among its partitions that have a backlog, in equal shares or in
any others: its whole backlog is the same, max(0, sum(lag) + (sum(produced) - capacity) t).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from lagtop.snapshot import Floats


@dataclass(frozen=True, slots=True)
class Course:
    """What happens from now on, in seconds: nobody reads at first, and more is produced for a time.

    pause_s: a rebalance; spike_factor: times what is produced, for spike_s.
    """

    pause_s: float = 0.0
    spike_factor: float = 1.0
    spike_s: float = 0.0

    def pieces(self) -> list[tuple[float, float, bool, float]]:
        """Each stretch of time: from, to, whether anybody reads, times what is produced."""
        edges = [*sorted({0.0, self.pause_s, self.spike_s}), np.inf]
        return [
            (begin, end, begin >= self.pause_s, self.spike_factor if begin < self.spike_s else 1.0)
            for begin, end in pairwise(edges)
        ]


@dataclass(frozen=True, slots=True, eq=False)
class Backlogs:
    """n consumers: lag in messages, produced and capacity per second, float64[n], NaN unknown."""

    lag: Floats
    produced: Floats
    capacity: Floats

    def drain_s(self, course: Course) -> Floats:
        """When each is empty for good: seconds, float64[n]; infinity is never."""
        empty_since = np.where(self.lag > 0, np.inf, np.where(np.isnan(self.lag), np.nan, 0.0))
        for begin, lag, slope in self._stretches(course):
            with np.errstate(divide="ignore", invalid="ignore"):
                at = begin + lag / -slope
            empty_since = np.where(lag > 0, np.where(slope < 0, at, np.inf), empty_since)
            empty_since = np.where(slope > 0, np.inf, empty_since)
            empty_since = np.where(np.isnan(slope), np.nan, empty_since)
        return empty_since

    def total_at(self, times: Floats, course: Course) -> Floats:
        """The sum of all backlogs at each time, messages; NaN where one of them is unknown."""
        total = np.zeros(len(times))
        for begin, lag, slope in self._stretches(course):
            since = times >= begin
            later = lag + slope * (times[since, None] - begin)
            total[since] = np.maximum(0.0, later).sum(1)
        return total

    def _stretches(self, course: Course) -> Iterator[tuple[float, Floats, Floats]]:
        """From when on each slope holds, the backlog then, and the slope in messages a second."""
        lag = self.lag
        for begin, end, reads, factor in course.pieces():
            slope = self.produced * factor - (self.capacity if reads else 0.0)
            slope = np.where((self.lag == 0) & (self.produced == 0), 0.0, slope)
            yield begin, lag, slope
            if np.isfinite(end):
                lag = np.maximum(0.0, lag + slope * (end - begin))
