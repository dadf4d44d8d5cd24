"""What makes a row stand out: one mark a row, the same on the screen and in `--issues`."""

from __future__ import annotations

from enum import IntEnum
from typing import Final

import numpy as np
from numpy.typing import NDArray

from lagtop.analysis.report import Report, Small, Trend
from lagtop.analysis.verdicts import Verdict
from lagtop.snapshot import NO_GAP, UNKNOWN

Marks = NDArray[np.int8]


class Mark(IntEnum):
    """In order of severity: the highest that holds is shown."""

    NONE = 0
    REBALANCING = 1
    SHRINKING = 2
    UNBALANCED = 3
    GROWING = 4
    ATTENTION = 5
    STALLED = 6
    UNKNOWN = 7


_OF_TREND: Final = np.zeros(len(Trend), dtype=np.int8)
_OF_TREND[Trend.GROWING] = Mark.GROWING
_OF_TREND[Trend.SHRINKING] = Mark.SHRINKING
_OF_TREND[Trend.STALLED] = Mark.STALLED
_OF_TREND[Trend.REBALANCING] = Mark.REBALANCING

_OF_VERDICT: Final = np.zeros(len(Verdict), dtype=np.int8)
_OF_VERDICT[[Verdict.LOST, Verdict.PAST_END, Verdict.OFFLINE, Verdict.DELETED]] = Mark.ATTENTION
_OF_VERDICT[[Verdict.UNAUTHORIZED, Verdict.UNKNOWN]] = Mark.UNKNOWN


def group_marks(report: Report) -> Marks:
    """One Mark for each group (int8[G])."""
    rows = report.groups
    marks = _lean(rows.trend, rows.unbalanced)
    marks = np.where(_deserted(report), np.int8(Mark.ATTENTION), marks)
    blind = np.array([group.gap != NO_GAP for group in report.group_facts], dtype=bool)
    blind |= (rows.lag_messages == UNKNOWN) & (rows.partitions > 0)
    return np.where(blind, np.int8(Mark.UNKNOWN), marks)


def partition_marks(report: Report) -> Marks:
    """One Mark for each group and partition (int8[N])."""
    rows = report.partitions
    marks = _lean(rows.trend, rows.unbalanced)
    deserted = _deserted(report)[rows.group] & (rows.lag_messages > 0)
    marks = np.where(deserted, np.int8(Mark.ATTENTION), marks)
    return np.maximum(marks, _OF_VERDICT[rows.verdict])


def _deserted(report: Report) -> NDArray[np.bool_]:
    """Groups (bool[G]) that lag and have no member, nor anybody who commits without being one."""
    rows = report.groups
    deserted: NDArray[np.bool_] = (rows.members == 0) & (rows.lag_messages > 0)
    return deserted & ~(rows.consumed_per_s > 0)


def _lean(trend: Small, unbalanced: NDArray[np.bool_]) -> Marks:
    marks: Marks = np.maximum(
        _OF_TREND[trend], np.where(unbalanced, np.int8(Mark.UNBALANCED), np.int8(Mark.NONE))
    )
    return marks
