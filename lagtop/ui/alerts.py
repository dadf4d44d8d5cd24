"""The alerts view: which rules fire, for whom, since when."""

from __future__ import annotations

import time
from functools import cached_property
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from lagtop.analysis.marks import Mark, Marks
from lagtop.analysis.measures import about, is_time
from lagtop.analysis.moved import Move
from lagtop.analysis.report import Report, Trace
from lagtop.analysis.rules import Alert, Event, Severity, State
from lagtop.snapshot import Floats
from lagtop.ui import cells, text
from lagtop.ui.columns import Column
from lagtop.ui.look import Look
from lagtop.ui.names import clean
from lagtop.ui.order import Rows
from lagtop.ui.sheets import GONE, Identity, Names, Sheet


class AlertSheet(Sheet):
    """One row per alert that is not inactive, worst first as in the Report."""

    def __init__(self, report: Report, stale_after_s: float) -> None:
        super().__init__(report, stale_after_s)
        self.size = len(report.alerts)

    def identity(self, row: int) -> Identity:
        """The rule's name, and that of what it is about."""
        alert = self.report.alerts[row]
        return (alert.rule.name, alert.group)

    def find(self, identity: Identity) -> int:
        """The row of that rule's alert for that group."""
        found = (row for row in range(self.size) if self.identity(row) == identity)
        return next(found, GONE)

    def field(self, name: str) -> NDArray[Any]:
        """Ages are all there is: an alert is as old as its Report."""
        return np.zeros(self.size)

    @property
    def history(self) -> tuple[Trace, ...]:
        """Alerts have no traces."""
        return ()

    @cached_property
    def names(self) -> tuple[Names, ...]:
        """Rules and groups."""
        every = np.arange(self.size, dtype=np.int32)
        return (
            Names(tuple(alert.rule.name for alert in self.report.alerts), every),
            Names(tuple(alert.group for alert in self.report.alerts), every),
        )

    def partition_rows(self, rows: Rows) -> Rows:
        """All rows of the groups that these alerts are about."""
        alerts = (self.report.alerts[row] for row in rows)
        groups = {alert.group for alert in alerts if about(alert.rule.measure) == "group"}
        facts = self.report.group_facts
        codes = [code for code, group in enumerate(facts) if group.name in groups]
        return np.flatnonzero(np.isin(self.report.partitions.group, codes))

    @cached_property
    def marks(self) -> Marks:
        """What fires and nobody has acknowledged stands out."""
        return np.array([_mark(alert) for alert in self.report.alerts], dtype=np.int8)


def alert_reason(sheet: AlertSheet, row: int) -> str:
    """What the rule says."""
    return sheet.report.alerts[row].said


def alert_address(sheet: AlertSheet, row: int) -> tuple[str, tuple[str | int, ...]]:
    """The page of what an alert is about."""
    alert = sheet.report.alerts[row]
    kind = about(alert.rule.measure)
    if kind == "broker":
        return ("broker", (int(alert.group),))
    if kind == "client":
        return _client_address(sheet.report, alert.group)
    return ("topic" if kind == "dead letters" else "group", (alert.group,))


def _client_address(report: Report, client_id: str) -> tuple[str, tuple[str | int, ...]]:
    """The page of the member that has this client id, else all groups."""
    member = next((one for one in report.members if one.client_id == client_id), None)
    if member is None:
        return ("groups", ())
    group = report.group_facts[member.group].name
    return ("member", (group, member.member_id, client_id))


def news_count(report: Report) -> int:
    """How many alerts fire that nobody has acknowledged."""
    return sum(a.state is State.FIRING and not a.acknowledged for a in report.alerts)


def log_lines(report: Report | None) -> list[str]:
    """The log of alerts' changes and of offsets that were moved, newest first."""
    news: list[Event | Move] = [*report.events, *report.moves] if report else []
    newest_first = sorted(news, key=lambda one: -one.at)
    return [_logged(one) for one in newest_first] or ["nothing has happened yet"]


def _logged(one: Event | Move) -> str:
    at = time.strftime("%H:%M:%S", time.localtime(one.at))
    if isinstance(one, Move):
        told = f"{'moved':<9} {'offsets':<24} {clean(one.group)}  {one.how}"
    else:
        value = _value(one.measure, one.value, exact=True)
        told = f"{one.state.word:<9} {one.rule:<24} {clean(one.group)}  {value}"
    return f"  {at}  {told}"


