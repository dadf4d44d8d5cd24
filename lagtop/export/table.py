"""A table for people: what one pastes into a ticket; plain ASCII but for strangers' names."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime

from lagtop.analysis.report import Report
from lagtop.analysis.rules import State
from lagtop.analysis.words import at_least, duration, plural, rate
from lagtop.export.facts import GROUP_COLUMNS, chosen_alerts, group_table
from lagtop.export.grid import Column, Named, grid, plain
from lagtop.export.rows import COLUMNS, ESTIMATES, Cell, table
from lagtop.export.selection import Selection
from lagtop.snapshot import NO_GAP, UNKNOWN


def body(report: Report, selection: Selection) -> str:
    """The cluster, its alerts, the wanted groups and the wanted partitions."""
    columns = COLUMNS | ESTIMATES
    groups = group_table(report, selection.groups)
    rows = table(report, columns, selection.rows)
    parts = (
        list(_head(report)),
        list(_alerts(report, selection)),
        grid(_GROUP, [dict(zip(GROUP_COLUMNS, row, strict=True)) for row in groups]),
        grid(_ROW, [dict(zip(columns, row, strict=True)) for row in rows]),
    )
    return "\n\n".join("\n".join(part) for part in parts if part) + "\n\n"


def _head(report: Report) -> Iterator[str]:
    totals, cost = report.totals, report.cost
    up = sum(broker.gap == NO_GAP for broker in report.brokers)
    moment = datetime.fromtimestamp(report.captured_at, UTC)
    asked = f"{cost.wall_s:.2f} s, {plural(cost.requests, 'request')}"
    missing = f" ({totals.lag_missing:,} unknown)" if totals.lag_missing else ""
    lag = "?" if totals.lag_messages == UNKNOWN else f"{totals.lag_messages:,}"
    yield f"cluster  {plain(report.cluster)}, {up} of {plural(len(report.brokers), 'broker')} up"
    yield f"polled   {moment:%Y-%m-%d %H:%M:%S} UTC, {asked}"
    behind = at_least(duration(totals.lag_s), totals.lag_s_is_bound)
    yield f"lag      {at_least(lag, totals.lag_missing)} messages{missing}, {behind} behind"
    produced = at_least(rate(totals.produced_per_s), totals.produced_missing)
    consumed = at_least(rate(totals.consumed_per_s), totals.consumed_missing)
    yield f"rates    {produced} in, {consumed} out"


def _alerts(report: Report, selection: Selection) -> Iterator[str]:
    for alert in chosen_alerts(report, selection.groups):
        if alert.state == State.RESOLVED:
            continue
        since = duration(report.captured_at - alert.since)
        what = f"{alert.rule.severity.name} {alert.rule.name} of {plain(alert.group)}"
        yield f"{what}: {alert.state.word} for {since}; {alert.said}"


def _word(name: str) -> Column:
    return Column(name.upper().replace("_", " "), lambda row: _text(row[name]))


def _text(cell: Cell) -> str:
    return "" if cell is None else plain(str(cell))


def _count(title: str, name: str) -> Column:
    return Column(title, lambda row: _exact(row[name]), True)


def _exact(cell: Cell) -> str:
    return f"{cell:,}" if isinstance(cell, int) else "?"


def _span(title: str, name: str) -> Column:
    return Column(title, lambda row: _seconds(row[name]), True)


def _seconds(cell: Cell) -> str:
    return duration(cell) if isinstance(cell, float) else "?"


def _rate(title: str, name: str) -> Column:
    return Column(title, lambda row: _per_second(row[name]), True)


def _per_second(cell: Cell) -> str:
    return rate(cell) if isinstance(cell, float) else "?"


def _sum(row: Named) -> str:
    return at_least(_exact(row["lag_messages"]), bool(row["lag_missing"]))


def _summed_rate(title: str, flow: str) -> Column:
    def told(row: Named) -> str:
        return at_least(_per_second(row[f"{flow}_per_s"]), bool(row[f"{flow}_missing"]))

    return Column(title, told, True)


def _behind(row: Named) -> str:
    known = _seconds(row["lag_s"])
    return f">={known}" if row["lag_s_method"] == ">=" else known


_GROUP = (
    _word("group"),
    Column("STATE", lambda row: _text(row["group_state"])),
    _count("MEMBERS", "members"),
    _count("PARTITIONS", "partitions"),
    Column("LAG", _sum, True),
    Column("BEHIND", _behind, True),
    _summed_rate("IN", "produced"),
    _summed_rate("OUT", "consumed"),
    _span("DRAIN", "drain_s"),
    _word("trend"),
    Column("WHY", lambda row: _text(row["reason"])),
)

_ROW = (
    _word("group"),
    _word("topic"),
    Column("PART", lambda row: _text(row["partition"]), True),
    Column("LEADER", lambda row: _text(row["leader"]), True),
    _count("COMMITTED", "committed_offset"),
    _count("END", "log_end_offset"),
    _count("LAG", "lag_messages"),
    Column("BEHIND", _behind, True),
    _rate("IN", "produced_per_s"),
    _rate("OUT", "consumed_per_s"),
    _span("DRAIN", "drain_s"),
    _word("trend"),
    _word("verdict"),
    Column("CLIENT", lambda row: _text(row["client_id"])),
    _word("host"),
    Column("WHY", lambda row: _text(row["reason"])),
)
