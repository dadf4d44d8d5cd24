"""How much a group's lag has grown within a rule's window."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np

from lagtop.analysis.measures import MEASURES, is_hidden
from lagtop.analysis.report import Report, Trend
from lagtop.analysis.rules import Rule
from lagtop.snapshot import Floats

SAMPLE_EVERY_S = 10.0


class Growths:
    """The measures that rules compare over time, by group name, one sample in ten seconds."""

    def __init__(self, rules: Iterable[Rule]) -> None:
        compared = [rule for rule in rules if rule.within_s]
        self._measures = sorted({rule.measure for rule in compared})
        self._longest_s = max((rule.within_s for rule in compared), default=0.0)
        self._samples: list[tuple[float, dict[str, dict[str, float]]]] = []

    def push(self, report: Report) -> None:
        """Remember what a report says."""
        now = report.captured_at
        is_early = self._samples and now - self._samples[-1][0] < SAMPLE_EVERY_S
        if is_early or not self._measures:
            return
        names = [group.name for group in report.group_facts]
        sample = {
            measure: dict(zip(names, MEASURES[measure](report).tolist(), strict=True))
            for measure in self._measures
        }
        self._samples.append((now, sample))
        while len(self._samples) > 1 and now - self._samples[1][0] >= self._longest_s:
            del self._samples[0]

    def of(self, rule: Rule, report: Report) -> Floats:
        """How much the rule's measure has grown, float64[G]; NaN before there is a window of it.

        It counts only while the trend says that it is more than the commits' sawtooth; while that
        is not to be seen, nobody knows.
        """
        begin = report.captured_at - rule.within_s
        samples = (sample for at, sample in reversed(self._samples) if at <= begin)
        before = next(samples, {rule.measure: {}})[rule.measure]
        then = np.array([before.get(group.name, np.nan) for group in report.group_facts])
        grown: Floats = MEASURES[rule.measure](report) - then
        trend = report.groups.trend
        return np.where(trend == Trend.GROWING, grown, np.where(is_hidden(trend), np.nan, 0.0))
