"""Latency in the course of time: what each second added to a histogram that only grows."""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass

import numpy as np

from lagtop.probe.histogram import BUCKETS, Histogram, middle_s

KEPT = 3600


@dataclass(frozen=True, slots=True)
class Moment:
    """What came since the moment before: how many, and their median and highest latency.

    `at_s` is seconds since the run began; latencies are as exact as the histogram's buckets, None
    where nothing came.
    """

    at_s: float
    count: int
    p50_s: float | None
    max_s: float | None


class Timeline:
    """The last KEPT moments, oldest first."""

    def __init__(self) -> None:
        self.moments: deque[Moment] = deque(maxlen=KEPT)
        self._before = np.zeros(BUCKETS, np.int64)

    def push(self, at_s: float, histogram: Histogram) -> None:
        """Take in how the histogram is now."""
        fresh = histogram.counts - self._before
        self._before = histogram.counts.copy()
        count = int(fresh.sum())
        if not count:
            self.moments.append(Moment(at_s, 0, None, None))
            return
        half = int(np.searchsorted(np.cumsum(fresh), (count + 1) // 2))
        highest = int(np.flatnonzero(fresh)[-1])
        self.moments.append(Moment(at_s, count, middle_s(half), middle_s(highest)))
