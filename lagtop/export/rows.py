"""A Report's partition rows as plain cells, one column at a time: what every format writes."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from lagtop.analysis.diagnosis.diagnose import diagnose
from lagtop.analysis.report import LagMethod, Report, Small, Trend
from lagtop.analysis.verdicts import Verdict
from lagtop.snapshot import NO_COMMIT, NO_LEADER, UNKNOWN, Codes, Floats, Ints

SCHEMA_VERSION = 1

METHODS = tuple(method.word for method in LagMethod)
TRENDS = tuple(trend.word for trend in Trend)

Cell = str | int | float | None
"""A raw value; None is unknown, and an infinite number of seconds is `never`."""

Cells = list[Cell]
Column = Callable[[Report], Cells]


def whole_cells(column: Ints | Codes, unknown: int = UNKNOWN) -> Cells:
    """Whole numbers, without what stands for unknown."""
    return [None if value in (UNKNOWN, unknown) else value for value in column.tolist()]


def real_cells(column: Floats) -> Cells:
    """Real numbers, without NaN."""
    return [None if value != value else value for value in column.tolist()]


def word_cells(column: Small, words: tuple[str, ...]) -> Cells:
    """The word of each code; an empty one is unknown."""
    return [words[code] or None for code in column.tolist()]


def _same(value: Callable[[Report], Cell]) -> Column:
    return lambda report: [value(report)] * len(report.partitions.group)


def _group(attribute: str) -> Column:
    def cells(report: Report) -> Cells:
        words = [getattr(group, attribute) for group in report.group_facts]
        return [words[row] for row in report.partitions.group.tolist()]

    return cells


def _member(attribute: str) -> Column:
    def cells(report: Report) -> Cells:
        words = [getattr(member, attribute) for member in report.members]
        return [words[row] if row >= 0 else None for row in report.partitions.member.tolist()]

    return cells


def _whole(attribute: str, unknown: int = UNKNOWN) -> Column:
    return lambda report: whole_cells(getattr(report.partitions, attribute), unknown)


def _real(attribute: str) -> Column:
    return lambda report: real_cells(getattr(report.partitions, attribute))


def _word(attribute: str, words: tuple[str, ...]) -> Column:
    return lambda report: word_cells(getattr(report.partitions, attribute), words)


def _topic(report: Report) -> Cells:
    return [report.topics[row] for row in report.partitions.topic.tolist()]


def _reason(report: Report) -> Cells:
    return [report.reasons[row] or None for row in report.partitions.reason.tolist()]


def _stalled(report: Report) -> Cells:
    trends = report.partitions.trend.tolist()
    return [None if trend == Trend.UNKNOWN else trend == Trend.STALLED for trend in trends]


def _causes(report: Report) -> Cells:
    """Of the row's group, the gravest first, each with its evidence."""
    every = (diagnose(report, group) for group in range(len(report.group_facts)))
    told = ["; ".join(f"{one.cause}: {one.evidence}" for one in found) or None for found in every]
    return [told[group] for group in report.partitions.group.tolist()]


COLUMNS: dict[str, Column] = {
    "schema_version": _same(lambda _: SCHEMA_VERSION),
    "captured_at": _same(lambda report: round(report.captured_at, 3)),
    "cluster": _same(lambda report: report.cluster),
    "group": _group("name"),
    "group_type": _group("type"),
    "group_state": _group("state"),
    "topic": _topic,
    "partition": _whole("partition"),
    "leader": _whole("leader", NO_LEADER),
    "log_start_offset": _whole("log_start_offset"),
    "log_end_offset": _whole("log_end_offset"),
    "last_stable_offset": _whole("last_stable_offset"),
    "committed_offset": _whole("committed_offset", NO_COMMIT),
    "lag_messages": _whole("lag_messages"),
    "lost_messages": _whole("lost_messages"),
    "lag_s": _real("lag_s"),
    "lag_s_method": _word("lag_s_method", METHODS),
    "produced_per_s": _real("produced_per_s"),
    "consumed_per_s": _real("consumed_per_s"),
    "drain_s": _real("drain_s"),
    "data_loss_s": _real("data_loss_s"),
    "verdict": _word("verdict", tuple(verdict.word for verdict in Verdict)),
    "reason": _reason,
    "member_id": _member("member_id"),
    "client_id": _member("client_id"),
    "host": _member("host"),
    "age_s": _real("age_s"),
}
"""The contract's columns, in its order."""


ESTIMATES: dict[str, Column] = {
    "lag_s_low": _real("lag_s_low"),
    "lag_s_high": _real("lag_s_high"),
    "drain_low_s": _real("drain_low_s"),
    "drain_high_s": _real("drain_high_s"),
    "base_lag_messages": _real("base_lag_messages"),
    "trend": _word("trend", TRENDS),
    "stalled": _stalled,
    "causes": _causes,
}
"""Bounds and conclusions that stand beside the contract's columns where there is room."""


def table(
    report: Report, columns: dict[str, Column], rows: Sequence[int] | Ints | None = None
) -> list[tuple[Cell, ...]]:
    """The rows of a report that are wanted, or all: each a tuple in the order of `columns`."""
    lines = list(zip(*(cells(report) for cells in columns.values()), strict=True))
    return lines if rows is None else [lines[row] for row in rows]
