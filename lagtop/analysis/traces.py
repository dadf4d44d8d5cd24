"""The last few pictures of a column, for sparklines and for the base lag."""

from __future__ import annotations

import numpy as np

from lagtop.analysis.lean import fitting
from lagtop.analysis.report import Trace
from lagtop.snapshot import Floats, Ints

PICTURES = 16
BUDGET_BYTES = 32_000_000
"""Of very many rows fewer pictures are kept, but FEWEST at least."""

FEWEST = 8


class Traces:
    """The last PICTURES values of a column, oldest first, float32 each with NaN for unknown."""

    def __init__(self) -> None:
        self.pictures: tuple[Trace, ...] = ()
        self._times: tuple[float, ...] = ()

    def carry(self, sources: Ints) -> None:
        """Follow rows that moved: row i is what row sources[i] was, NaN for a new one."""
        self.pictures = tuple(_carried(picture, sources) for picture in self.pictures)

    def push(self, values: Floats, at: float) -> None:
        """Add the picture of one moment, seconds."""
        kept = fitting(BUDGET_BYTES, values.size * 4, FEWEST, PICTURES)
        self.pictures = (*self.pictures, values.astype(np.float32))[-kept:]
        self._times = (*self._times, at)[-kept:]

    def newest(self, count: int) -> Floats:
        """The newest picture, `count` unknowns while there is none."""
        if not self.pictures:
            return np.full(count, np.nan)
        return self.pictures[-1].astype(np.float64)

    def floor(self, window_s: float) -> Floats:
        """The smallest known value of the last `window_s` seconds, NaN where nothing was known."""
        newest = self._times[-1]
        lowest = self.pictures[-1]
        for picture, at in zip(self.pictures[:-1], self._times[:-1], strict=True):
            if newest - at <= window_s:
                lowest = np.fmin(lowest, picture)
        return lowest.astype(np.float64)


def _carried(picture: Trace, sources: Ints) -> Trace:
    moved = np.full(len(sources), np.nan, np.float32)
    kept = sources >= 0
    moved[kept] = picture[sources[kept]]
    return moved
