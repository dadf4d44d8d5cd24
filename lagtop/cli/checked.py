"""One look: snapshots in, at the end what is wrong."""

from __future__ import annotations

from dataclasses import dataclass

from lagtop.analysis.checkup import Finding, Limits, Status, examine, not_judged, worst
from lagtop.analysis.narrow import Narrow
from lagtop.analysis.observer import Observer
from lagtop.analysis.policy import Policy
from lagtop.analysis.progress import Progress
from lagtop.analysis.report import Report
from lagtop.errors import UnreachableError
from lagtop.snapshot import Snapshot


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a look found; `not_judged` are rules that look further back than it went."""

    status: Status
    findings: list[Finding]
    report: Report
    watched_s: float
    polls: int
    not_judged: list[str]


class Check:
    """Takes in polls, and judges at the end."""

    def __init__(self, limits: Limits, policy: Policy, narrow: Narrow) -> None:
        self.observer = Observer(policy)
        self.progress = Progress()
        self.polls = 0
        self._limits, self._rules, self._narrow = limits, policy.rules, narrow
        self._began_at = 0.0
        self._last: tuple[Report, Snapshot] | None = None

    def take(self, polled: Snapshot) -> None:
        """Take in a poll."""
        snapshot = self._narrow(polled)
        report = self.observer.observe(snapshot)
        if self._last is None:
            self._began_at = report.captured_at
        self.polls += 1
        self._last = report, snapshot
        self.progress.push(report)

    @property
    def watched_s(self) -> float:
        """How long the look has taken so far, seconds."""
        return 0.0 if self._last is None else self._last[0].captured_at - self._began_at

    def outcome(self) -> Outcome:
        """Judge by what is known now, ages that were learnt since the last poll too."""
        if self._last is None:
            raise UnreachableError("nothing was seen of the cluster")
        report, snapshot = self._last
        report = self.observer.refined(report, snapshot)
        self.progress.age(report)
        findings = examine(
            report, self.progress, self._rules, self._limits, self.watched_s
        )
        short = not_judged(self._rules, self.watched_s)
        return Outcome(worst(findings), findings, report, self.watched_s, self.polls, short)
