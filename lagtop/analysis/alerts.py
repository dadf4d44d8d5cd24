"""Alerts: rules over reports, with Prometheus's `for`, hysteresis, and a bounded log.

A rule is inactive until its measure is above the threshold, then pending; after `for_s` it fires;
one value under the threshold while pending makes it inactive again. A firing alert resolves after
`keep_s` under the threshold. What is not known changes nothing: a failed poll resets no clock.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator, Sequence
from dataclasses import replace

import numpy as np

from lagtop.analysis.measures import MEASURES, LagMemory
from lagtop.analysis.report import Report
from lagtop.analysis.rules import DEFAULT_RULES, Alert, Event, Rule, State

LOG_LENGTH = 500
RESOLVED_SHOWN_S = 600.0


Key = tuple[str, str]
"""Rule and group."""


class Alerts:
    """The alerts of one cluster; `log` has the newest LOG_LENGTH events, newest last."""

    def __init__(self, rules: Sequence[Rule] = DEFAULT_RULES) -> None:
        self.log: deque[Event] = deque(maxlen=LOG_LENGTH)
        self._rules = tuple(rules)
        self._alerts: dict[Key, Alert] = {}
        self._memory = LagMemory()

    def acknowledge(self, rule: str, group: str) -> None:
        """Somebody has seen it: it stays, and is not counted as news until it resolves."""
        alert = self._alerts.get((rule, group))
        if alert is not None:
            self._alerts[rule, group] = replace(alert, acknowledged=True)

    def observe(self, report: Report) -> tuple[Alert, ...]:
        """Evaluate every rule; gives what is not inactive, worst first."""
        self._memory.push(report)
        names = [group.name for group in report.group_facts]
        for rule in self._rules:
            values = MEASURES[rule.measure](report, self._memory)
            for row in self._worth_a_look(rule, names, values):
                self._step(rule, names[row], float(values[row]), report.captured_at)
        self._forget(set(names), report.captured_at)
        return tuple(sorted(self._alerts.values(), key=_urgency))

    def _worth_a_look(self, rule: Rule, names: list[str], values: np.ndarray) -> Iterator[int]:
        above = set(np.flatnonzero(values > rule.above).tolist())
        for row, name in enumerate(names):
            if (row in above and rule.covers(name)) or (rule.name, name) in self._alerts:
                yield row

    def _step(self, rule: Rule, group: str, value: float, now: float) -> None:
        key, old = (rule.name, group), self._alerts.get((rule.name, group))
        if np.isnan(value):
            return
        above = value > rule.above
        if old is None or (old.state == State.RESOLVED and above):
            new: Alert | None = _started(rule, group, value, now)
        elif above:
            new = _held(replace(old, value=value, under_since=None), now)
        else:
            new = _fallen(replace(old, value=value), now)
        if new is None:
            del self._alerts[key]
            return
        self._alerts[key] = new
        if old is None or new.state != old.state:
            self.log.append(Event(now, rule.name, group, new.state, value))

    def _forget(self, names: set[str], now: float) -> None:
        for key, alert in list(self._alerts.items()):
            shown = now - alert.since < RESOLVED_SHOWN_S
            if alert.group not in names or (alert.state == State.RESOLVED and not shown):
                del self._alerts[key]


def _started(rule: Rule, group: str, value: float, now: float) -> Alert:
    state = State.PENDING if rule.for_s > 0 else State.FIRING
    return Alert(rule, group, state, now, now, value)


def _held(alert: Alert, now: float) -> Alert:
    due = now - alert.active_since >= alert.rule.for_s
    if alert.state == State.PENDING and due:
        return replace(alert, state=State.FIRING, since=now)
    return alert


def _fallen(alert: Alert, now: float) -> Alert | None:
    if alert.state == State.PENDING:
        return None
    if alert.state == State.RESOLVED:
        return alert
    under_since = now if alert.under_since is None else alert.under_since
    if now - under_since >= alert.rule.keep_s:
        return replace(alert, state=State.RESOLVED, since=now, acknowledged=False)
    return replace(alert, under_since=under_since)


def _urgency(alert: Alert) -> tuple[int, int, int, float, str]:
    return (-alert.state, alert.acknowledged, -alert.rule.severity, alert.since, alert.group)
