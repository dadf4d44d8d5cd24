"""What a group's commits tell: lag and progress are only true at the moment of a commit.

Committed offsets rise in steps; the lag right after a step is the base lag, and between two steps
the consumed rate is known. Whatever lies between is the commit interval's sawtooth, not backlog.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from lagtop.snapshot import Floats

CLEARLY_S = 7.0
"""Without any commit, a backlog of so many seconds of the rate is one that grows."""

LEAST_RISE_S = 0.5
"""A rise by less than so many seconds of the rate is a pause of the consumer, not growth."""

CERTAIN = 2.0
"""So many standard deviations are not chance."""


@dataclass(frozen=True, slots=True)
class Reading:
    """One poll of what a load writes and a group reads, summed over the topic's partitions.

    `at` in seconds; `end` and `committed` are sums of offsets.
    """

    at: float
    end: float
    committed: float

    @property
    def lag(self) -> float:
        """Messages not yet committed."""
        return self.end - self.committed


class Staircase:
    """The readings at which the committed offset had moved, oldest first, and the last poll."""

    def __init__(self) -> None:
        self.edges: list[Reading] = []
        self.last: Reading | None = None
        self._gap_s = 0.0

    def push(self, reading: Reading) -> None:
        """Take in a poll."""
        if self.last is not None:
            gap_s = reading.at - self.last.at
            self._gap_s += (gap_s - self._gap_s) * (0.1 if self._gap_s else 1.0)
            if reading.committed != self.last.committed:
                self.edges.append(reading)
        self.last = reading

    def clear(self) -> None:
        """Forget the edges; the last poll stays, so that the next step is still seen."""
        self.edges.clear()

    def poll_s(self) -> float:
        """The usual time between polls, seconds; 0 before the second."""
        return self._gap_s

    def spacing_s(self) -> float:
        """The median time between edges, seconds; NaN below two."""
        return float(np.median(np.diff(self.times()))) if len(self.edges) > 1 else float("nan")

    def times(self) -> Floats:
        """When each edge was seen, seconds (float64[n])."""
        return np.array([edge.at for edge in self.edges])

    def lags(self) -> Floats:
        """The base lag at each edge, messages (float64[n])."""
        return np.array([edge.lag for edge in self.edges])

    def consumed_per_s(self) -> float:
        """The rate of commits from the first edge to the last; NaN below two."""
        if len(self.edges) < 2:
            return float("nan")
        first, last = self.edges[0], self.edges[-1]
        return (last.committed - first.committed) / (last.at - first.at)

    def produced_per_s(self) -> float:
        """The rate of writes from the first edge to the last; NaN below two."""
        if len(self.edges) < 2:
            return float("nan")
        first, last = self.edges[0], self.edges[-1]
        return (last.end - first.end) / (last.at - first.at)

    def grew(self, rate_per_s: float, share: float) -> bool:
        """Whether the base lag rose by more than a share of what was written, and than chance.

        The first edge is left out: it still tells of what was before.
        """
        times, lags = self.times()[1:], self.lags()[1:]
        if len(times) < 2:
            # Without commits there is no progress: all that was written is backlog.
            return self.last is not None and self.last.lag > CLEARLY_S * rate_per_s
        third = -(-len(times) // 3)
        span_s = float(np.mean(times[-third:]) - np.mean(times[:third]))
        rise = float(np.mean(lags[-third:]) - np.mean(lags[:third]))
        # A commit is seen up to a poll late, and what came meanwhile looks like lag.
        timing = rate_per_s * self.poll_s() / np.sqrt(12)
        chance = CERTAIN * timing * np.sqrt(2 / third)
        return bool(rise > max(rate_per_s * max(share * span_s, LEAST_RISE_S), chance))
