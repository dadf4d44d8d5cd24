"""What the screen has been told: the newest Report, and the Failure since, if there is one."""

from __future__ import annotations

from dataclasses import dataclass, replace

from lagtop.analysis.report import Report
from lagtop.live import Rerun, Update
from lagtop.snapshot import NO_GAP, Failure, Gap, Progress

PATIENCE = 3
"""Intervals without news after which the picture is called old."""

SHORTEST_PATIENCE_S = 10.0


@dataclass(frozen=True, slots=True, eq=False)
class Seen:
    """One moment of a session; times are of the app's clock, seconds."""

    report: Report | None = None
    report_at: float = 0.0
    failure: Failure | None = None
    progress: Progress | None = None

    def after(self, update: Update, now: float) -> Seen:
        """With one more Report, which ends all else, or with what keeps the Report."""
        if isinstance(update, Failure):
            return replace(self, failure=update)
        if isinstance(update, Progress):
            return replace(self, progress=update)
        if isinstance(update, Rerun):
            return Seen(update.reports[-1], now)
        return Seen(update, now)

    @property
    def picture(self) -> Report | None:
        """The Report as it is to be drawn: while polls fail, no broker passes for one that is up.

        A poll fails when no broker answers, or when nothing asks them any more.
        """
        if self.report is None or self.failure is None:
            return self.report
        gap = Gap("unreachable", self.failure.what)
        silent = (replace(b, gap=gap) if b.gap == NO_GAP else b for b in self.report.brokers)
        return replace(self.report, brokers=tuple(silent))

    def age_s(self, now: float) -> float:
        """How long ago the Report came, seconds."""
        return now - self.report_at

    def is_stale(self, now: float, interval_s: float) -> bool:
        """Whether the Report must not pass for the present."""
        if self.report is None:
            return False
        return self.failure is not None or self.age_s(now) > patience_s(interval_s)


def patience_s(interval_s: float) -> float:
    """The age from which data is called old, seconds."""
    return max(PATIENCE * interval_s, SHORTEST_PATIENCE_S)
