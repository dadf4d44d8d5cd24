"""End offsets as they were, so that offsets can be found by time and retention can pass."""

from __future__ import annotations

from typing import Final

import numpy as np

from lagtop.demo.daily import Daily
from lagtop.snapshot import Ints

CAPACITY: Final = 8_192
ROUNDING: Final = 1e-6


class History:
    """The last end offsets of P partitions: at most CAPACITY rows, oldest first.

    Between two rows a partition's records are spaced evenly; the j-th of n records written in
    (t0, t1] is stamped t0 + (j + 1) / n * (t1 - t0). `older` is of partitions whose log began days
    before.
    """

    def __init__(self) -> None:
        self._times = np.empty(CAPACITY, np.float64)
        self._ends = np.empty((CAPACITY, 0), np.int64)
        self._rows = 0
        self.older: dict[int, Daily] = {}

    def widen(self, firsts: Ints) -> None:
        """Add partitions whose end offset has always been `firsts`."""
        wider = np.empty((CAPACITY, self._ends.shape[1] + firsts.size), np.int64)
        wider[: self._rows, : -firsts.size] = self._ends[: self._rows]
        wider[: self._rows, -firsts.size :] = firsts
        self._ends = wider

    def record(self, t: float, ends: Ints) -> None:
        """Remember the end offsets at `t`, which is later than all before."""
        if self._rows == CAPACITY:
            self._forget_older_half()
        self._times[self._rows], self._ends[self._rows] = t, ends
        self._rows += 1

    def ends_at(self, t: float) -> Ints:
        """End offsets at the last row not after `t`, or at the oldest row."""
        row = int(np.searchsorted(self._times[: self._rows], t, "right")) - 1
        return np.asarray(self._ends[max(row, 0)])

    def first_since(self, partition: int, t: float) -> int:
        """Offset of the first record stamped at or after `t`.

        It may not be written yet, or be deleted already: hold it against the log's start and end.
        """
        ends, times = self._ends[: self._rows, partition], self._times[: self._rows]
        row = int(np.searchsorted(times, t, "left"))
        if row == 0:
            return self.older[partition].first_since(t) if partition in self.older else 0
        if row == self._rows:
            return int(ends[-1])
        share = (t - times[row - 1]) / (times[row] - times[row - 1])
        skipped = int(np.ceil(share * (ends[row] - ends[row - 1]) - ROUNDING)) - 1
        return int(ends[row - 1]) + max(skipped, 0)

    def time_of(self, partition: int, offset: int) -> float:
        """When a record was stamped; what is older than the history has the oldest time."""
        ends = self._ends[: self._rows, partition]
        row = min(int(np.searchsorted(ends, offset, "right")), self._rows - 1)
        if row == 0 and partition in self.older:
            return self.older[partition].time_of(offset)
        if row == 0 or ends[row] == ends[row - 1]:
            return float(self._times[row])
        share = (offset - ends[row - 1] + 1) / (ends[row] - ends[row - 1])
        start, end = self._times[row - 1], self._times[row]
        return float(start + min(share, 1.0) * (end - start))

    def _forget_older_half(self) -> None:
        kept = CAPACITY // 2
        self._times[:kept] = self._times[kept:]
        self._ends[:kept] = self._ends[kept:]
        self._rows = kept
