"""What stands beside the partition rows where there is room: groups, brokers, totals, alerts."""

from __future__ import annotations

import math
from collections.abc import Callable

from lagtop.analysis.measures import about
from lagtop.analysis.report import Imbalance, Report
from lagtop.analysis.rules import Alert
from lagtop.export.rows import METHODS, TRENDS, Cell, Cells, real_cells, whole_cells, word_cells
from lagtop.readings import OF_CLIENTS, Readings
from lagtop.snapshot import UNKNOWN, Broker, Ints

Fields = dict[str, Cell]
Column = Callable[[Report], Cells]


def _fact(attribute: str) -> Column:
    return lambda report: [getattr(group, attribute) or None for group in report.group_facts]


def _whole(attribute: str) -> Column:
    return lambda report: whole_cells(getattr(report.groups, attribute))


def _real(attribute: str) -> Column:
    return lambda report: real_cells(getattr(report.groups, attribute))


def _word(attribute: str, words: tuple[str, ...]) -> Column:
    return lambda report: word_cells(getattr(report.groups, attribute), words)


def _reason(report: Report) -> Cells:
    return [report.reasons[row] or None for row in report.groups.reason.tolist()]


GROUP_COLUMNS: dict[str, Column] = {
    "group": _fact("name"),
    "group_type": _fact("type"),
    "group_state": _fact("state"),
    "assignor": _fact("assignor"),
    "members": _whole("members"),
    "topics": _whole("topics"),
    "partitions": _whole("partitions"),
    "lag_messages": _whole("lag_messages"),
    "lag_missing": _whole("lag_missing"),
    "lag_s": _real("lag_s"),
    "lag_s_method": _word("lag_s_method", METHODS),
    "produced_per_s": _real("produced_per_s"),
    "consumed_per_s": _real("consumed_per_s"),
    "produced_missing": _whole("produced_missing"),
    "consumed_missing": _whole("consumed_missing"),
    "drain_s": _real("drain_s"),
    "drain_low_s": _real("drain_low_s"),
    "drain_high_s": _real("drain_high_s"),
    "trend": _word("trend", TRENDS),
    "trend_since": _real("trend_since"),
    "imbalance": _word("imbalance", tuple(kind.word for kind in Imbalance)),
    "error_share": _real("error_share"),
    "error_share_most": _real("error_share_most"),
    "reason": _reason,
    "age_s": _real("age_s"),
}
"""A row a group; the names are those of the partition rows where the meaning is the same."""


def group_table(report: Report, groups: Ints) -> list[tuple[Cell, ...]]:
    """The wanted groups, each a tuple in the order of GROUP_COLUMNS."""
    lines = list(zip(*(cells(report) for cells in GROUP_COLUMNS.values()), strict=True))
    return [lines[row] for row in groups.tolist()]


READINGS = ("cpu_busy_share", "disk_busy_share", "handler_idle_share", "network_idle_share")


def broker_fields(broker: Broker, readings: Readings) -> Fields:
    """A broker, why it does not answer where it does not, and how busy it says it is."""
    return {
        "node_id": broker.node_id,
        "host": broker.host,
        "port": broker.port,
        "rack": broker.rack or None,
        "problem": broker.gap.reason or None,
        "round_trip_s": broker.round_trip_s,
        **{name: readings.values.get(name) for name in READINGS},
        "metrics_problem": readings.reason or None,
    }


def client_fields(client_id: str, readings: Readings) -> Fields:
    """A consumer application, as its own metrics endpoint tells it."""
    return {
        "client_id": client_id,
        **{name: readings.values.get(name) for name in OF_CLIENTS},
        "processing_source": readings.processing or None,
        "metrics_problem": readings.reason or None,
    }


def totals_fields(report: Report) -> Fields:
    """The header's figures."""
    totals = report.totals
    reals = {
        name: _number(getattr(totals, name))
        for name in ("lag_s", "produced_per_s", "consumed_per_s", "ratio")
    }
    lag = None if totals.lag_messages == UNKNOWN else totals.lag_messages
    missing = {
        name: getattr(totals, name)
        for name in ("lag_missing", "produced_missing", "consumed_missing")
    }
    return {"lag_messages": lag, **missing, "lag_s_is_bound": totals.lag_s_is_bound, **reals}


def cost_fields(report: Report) -> Fields:
    """What the poll cost."""
    cost = report.cost
    return {
        "wall_s": cost.wall_s,
        "cpu_s": cost.cpu_s,
        "requests": cost.requests,
        "bytes_in": cost.bytes_in,
    }


SUBJECTS = ("group", "topic", "broker", "client")


def chosen_alerts(report: Report, groups: Ints) -> list[Alert]:
    """The alerts about some groups, and about no group at all."""
    names = {report.group_facts[row].name for row in groups.tolist()}
    return [alert for alert in report.alerts if subject(alert) != "group" or alert.group in names]


def subject(alert: Alert) -> str:
    """What kind of thing an alert is about: group, topic, broker or client."""
    kind = about(alert.rule.measure)
    return "topic" if kind == "dead letters" else kind


def alert_fields(alert: Alert) -> Fields:
    """An alert that is not inactive."""
    rule = alert.rule
    return {
        "rule": rule.name,
        "severity": rule.severity.word,
        **{kind: alert.group if subject(alert) == kind else None for kind in SUBJECTS},
        "state": alert.state.word,
        "since": alert.since,
        "active_since": alert.active_since,
        "measure": rule.measure,
        "value": _number(alert.value),
        "above": None if math.isinf(rule.above) else rule.above,
        "below": None if math.isinf(rule.below) else rule.below,
        "acknowledged": alert.acknowledged,
        "summary": rule.summary,
    }


def _number(value: float) -> float | None:
    return None if math.isnan(value) else value
