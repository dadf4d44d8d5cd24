"""What alert rules look at: a number a group, NaN where it is not known."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import NDArray

from lagtop.analysis.report import Report, Trend
from lagtop.analysis.verdicts import Verdict
from lagtop.snapshot import UNKNOWN, Floats, Ints

GROWTH_WINDOW_S = 300.0
SAMPLE_EVERY_S = 10.0


class LagMemory:
    """The lags of all groups by name over the last GROWTH_WINDOW_S, one sample in ten seconds."""

    def __init__(self) -> None:
        self._samples: list[tuple[float, dict[str, float]]] = []

    def push(self, report: Report) -> None:
        """Remember the lags of a report."""
        now = report.captured_at
        if self._samples and now - self._samples[-1][0] < SAMPLE_EVERY_S:
            return
        lags = known(report.groups.lag_messages).tolist()
        names = (group.name for group in report.group_facts)
        self._samples.append((now, dict(zip(names, lags, strict=True))))
        while len(self._samples) > 1 and now - self._samples[1][0] >= GROWTH_WINDOW_S:
            del self._samples[0]

    def growth(self, report: Report) -> Floats:
        """How much each group's lag has grown, messages; NaN before there is a window of it."""
        if not self._samples or report.captured_at - self._samples[0][0] < GROWTH_WINDOW_S:
            return np.full(len(report.group_facts), np.nan)
        before = self._samples[0][1]
        old = np.array([before.get(group.name, np.nan) for group in report.group_facts])
        grown: Floats = known(report.groups.lag_messages) - old
        return grown


Measure = Callable[[Report, LagMemory], Floats]


def known(counts: Ints) -> Floats:
    """Counts as float64, UNKNOWN as NaN."""
    values: Floats = np.where(counts == UNKNOWN, np.nan, counts)
    return values


def _lag(report: Report, _: LagMemory) -> Floats:
    return known(report.groups.lag_messages)


def _lag_s(report: Report, _: LagMemory) -> Floats:
    return report.groups.lag_s


def _growth(report: Report, memory: LagMemory) -> Floats:
    """Growth counts only while the trend says that it is more than the commits' sawtooth."""
    growing = report.groups.trend == Trend.GROWING
    return np.where(growing, memory.growth(report), 0.0)


def _stalled(report: Report, _: LagMemory) -> Floats:
    rows = report.partitions
    lags = np.where(rows.trend == Trend.STALLED, known(rows.lag_messages), 0.0)
    return _sum(report, lags)


def _lost(report: Report, _: LagMemory) -> Floats:
    return _sum(report, known(report.partitions.lost_messages))


def _offline(report: Report, _: LagMemory) -> Floats:
    return _sum(report, report.partitions.verdict == Verdict.OFFLINE)


def _unbalanced(report: Report, _: LagMemory) -> Floats:
    return report.groups.unbalanced.astype(np.float64)


def _sum(report: Report, values: NDArray[Any]) -> Floats:
    """Per group the sum of what is known."""
    amounts = np.nan_to_num(np.asarray(values, np.float64))
    total = np.bincount(report.partitions.group, amounts, len(report.group_facts))
    return total.astype(np.float64)


MEASURES: dict[str, Measure] = {
    "lag_messages": _lag,
    "lag_s": _lag_s,
    "lag_growth_messages": _growth,
    "stalled_messages": _stalled,
    "lost_messages": _lost,
    "offline_partitions": _offline,
    "unbalanced": _unbalanced,
}
"""By the names that rules use."""