def _value(measure: str, value: float, *, exact: bool = False) -> str:
    if is_time(measure):
        return text.duration(value)
    is_count = exact and value.is_integer()
    return text.count(int(value), exact=True) if is_count else text.rate(value, exact=exact)


def _mark(alert: Alert) -> Mark:
    if alert.state is not State.FIRING or alert.acknowledged:
        return Mark.NONE
    return Mark.STALLED if alert.rule.severity is Severity.CRITICAL else Mark.ATTENTION


def _alerts(sheet: AlertSheet, rows: Rows) -> list[Alert]:
    return [sheet.report.alerts[row] for row in rows]


def _states(sheet: AlertSheet, rows: Rows, look: Look, width: int) -> list[str]:
    return ["acked" if alert.acknowledged else alert.state.word for alert in _alerts(sheet, rows)]


def _severities(sheet: AlertSheet, rows: Rows, look: Look, width: int) -> list[str]:
    return [alert.rule.severity.word for alert in _alerts(sheet, rows)]


def _rules(sheet: AlertSheet, rows: Rows, look: Look, width: int) -> list[str]:
    return [alert.rule.name for alert in _alerts(sheet, rows)]


def _groups(sheet: AlertSheet, rows: Rows, look: Look, width: int) -> list[str]:
    return [alert.group for alert in _alerts(sheet, rows)]


def _ages(sheet: AlertSheet) -> Floats:
    now = sheet.report.captured_at
    return np.array([now - alert.since for alert in sheet.report.alerts], dtype=np.float64)


def _since(sheet: AlertSheet, rows: Rows, look: Look, width: int) -> list[str]:
    return [text.duration(age) for age in _ages(sheet)[rows].tolist()]


def _values(sheet: AlertSheet) -> Floats:
    return np.array([alert.value for alert in sheet.report.alerts], dtype=np.float64)


def _measured(sheet: AlertSheet, rows: Rows, look: Look, width: int) -> list[str]:
    return [_value(alert.rule.measure, alert.value) for alert in _alerts(sheet, rows)]


def _summaries(sheet: AlertSheet, rows: Rows, look: Look, width: int) -> list[str]:
    return [alert_reason(sheet, int(row)) for row in rows]


def _urgency(sheet: AlertSheet) -> Floats:
    return np.arange(sheet.size, 0, -1, dtype=np.float64)


ALERT_COLUMNS: Final[tuple[Column[AlertSheet], ...]] = (
    Column(
        "mark", "", "what fires and was not acknowledged",
        1, 0, cells.mark_values, cells.marks, align="left", paint="row",
    ),
    Column(
        "state", "STATE", "pending: not for long enough yet; firing; acked: firing, and somebody"
        " has seen it; resolved",
        9, 1, _urgency, _states, align="left", paint="row",
    ),
    Column(
        "rule", "ALERT", "the rule's name",
        22, 0, lambda s: cells.ranks(s.names[0].unique), _rules, grow=1, align="left",
        paint="name", descending=False,
    ),
    Column(
        "group", "ABOUT", "the group, dead letter topic, broker or client that it is about",
        12, 0, lambda s: cells.ranks(s.names[1].unique), _groups, grow=1, align="left",
        paint="name", descending=False,
    ),
    Column(
        "since", "SINCE", "for how long it has been in its state",
        7, 2, _ages, _since, unit="s",
    ),
    Column(
        "value", "VALUE", "what the rule measures now; while it fires, what it last was beyond the"
        " threshold",
        8, 3, _values, _measured, paint="row",
    ),
    Column(
        "severity", "SEVERITY", "warning or critical",
        8, 4, lambda s: np.array([float(a.rule.severity) for a in s.report.alerts]), _severities,
        align="left", paint="dim",
    ),
    Column(
        "why", "WHY", "what the rule says; of what is pending, after what time it fires",
        20, 5, lambda s: cells.ranks([a.said for a in s.report.alerts]), _summaries,
        grow=3, align="left", descending=False,
    ),
)  # fmt: skip
