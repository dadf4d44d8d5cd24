"""What many series were, in bounded memory: tiers of pictures, each coarser than the one before.

A picture holds every series at one poll: the low 32 bits of its value and how old it was. The first
tier keeps every poll; whenever a picture leaves a tier, every fifth of them goes on to the next. So
what is remembered of a moment is never further apart than about a tenth of its age.
"""

from __future__ import annotations

from copy import copy
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from lagtop.analysis.report import Flags
from lagtop.snapshot import Codes, Floats, Ints

Ages = NDArray[np.float32] | NDArray[np.float64]
Low = NDArray[np.uint32]
Ticks = NDArray[np.uint16]

Series = Ints | slice
ALL: Final = slice(None)

KEEP_ONE_OF = 5
TICKS_PER_S = 64.0
OLDEST_TICKS = 65_535
"""An age that does not fit: older than OLDEST_S, or unknown."""

OLDEST_S = OLDEST_TICKS / TICKS_PER_S
"""17 minutes."""


@dataclass(frozen=True, slots=True)
class Plan:
    """How many pictures each tier holds."""

    tiers: tuple[int, ...]

    @property
    def pictures(self) -> int:
        """How many pictures there are in all."""
        return sum(self.tiers)

    @property
    def polls(self) -> int:
        """How many polls they reach back."""
        return sum(count * KEEP_ONE_OF**tier for tier, count in enumerate(self.tiers))


BYTES_A_PICTURE = 6


def plan_within(budget_bytes: int, size: int, tiers: tuple[int, ...]) -> Plan:
    """The pictures of `tiers` that fit a budget: fewer tiers first, then fewer pictures in each."""
    fit = max(8, budget_bytes // max(1, size * BYTES_A_PICTURE))
    while len(tiers) > 2 and sum(tiers) > fit:
        tiers = tiers[:-1]
    share = min(1.0, fit / sum(tiers))
    return Plan(tuple(max(4, int(count * share)) for count in tiers))


class History:
    """Pictures of `size` series; row r of every array is a picture, `order` is newest first.

    times (float64[pictures]): when each was taken; since (float64[size]): what was before does not
    belong to the series any more, NaN while there is nothing.
    """

    def __init__(self, size: int, plan: Plan) -> None:
        self.plan = plan
        self.size = size
        self.since = np.full(size, np.nan)
        self.times = np.full(plan.pictures, np.nan)
        self._values: Low = np.empty((plan.pictures, size), np.uint32)
        self._ages: Ticks = np.empty((plan.pictures, size), np.uint16)
        self._taken = [0] * len(plan.tiers)
        self._begins = np.cumsum([0, *plan.tiers]).tolist()

    def push(self, values: Ints, ages_s: Ages, begun: Flags, at: float) -> None:
        """Add a picture; the series that `begun` says have no past."""
        # At the time of the picture before they were not in that one.
        self.since[begun] = np.nextafter(at, np.inf) if at == self.newest_at else at
        self._promote(0)
        row = self._row(0, self._taken[0])
        self._taken[0] += 1
        self.times[row] = at
        np.copyto(self._values[row], values, casting="unsafe")
        with np.errstate(invalid="ignore"):
            ticks = np.minimum(ages_s * TICKS_PER_S, OLDEST_TICKS)
        np.copyto(self._ages[row], np.nan_to_num(ticks, nan=OLDEST_TICKS), casting="unsafe")

    def skip(self, series: Ints, by: Ints) -> None:
        """Count as though some series had been further on by so much all along."""
        self._values[:, series] += by.astype(np.uint32)

    def part(self, series: slice) -> History:
        """Some of the series, to look at only: their pictures are those of the whole."""
        some = copy(self)
        some.since = self.since[series]
        some.size = len(some.since)
        some._values, some._ages = self._values[:, series], self._ages[:, series]
        return some

    def _promote(self, tier: int) -> None:
        """Make room in a tier; every KEEP_ONE_OF-th picture goes on to the next."""
        leaving = self._taken[tier] - self.plan.tiers[tier]
        if leaving < 0 or tier + 1 == len(self.plan.tiers) or leaving % KEEP_ONE_OF:
            return
        self._promote(tier + 1)
        source = self._row(tier, leaving)
        target = self._row(tier + 1, self._taken[tier + 1])
        self._taken[tier + 1] += 1
        self.times[target] = self.times[source]
        self._values[target] = self._values[source]
        self._ages[target] = self._ages[source]

    def _row(self, tier: int, number: int) -> int:
        return int(self._begins[tier] + number % self.plan.tiers[tier])

    def order(self) -> list[int]:
        """The rows that hold a picture, newest first."""
        rows: list[int] = []
        for tier, taken in enumerate(self._taken):
            kept = min(taken, self.plan.tiers[tier])
            rows += [self._row(tier, taken - 1 - back) for back in range(kept)]
        return rows

    @property
    def newest_at(self) -> float:
        """When the newest picture was taken, NaN while there is none."""
        return float(self.times[self._row(0, self._taken[0] - 1)]) if self._taken[0] else np.nan

    def newest_before(self, moment: float) -> int:
        """The row of the newest picture not after `moment`, else of the oldest."""
        rows = self.order()
        return next((row for row in rows if self.times[row] <= moment), rows[-1])

    def moved(self, values: Ints, row: int, series: Series = ALL) -> Floats:
        """How far series have moved since a picture, NaN where that is not their past."""
        far = (values[series].astype(np.uint32) - self._values[row, series]).astype(np.float64)
        far[~(self.since[series] <= self.times[row])] = np.nan
        return far

    def behind(self, values: Ints, row: int) -> Ints:
        """How much smaller than `values` each series was in a picture (int64)."""
        low: Low = values.astype(np.uint32) - self._values[row]
        return low.astype(np.int64)

    def read_at(self, row: int, series: Series = ALL) -> Floats:
        """When the values of a picture were read, NaN where it does not say."""
        ticks = self._ages[row, series]
        read_at: Floats = self.times[row] - ticks / TICKS_PER_S
        read_at[ticks == OLDEST_TICKS] = np.nan
        return read_at

    def cell(self, rows: Ints, columns: Ints | Codes) -> tuple[Low, Floats]:
        """The low bits and the reading times of single cells, NaN where those are not told."""
        ticks = self._ages[rows, columns]
        read_at = np.where(ticks == OLDEST_TICKS, np.nan, self.times[rows] - ticks / TICKS_PER_S)
        return self._values[rows, columns], read_at

    def carried(self, sources: Ints, plan: Plan) -> History:
        """The same series after rows moved: series i is what series sources[i] was, or new.

        Pictures that do not fit a smaller plan are lost, the oldest first.
        """
        moved = History(len(sources), plan)
        kept = sources >= 0
        old = sources[kept]
        moved.since[kept] = self.since[old]
        if plan == self.plan:
            moved.times[:], moved._taken = self.times, list(self._taken)
            for row in self.order():
                moved._values[row][kept] = self._values[row][old]
                moved._ages[row][kept] = self._ages[row][old]
                moved._values[row][~kept], moved._ages[row][~kept] = 0, OLDEST_TICKS
            return moved
        for row in reversed(self.order()):
            moved._repeat(self, row, kept, old)
        return moved

    def _repeat(self, other: History, row: int, kept: Flags, old: Ints) -> None:
        values, ages = np.zeros(self.size, np.int64), np.full(self.size, np.nan)
        values[kept] = other._values[row][old]
        ages[kept] = other.times[row] - other.read_at(row)[old]
        self.push(values, ages, np.zeros(self.size, np.bool_), float(other.times[row]))
