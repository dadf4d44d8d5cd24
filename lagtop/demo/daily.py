"""A log of days before the demo began, for topics that are written every day as they are today.

It is made at once, in steps of STEP_S, and found by time as the history is that follows it.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

import numpy as np

from lagtop.snapshot import Floats, Ints

Factor = Callable[[float], float]
DAY_S: Final = 86_400.0
STEP_S: Final = 30.0


class Daily:
    """One partition's log: `ends` (int64[n]) were written by `times` (float64[n])."""

    def __init__(self, times: Floats, ends: Ints) -> None:
        self._times, self._ends = times, ends

    @property
    def end(self) -> int:
        """How much has been written."""
        return int(self._ends[-1])

    def first_since(self, t: float) -> int:
        """How much of it was written before `t`."""
        return int(np.interp(t, self._times, self._ends))

    def time_of(self, offset: int) -> float:
        """When a record was written."""
        return float(np.interp(offset + 1, self._ends, self._times))


def daily(t: float, log_s: float, rates: Floats, factor_at: Factor) -> list[Daily]:
    """The logs of partitions from `log_s` before `t` until `t`.

    rates: messages per second into each; factor_at(t) is by how much they are multiplied at a time
    of the story's day, which is also any other's.
    """
    times = np.arange(t - log_s, t + STEP_S, STEP_S).clip(max=t)
    today = (times[1:] + DAY_S / 2) % DAY_S - DAY_S / 2
    lasts_s = np.array([factor_at(one) for one in today.tolist()]) * np.diff(times)
    written = (np.round(rate * lasts_s).astype(np.int64) for rate in rates.tolist())
    return [Daily(times, np.append(np.int64(0), np.cumsum(one))) for one in written]
