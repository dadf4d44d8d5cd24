"""What alert rules look at: a number a group, topic or broker, NaN where it is not known."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final, Literal

import numpy as np
from numpy.typing import NDArray

from lagtop.analysis.lag import as_floats
from lagtop.analysis.letters import Kind
from lagtop.analysis.margin import CALM_S
from lagtop.analysis.report import Flags, Report, Small, Trend
from lagtop.analysis.retention import SOON_S
from lagtop.analysis.sums import any_of, largest, rate_sum
from lagtop.analysis.verdicts import Verdict
from lagtop.readings import CLIENT, NOT_GIVEN
from lagtop.snapshot import NO_GAP, Floats

Measure = Callable[[Report], Floats]
About = Literal["group", "dead letters", "broker", "client"]


def is_hidden(trend: Small) -> Flags:
    """Where nobody can see how the lag goes on: not known yet or any more, or a rebalance."""
    return np.asarray((trend == Trend.UNKNOWN) | (trend == Trend.REBALANCING), np.bool_)


def _of_lag(field: str) -> Measure:
    """A lag; nothing where a group reads only of topics that are gone, or nothing at all."""

    def measured(report: Report) -> Floats:
        groups, rows = report.groups, report.partitions
        reads = any_of(rows.verdict != Verdict.DELETED, rows.starts)
        blind = np.array([group.gap != NO_GAP for group in report.group_facts], np.bool_)
        return np.where(reads | blind, as_floats(getattr(groups, field)), 0.0)

    return measured


def _stalled(report: Report) -> Floats:
    rows = report.partitions
    lags = np.where(rows.trend == Trend.STALLED, as_floats(rows.lag_messages), 0.0)
    return _sum(report, np.where(is_hidden(rows.trend), np.nan, lags))


def _data_loss_s(report: Report) -> Floats:
    """The first partition to lose records decides."""
    rows = report.partitions
    soonest: Floats = -largest(-rows.data_loss_s, rows.starts, np.nan)
    return soonest


def _lost_before_drained(report: Report) -> Floats:
    rows = report.partitions
    loss, drain = rows.data_loss_s, rows.drain_s
    is_soon = loss < SOON_S
    unknown = np.isnan(loss) | (is_soon & np.isnan(drain))
    return _sum(report, np.where(unknown, np.nan, is_soon & (loss < drain)))


def _whole(report: Report, sums: Floats) -> Floats:
    """A sum of rates, not before each partition is in it whose lag is known."""
    return np.where(np.isnan(report.groups.gap_per_s), np.nan, sums)


def _grown(report: Report) -> Floats:
    """Retries are there to be read, and come and go; dead letters are not."""
    grown = [
        one.grown_messages if one.kind is Kind.DEAD_LETTERS else 0.0 for one in report.dead_letters
    ]
    return np.array(grown, np.float64)


def _below_margin(report: Report) -> Floats:
    """1 where a group has a backlog and does not work it off by the margin; 0 where it stands.

    NaN where it gets something, and nobody knows how that compares with what it reads.
    """
    groups = report.groups
    short = (groups.ratio < 1 + report.margin) & (groups.trend != Trend.STALLED)
    behind = (groups.drain_s > 0) & ~(groups.lag_s < CALM_S)
    unknown = np.isnan(groups.ratio) & (groups.produced_per_s > 0)
    return np.where(unknown, np.nan, np.where(short & behind, 1.0, 0.0))


def _of_brokers(count: str) -> Measure:
    def measured(report: Report) -> Floats:
        return as_floats(np.array([getattr(one, count) for one in report.health], np.int64))

    return measured


def _reading(name: str) -> Measure:
    """What brokers tell at their metrics endpoints; NaN for one that does not."""

    def measured(report: Report) -> Floats:
        nodes = NAMES["broker"](report)
        told = (report.readings.get(node, NOT_GIVEN).values for node in nodes)
        return np.array([values.get(name, np.nan) for values in told], np.float64)

    return measured


def _of_clients(name: str) -> Measure:
    """What consumer applications tell; NaN for one that does not."""

    def measured(report: Report) -> Floats:
        told = (report.readings[CLIENT + client].values for client in NAMES["client"](report))
        return np.array([values.get(name, np.nan) for values in told], np.float64)

    return measured


def _sum(report: Report, values: NDArray[Any]) -> Floats:
    """Per group the sum of what is known, NaN where that is nothing.

    Where a group never committed, or the topic is gone, there is nothing: 0.
    """
    rows = report.partitions
    nothing = (rows.verdict == Verdict.NO_COMMIT) | (rows.verdict == Verdict.DELETED)
    amounts = np.where(nothing, 0.0, values)
    total = rate_sum(amounts, rows.starts)
    return np.where(np.diff(rows.starts) == 0, 0.0, total)


PARTS: Final = ("p50", "p95", "p99", "mean")

MEASURES: Final[dict[str, Measure]] = {
    "lag_messages": _of_lag("lag_messages"),
    "base_lag_messages": _of_lag("base_lag_messages"),
    "lag_s": _of_lag("lag_s"),
    "drain_s": lambda report: report.groups.drain_s,
    "data_loss_s": _data_loss_s,
    "lost_before_drained_partitions": _lost_before_drained,
    "lost_messages": lambda report: _sum(report, as_floats(report.partitions.lost_messages)),
    "stalled_messages": _stalled,
    "produced_per_s": lambda report: _whole(report, report.groups.produced_per_s),
    "consumed_per_s": lambda report: _whole(report, report.groups.consumed_per_s),
    "out_per_in": lambda report: report.groups.ratio,
    "below_margin": _below_margin,
    "members": lambda report: as_floats(report.groups.members),
    "unbalanced": lambda report: report.groups.unbalanced.astype(np.float64),
    "offline_partitions": lambda report: _sum(
        report, report.partitions.verdict == Verdict.OFFLINE
    ),
    "unknown_partitions": lambda report: report.groups.lag_missing.astype(np.float64),
    "error_share": lambda report: report.groups.error_share,
    "error_share_most": lambda report: report.groups.error_share_most,
    "dead_letters_grown": _grown,
    "under_replicated_partitions": _of_brokers("under_replicated"),
    "under_min_isr_partitions": _of_brokers("under_min"),
    "leaderless_partitions": _of_brokers("leaderless"),
    "disk_share": lambda report: np.array([one.disk_share for one in report.health], np.float64),
    "cpu_busy_share": _reading("cpu_busy_share"),
    "disk_busy_share": _reading("disk_busy_share"),
    "handler_idle_share": _reading("handler_idle_share"),
    **{f"processing_{part}_s": _of_clients(f"processing_{part}_s") for part in PARTS},
}
"""By the names that rules use."""

NAMES: Final[dict[About, Callable[[Report], tuple[str, ...]]]] = {
    "group": lambda report: tuple(group.name for group in report.group_facts),
    "dead letters": lambda report: tuple(one.topic for one in report.dead_letters),
    "broker": lambda report: tuple(
        str(broker.node_id) for broker, _ in zip(report.brokers, report.health, strict=False)
    ),
    "client": lambda report: tuple(
        target.removeprefix(CLIENT) for target in report.readings if target.startswith(CLIENT)
    ),
}
"""What the numbers of a measure are of, in their order."""

OF: Final[dict[str, About]] = {
    "dead_letters_grown": "dead letters",
    "under_replicated_partitions": "broker",
    "under_min_isr_partitions": "broker",
    "leaderless_partitions": "broker",
    "disk_share": "broker",
    "cpu_busy_share": "broker",
    "disk_busy_share": "broker",
    "handler_idle_share": "broker",
    **{f"processing_{part}_s": "client" for part in PARTS},
}
"""Measures of something else than groups."""

LAGS: Final = ("lag_messages", "base_lag_messages", "lag_s")
"""Measures whose growth a rule may look at: it counts while the trend bears it out."""


def about(measure: str) -> About:
    """What a measure is of; an alert on it has such a name as its `group`."""
    return OF.get(measure, "group")


def is_time(measure: str) -> bool:
    """Whether a measure is a span of time, in seconds."""
    return measure.endswith("_s") and not measure.endswith("per_s")
