"""What is wrong at the end of a look: the rules of alerts, without their patience.

A check has no memory from run to run, and what runs it (Nagios, cron) has a patience of its own. So
a rule that only waits for its time to be over is a warning already, and a member that has something
to read and did not move is never fine.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import IntEnum
from itertools import groupby

import numpy as np

from lagtop.analysis.behind import of_unknown_age
from lagtop.analysis.progress import Progress, Waiting
from lagtop.analysis.report import LagMethod, Report
from lagtop.analysis.rules import DEFAULT_RULES, STALLED, Rule, Severity, State
from lagtop.analysis.sums import any_of
from lagtop.analysis.verdicts import Verdict
from lagtop.analysis.words import duration, plural
from lagtop.errors import EXIT_CRITICAL, EXIT_OK, EXIT_UNKNOWN, EXIT_WARNING

LOOK_S = 30.0
_BLIND = (Verdict.UNKNOWN, Verdict.UNAUTHORIZED)


class Status(IntEnum):
    """How it stands, as monitoring plugins exit with it."""

    OK = EXIT_OK
    WARNING = EXIT_WARNING
    CRITICAL = EXIT_CRITICAL
    UNKNOWN = EXIT_UNKNOWN

    @property
    def word(self) -> str:
        """The status as it is spelt."""
        return self.name.lower()


_BADNESS = (Status.OK, Status.UNKNOWN, Status.WARNING, Status.CRITICAL)
"""What is known to be wrong counts more than what is not known."""


@dataclass(frozen=True, slots=True)
class Finding:
    """Something that is not fine: which rule or limit says so, of what, and why."""

    status: Status
    rule: str
    subject: str
    what: str


@dataclass(frozen=True, slots=True)
class Limits:
    """What the user holds groups to beside the rules; `look_s` is how long standing still is.

    `names` is what the groups' names must match, in words.
    """

    max_lag: int | None = None
    max_age_s: float | None = None
    look_s: float = LOOK_S
    names: str = ""


def worst(findings: Iterable[Finding]) -> Status:
    """The status of all findings together."""
    return max((one.status for one in findings), key=_BADNESS.index, default=Status.OK)


def examine(
    report: Report, progress: Progress, rules: Iterable[Rule], limits: Limits, watched_s: float
) -> list[Finding]:
    """All that is not fine after a look of `watched_s` seconds, worst first."""
    unseen = [
        Finding(Status.UNKNOWN, "groups", report.cluster, said) for said in report.unlisted
    ]
    if not report.group_facts and not unseen:
        told = f"no such group: {limits.names}" if limits.names else "no such group"
        return [Finding(Status.UNKNOWN, "groups", report.cluster, told)]
    findings = [
        *_of_alerts(report, min(watched_s, limits.look_s)),
        *_standing_still(progress, rules, limits),
        *_beyond(report, limits),
        *_blind(report),
        *unseen,
    ]
    return sorted(findings, key=lambda one: -_BADNESS.index(one.status))


def _of_alerts(report: Report, held_s: float) -> Iterator[Finding]:
    """What fires, and what has held all the time: a lag is high between any two commits."""
    for alert in report.alerts:
        seen_s = report.captured_at - alert.active_since
        fires = alert.state == State.FIRING
        if fires or (alert.state == State.PENDING and seen_s >= held_s):
            is_severe = fires and alert.rule.severity == Severity.CRITICAL
            status = Status.CRITICAL if is_severe else Status.WARNING
            summary = alert.rule.summary or alert.rule.measure
            needed = "" if fires else f" of {duration(alert.rule.for_s)}"
            what = f"{summary}, {alert.state.word}, seen for {duration(seen_s)}{needed}"
            yield Finding(status, alert.rule.name, alert.group, what)


def _standing_still(progress: Progress, rules: Iterable[Rule], limits: Limits) -> Iterator[Finding]:
    still = [(one, _status(one, _patience_s(rules, one.group), limits)) for one in progress.waiting]
    bad = sorted((x for x in still if x[1] != Status.OK), key=lambda x: x[0].group)
    for group, members in groupby(bad, key=lambda x: x[0].group):
        told = list(members)
        status = max((status for _, status in told), key=_BADNESS.index)
        yield Finding(status, STALLED, group, _stillness([one for one, _ in told], status))


def _status(one: Waiting, patience_s: float, limits: Limits) -> Status:
    """Whatever stood still for the rule's time must have something to read that is as old."""
    is_young = one.at_most_s < patience_s
    if one.is_deserted or one.still_s >= limits.look_s:
        return Status.WARNING if is_young else Status.CRITICAL
    return Status.OK if one.has_moved or is_young else Status.UNKNOWN


def _patience_s(rules: Iterable[Rule], group: str) -> float:
    fitting = (rule for rule in (*rules, *DEFAULT_RULES) if rule.name == STALLED)
    return next(rule.for_s for rule in fitting if rule.covers(group))


def _stillness(members: list[Waiting], status: Status) -> str:
    messages = sum(one.messages for one in members)
    oldest = float(np.fmax.reduce([one.oldest_s for one in members]))
    waits = f"{plural(messages, 'message')} to read, the oldest for {duration(oldest)}"
    if all(one.is_deserted for one in members):
        return f"no member, {waits}"
    if status == Status.UNKNOWN:
        return f"not seen to move yet: the look was too short; {waits}"
    still_s = max(one.still_s for one in members)
    return f"nothing consumed for {duration(still_s)} by {plural(len(members), 'member')}, {waits}"


def _beyond(report: Report, limits: Limits) -> Iterator[Finding]:
    rows, groups = report.partitions, report.groups
    is_bound = (rows.lag_s_method == LagMethod.AT_LEAST) | of_unknown_age(rows)
    bounds = any_of(is_bound, rows.starts).tolist()
    columns = (groups.lag_messages.tolist(), groups.lag_s.tolist(), bounds)
    for facts, lag, age_s, is_bound in zip(report.group_facts, *columns, strict=True):
        if limits.max_lag is not None and lag > limits.max_lag:
            what = f"lag {lag:,} is over {limits.max_lag:,}"
            yield Finding(Status.CRITICAL, "--max-lag", facts.name, what)
        if limits.max_age_s is None:
            continue
        if age_s > limits.max_age_s:
            what = f"{duration(age_s)} behind is over {duration(limits.max_age_s)}"
            yield Finding(Status.CRITICAL, "--max-age", facts.name, what)
        elif is_bound:
            least = f": at least {duration(age_s)}" if age_s > 0 else ""
            what = f"how old its next message is was not found out{least}"
            yield Finding(Status.UNKNOWN, "--max-age", facts.name, what)


def _blind(report: Report) -> Iterator[Finding]:
    rows = report.partitions
    blind = np.isin(rows.verdict, _BLIND)
    for group in np.unique(rows.group[blind]).tolist():
        of_group = blind & (rows.group == group)
        reason = report.reasons[rows.reason[np.flatnonzero(of_group)[0]]]
        what = f"{plural(int(of_group.sum()), 'partition')} could not be read: {reason}"
        yield Finding(Status.UNKNOWN, "verdict", report.group_facts[group].name, what)


def not_judged(rules: Iterable[Rule], watched_s: float) -> list[str]:
    """The rules that look further back than this look went."""
    return sorted({rule.name for rule in rules if rule.is_on and rule.within_s > watched_s})
