"""The last reports, whole, to step back through; as many as a few megabytes hold."""

from __future__ import annotations

from bisect import bisect_right
from collections import deque
from dataclasses import fields
from typing import Final

from lagtop.analysis.report import Report

_BUDGET_BYTES: Final = 24_000_000
_MOST: Final = 900


class Reel:
    """Reports in the order in which they came."""

    def __init__(self) -> None:
        self._reports: deque[Report] = deque()
        self._is_cut = False

    def push(self, report: Report) -> None:
        """Remember a Report; the oldest make room."""
        self._reports.append(report)
        room = _BUDGET_BYTES // max(_size(report), 1)
        while len(self._reports) > min(max(room, 1), _MOST):
            self._reports.popleft()
            self._is_cut = True

    def begins(self) -> str:
        """Why there is nothing older than the oldest, for people."""
        if not self._is_cut:
            return "this is the first picture"
        kept, rows = len(self._reports), len(self._reports[-1].partitions.group)
        if kept == 1:
            return f"of {rows:,} rows no picture but the newest is kept"
        return f"of {rows:,} rows the last {kept} pictures are kept, and this is the oldest"

    def step(self, now: Report, steps: int) -> Report:
        """The Report so many before (below 0) or after `now`, as far as there are any."""
        place = next((p for p, seen in enumerate(self._reports) if seen is now), 0)
        return self._reports[min(max(place + steps, 0), len(self._reports) - 1)]

    def reaches(self, captured_at: float) -> bool:
        """Whether a time is within what is remembered."""
        reports = self._reports
        return bool(reports) and (reports[0].captured_at <= captured_at <= reports[-1].captured_at)

    def at(self, captured_at: float) -> Report:
        """The newest Report that is not newer than a time, or the oldest there is."""
        times = [report.captured_at for report in self._reports]
        return self._reports[max(bisect_right(times, captured_at) - 1, 0)]


def _size(report: Report) -> int:
    rows = (report.partitions, report.groups)
    columns = (getattr(table, field.name) for table in rows for field in fields(table))
    return sum(getattr(column, "nbytes", 0) for column in columns) + 20_000
