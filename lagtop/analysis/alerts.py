"""Alerts: rules over reports, with Prometheus's `for`, hysteresis, and a bounded log.

A rule is inactive until its measure is beyond the threshold, then pending; after `for_s` it fires;
one value within it while pending makes it inactive again. A firing alert resolves after `keep_s`
back within the threshold, or at `clear` if the rule has one. What is not known changes nothing: a
failed poll resets no clock. The log tells `pending` once, until it fires or was over for `keep_s`:
the teeth of what commits in steps are no news each.
"""

from __future__ import annotations

from collections import Counter, defaultdict, deque
from collections.abc import Iterable, Sequence
from dataclasses import replace
from math import isnan

import numpy as np

from lagtop.analysis.growths import Growths
from lagtop.analysis.measures import MEASURES, NAMES, About, about
from lagtop.analysis.report import Report
from lagtop.analysis.rules import DEFAULT_RULES, Alert, Event, Rule, State
from lagtop.snapshot import Floats, Ints

LOG_LENGTH = 500
RESOLVED_SHOWN_S = 600.0


Key = tuple[str, str]
"""Rule, and the group or whatever else the rule is about."""


class Alerts:
    """The alerts of one cluster; `log` has the newest LOG_LENGTH events, newest last."""

    def __init__(self, rules: Sequence[Rule] = DEFAULT_RULES) -> None:
        self.log: deque[Event] = deque(maxlen=LOG_LENGTH)
        self._rules = tuple(rules)
        self._alerts: dict[Key, Alert] = {}
        self._quiet_until: dict[Key, float] = {}
        self._growths = Growths(self._rules)
        self._names: dict[About, tuple[str, ...]] = {}
        self._row_of: dict[About, dict[str, int]] = {}
        self._rows: tuple[Ints, ...] = ()
        self._is_in_order = True

    def acknowledge(self, rule: str, group: str) -> None:
        """Somebody has seen it: it stays, and is not counted as news until it resolves."""
        alert = self._alerts.get((rule, group))
        if alert is not None:
            self._alerts[rule, group] = replace(alert, acknowledged=True)
            self._is_in_order = False

    def observe(self, report: Report) -> tuple[Alert, ...]:
        """Evaluate every rule; gives what is not inactive, worst first."""
        self._growths.push(report)
        self._follow({kind: of(report) for kind, of in NAMES.items()})
        alerted: dict[int, list[str]] = defaultdict(list)
        for alert in self._alerts.values():
            alerted[id(alert.rule)].append(alert.group)
        for rule, rows in zip(self._rules, self._rows, strict=True):
            if rule.is_on and rows.size:
                values, names = self._values(rule, report), self._names[about(rule.measure)]
                for row in self._worth_a_look(rule, rows, values, alerted[id(rule)]):
                    self._step(rule, names[row], float(values[row]), report.captured_at)
        self._forget(report.captured_at)
        if not self._is_in_order:
            worst_first = sorted(self._alerts.items(), key=lambda item: _urgency(item[1]))
            self._alerts, self._is_in_order = dict(worst_first), True
        return tuple(self._alerts.values())

    def _follow(self, every: dict[About, tuple[str, ...]]) -> None:
        """Which rule is for which group: of those of one name the first that covers it."""
        if every == self._names and self._rows:
            return
        taken: dict[str, set[str]] = defaultdict(set)
        alike = Counter(rule.name for rule in self._rules)
        rows: list[Ints] = []
        for rule in self._rules:
            names = every[about(rule.measure)]
            mine = _covered(rule, names)
            if alike[rule.name] > 1:
                before = taken[rule.name]
                mine = np.array([at for at in mine.tolist() if names[at] not in before], np.int64)
                before.update(names[at] for at in mine.tolist())
            rows.append(mine)
        self._names, self._rows = every, tuple(rows)
        self._row_of = {
            kind: {name: row for row, name in enumerate(names)} for kind, names in every.items()
        }
        for key, alert in list(self._alerts.items()):
            if alert.group not in self._row_of[about(alert.rule.measure)]:
                del self._alerts[key]

    def _values(self, rule: Rule, report: Report) -> Floats:
        return self._growths.of(rule, report) if rule.within_s else MEASURES[rule.measure](report)

    def _worth_a_look(
        self, rule: Rule, rows: Ints, values: Floats, alerted: Iterable[str]
    ) -> set[int]:
        """The rows where the rule begins to hold or has an alert already."""
        beyond = (values[rows] > rule.above) | (values[rows] < rule.below)
        row_of = self._row_of[about(rule.measure)]
        return {*rows[beyond].tolist(), *(row_of[name] for name in alerted)}

    def _step(self, rule: Rule, group: str, value: float, now: float) -> None:
        key, old = (rule.name, group), self._alerts.get((rule.name, group))
        if isnan(value):
            return
        fires = old is not None and old.state == State.FIRING
        beyond = rule.is_beyond(value, fires=fires)
        if old is None or (old.state == State.RESOLVED and beyond):
            new: Alert | None = _started(rule, group, value, now)
        elif beyond:
            new = _held(old, value, now)
        else:
            new = _fallen(old, value, now)
        if new is None:
            del self._alerts[key]
            self._quiet_until[key] = now + rule.keep_s
            return
        self._alerts[key] = new
        if old is None or new.state != old.state:
            self._is_in_order = False
            if new.state != State.PENDING or now >= self._quiet_until.get(key, now):
                self.log.append(Event(now, rule.name, group, new.state, value, rule.measure))

    def _forget(self, now: float) -> None:
        long_ago, over = now - RESOLVED_SHOWN_S, State.RESOLVED
        alerts = self._alerts.items()
        for key in [key for key, one in alerts if one.state is over and one.since <= long_ago]:
            del self._alerts[key]
        for key in [key for key, until in self._quiet_until.items() if until <= now]:
            del self._quiet_until[key]


def _covered(rule: Rule, names: Sequence[str]) -> Ints:
    """The places of the names that a rule is for."""
    if rule.groups is None:
        return np.arange(len(names))
    return np.array([at for at, name in enumerate(names) if rule.covers(name)], np.int64)


def _started(rule: Rule, group: str, value: float, now: float) -> Alert:
    state = State.PENDING if rule.for_s > 0 else State.FIRING
    return Alert(rule, group, state, now, now, value)


def _held(alert: Alert, value: float, now: float) -> Alert:
    rule, state, since, begun = alert.rule, alert.state, alert.since, alert.active_since
    if state == State.PENDING and now - begun >= rule.for_s:
        state, since = State.FIRING, now
    # There may be an alert for each of tens of thousands of groups: `replace` takes three times.
    return Alert(rule, alert.group, state, since, begun, value, None, alert.acknowledged)


def _fallen(alert: Alert, value: float, now: float) -> Alert | None:
    """Back within the threshold: while it goes on firing, it shows what it fires for."""
    if alert.state == State.PENDING:
        return None
    if alert.state == State.RESOLVED:
        return replace(alert, value=value)
    under_since = now if alert.under_since is None else alert.under_since
    if now - under_since >= alert.rule.keep_s:
        return replace(alert, state=State.RESOLVED, since=now, value=value, acknowledged=False)
    return replace(alert, under_since=under_since)


def _urgency(alert: Alert) -> tuple[int, int, int, float, str]:
    return (-alert.state, alert.acknowledged, -alert.rule.severity, alert.since, alert.group)
