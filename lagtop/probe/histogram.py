"""Latencies in logarithmic buckets: bounded memory, percentiles with a bounded error.

The idea is HdrHistogram's (Gil Tene): the error is relative, the same share of a millisecond as of
an hour. A bucket is 2 % wide, so a percentile is within 1.1 % of the value that stands there.
"""

from __future__ import annotations

import math

import numpy as np

SHORTEST_S = 1e-6
BUCKETS_AN_OCTAVE = 32
OCTAVES = 34
BUCKETS = BUCKETS_AN_OCTAVE * OCTAVES
MEDIAN = 0.5


class Histogram:
    """Counts of latencies from a microsecond to four hours, seconds; beyond, the ends take them.

    counts (int64[BUCKETS]); `total_s`, `least_s` and `most_s` are exact.
    """

    def __init__(self) -> None:
        self.counts = np.zeros(BUCKETS, np.int64)
        self.count = 0
        self.total_s = 0.0
        self.least_s = math.inf
        self.most_s = -math.inf

    def add(self, latency_s: float) -> None:
        """Count one latency."""
        self.counts[_bucket(latency_s)] += 1
        self.count += 1
        self.total_s += latency_s
        self.least_s = min(self.least_s, latency_s)
        self.most_s = max(self.most_s, latency_s)

    def merge(self, other: Histogram) -> None:
        """Count all that the other one has counted."""
        self.counts += other.counts
        self.count += other.count
        self.total_s += other.total_s
        self.least_s = min(self.least_s, other.least_s)
        self.most_s = max(self.most_s, other.most_s)

    @property
    def mean_s(self) -> float:
        """The mean, seconds; NaN of nothing."""
        return self.total_s / self.count if self.count else math.nan

    def quantile(self, share: float) -> float:
        """The smallest latency that at least `share` of all do not exceed; NaN of nothing."""
        if not self.count:
            return math.nan
        rank = max(1, math.ceil(share * self.count - 1e-9))
        bucket = int(np.searchsorted(np.cumsum(self.counts), rank))
        return min(max(middle_s(bucket), self.least_s), self.most_s)

    def sure_quantile(self, share: float) -> float:
        """The same; NaN of so few that one above the median would be no more than the highest."""
        beyond = (1 - share) * self.count
        return self.quantile(share) if share <= MEDIAN or beyond > 1 - 1e-9 else math.nan

    def bars(self, most: int) -> list[tuple[float, float, int]]:
        """The counted range as at most so many (from, to, count), from and to in seconds."""
        filled = np.flatnonzero(self.counts)
        if not filled.size:
            return []
        first, last = int(filled[0]), int(filled[-1])
        width = max(1, math.ceil((last - first + 1) / most))
        starts = range(first, last + 1, width)
        return [
            (_edge_s(start), _edge_s(start + width), int(self.counts[start : start + width].sum()))
            for start in starts
        ]


def middle_s(bucket: int) -> float:
    """The latency in the middle of a bucket, seconds."""
    return float(SHORTEST_S * 2 ** ((bucket + 0.5) / BUCKETS_AN_OCTAVE))


def _bucket(latency_s: float) -> int:
    if latency_s <= SHORTEST_S:
        return 0
    return min(int(math.log2(latency_s / SHORTEST_S) * BUCKETS_AN_OCTAVE), BUCKETS - 1)


def _edge_s(bucket: int) -> float:
    return float(SHORTEST_S * 2 ** (bucket / BUCKETS_AN_OCTAVE))
