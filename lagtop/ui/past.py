"""What the groups' figures were since the screen was opened: what charts draw.

Reports are frozen, so that remembering one is remembering where its columns are.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable
from typing import Final, NamedTuple

import numpy as np

from lagtop.analysis.report import Report
from lagtop.snapshot import UNKNOWN, Floats, Ints

MOST_MOMENTS: Final = 1_800
_BUDGET_BYTES: Final = 24_000_000
_BYTES_A_GROUP: Final = 32


class Series(NamedTuple):
    """A group's figures over time, oldest first (float64[n] each); NaN where unknown.

    at: seconds, as `Report.captured_at`; lag: messages; produced, consumed: per second; behind:
    seconds.
    """

    at: Floats
    lag: Floats
    produced: Floats
    consumed: Floats
    behind: Floats


class _Moment(NamedTuple):
    report_at: float
    rows: dict[str, int]
    columns: tuple[Ints | Floats, ...]


class Past:
    """The last reports' groups, as many as a few megabytes hold."""

    def __init__(self) -> None:
        self._moments: deque[_Moment] = deque()

    def push(self, report: Report) -> None:
        """Remember a Report."""
        names = [group.name for group in report.group_facts]
        rows = self._moments[-1].rows if self._moments else {}
        if list(rows) != names:
            rows = {name: row for row, name in enumerate(names)}
        groups = report.groups
        rates = (groups.produced_per_s, groups.consumed_per_s)
        columns = (groups.lag_messages, *rates, groups.lag_s)
        self._moments.append(_Moment(report.captured_at, rows, columns))
        room = _BUDGET_BYTES // (_BYTES_A_GROUP * max(len(names), 1))
        while len(self._moments) > min(max(room, 2), MOST_MOMENTS):
            self._moments.popleft()

    def of_group(self, name: str, until: float) -> Series:
        """A group's figures up to a time."""
        seen = [m for m in self._moments if m.report_at <= until and name in m.rows]
        lag, produced, consumed, behind = (
            _column((m.columns[place][m.rows[name]] for m in seen), len(seen)) for place in range(4)
        )
        at = _column((m.report_at for m in seen), len(seen))
        return Series(at, np.where(lag == UNKNOWN, np.nan, lag), produced, consumed, behind)


def _column(values: Iterable[float], count: int) -> Floats:
    return np.fromiter(values, np.float64, count)
