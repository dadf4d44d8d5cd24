"""The topics view: every topic that some group reads, over all its groups."""

from __future__ import annotations

from functools import cached_property
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from lagtop.analysis.behind import if_news, of_unknown_age
from lagtop.analysis.lag import consumed_missing
from lagtop.analysis.marks import Marks, partition_marks
from lagtop.analysis.report import LagMethod, Report, Trace, Trend
from lagtop.ui import cells, text
from lagtop.ui.cells import known
from lagtop.ui.columns import Column
from lagtop.ui.look import Look
from lagtop.ui.names import clean
from lagtop.ui.order import Rows
from lagtop.ui.rollup import known_sum, topology
from lagtop.ui.sheets import GONE, Identity, Names, Sheet


class TopicSheet(Sheet):
    """One row per topic of the Report that some group reads."""

    def __init__(self, report: Report, stale_after_s: float) -> None:
        super().__init__(report, stale_after_s)
        self._topology = topology(report.partitions)
        self.topics = np.unique(self._topology.topic)
        self.size = len(self.topics)

    def identity(self, row: int) -> Identity:
        """The topic's name."""
        return (self.report.topics[self.topics[row]],)

    def find(self, identity: Identity) -> int:
        """The row of the topic with that name."""
        if identity[0] not in self.report.topics:
            return GONE
        code = self.report.topics.index(str(identity[0]))
        row = int(np.searchsorted(self.topics, code))
        return row if row < self.size and self.topics[row] == code else GONE

    def field(self, name: str) -> NDArray[Any]:
        """A column of sums over the topic's groups."""
        return self._columns[name]

    @cached_property
    def history(self) -> tuple[Trace, ...]:
        """The topics' last lags, over all groups."""
        moments = self.report.partitions.lag_history
        return tuple(self._sum(moment).astype(np.float32) for moment in moments)

    @cached_property
    def names(self) -> tuple[Names, ...]:
        """The topics' names."""
        return (Names(self.report.topics, self.topics),)

    @cached_property
    def marks(self) -> Marks:
        """The worst mark of the topic's partitions."""
        worst = self._most(partition_marks(self.report).astype(np.float64))
        return worst.astype(np.int8)

    def partition_rows(self, rows: Rows) -> Rows:
        """All rows of these topics."""
        return np.flatnonzero(np.isin(self.report.partitions.topic, self.topics[rows]))

    def worst_group(self, row: int) -> str:
        """The group with the most lag on a topic, and how much."""
        rows = self.report.partitions
        on_topic = np.flatnonzero(rows.topic == self.topics[row])
        lags = np.nan_to_num(known(rows.lag_messages[on_topic]))
        per_group = np.bincount(rows.group[on_topic], weights=lags)
        worst = int(np.argmax(per_group))
        name = clean(self.report.group_facts[worst].name)
        return f"{name} {text.count(int(per_group[worst]))}" if per_group[worst] > 0 else ""

    @cached_property
    def _columns(self) -> dict[str, NDArray[Any]]:
        rows, count = self.report.partitions, len(self.report.topics)
        lag, missing = known_sum(rows.lag_messages, self._topology, count)
        topic, once = rows.topic[self._topology.once], rows.produced_per_s[self._topology.once]
        produced = np.bincount(topic, np.nan_to_num(once), minlength=count)
        unwritten = np.bincount(topic, np.isnan(once), minlength=count)
        lag_s, is_bound = self._most(rows.lag_s), rows.lag_s_method == LagMethod.AT_LEAST
        bounds = self._most(np.where(is_bound, rows.lag_s, np.nan)) >= lag_s
        may_be_more = self._sum(of_unknown_age(rows)) > 0
        lag_s, bounds = if_news(lag_s, may_be_more), bounds | may_be_more
        never = np.full(self.size, np.nan)
        return {
            "groups": np.bincount(self._topology.topic, minlength=count)[self.topics],
            "partitions": np.bincount(topic, minlength=count)[self.topics],
            "lag_messages": lag[self.topics],
            "lag_missing": missing[self.topics],
            "lag_s": lag_s,
            "lag_s_method": np.where(bounds, LagMethod.AT_LEAST, LagMethod.NONE).astype(np.int8),
            "produced_per_s": self._known(rows.produced_per_s, produced[self.topics]),
            "produced_missing": unwritten[self.topics],
            "consumed_per_s": self._known(rows.consumed_per_s, self._sum(rows.consumed_per_s)),
            "consumed_missing": self._sum(consumed_missing(rows)),
            "drain_s": self._most(rows.drain_s),
            "drain_low_s": never,
            "drain_high_s": never,
            "trend": np.full(self.size, Trend.UNKNOWN, dtype=np.int8),
            "age_s": self._most(rows.age_s),
        }

    def _sum(self, values: NDArray[Any]) -> NDArray[np.float64]:
        return self._topology.sums(values, len(self.report.topics))[self.topics]

    def _most(self, values: NDArray[Any]) -> NDArray[np.float64]:
        return self._topology.most(values, len(self.report.topics))[self.topics]

    def _known(self, values: NDArray[Any], sums: NDArray[Any]) -> NDArray[Any]:
        return np.where(self._sum(np.isfinite(values).astype(np.float64)) > 0, sums, np.nan)


def _names(sheet: TopicSheet, rows: Rows, look: Look, width: int) -> list[str]:
    return [sheet.report.topics[code] for code in sheet.topics[rows]]


def _worst(sheet: TopicSheet, rows: Rows, look: Look, width: int) -> list[str]:
    return [sheet.worst_group(int(row)) for row in rows]


TOPIC_COLUMNS: Final[tuple[Column[TopicSheet], ...]] = (
    Column(
        "mark", "", "the worst mark of the topic's partitions, over all groups",
        1, 0, cells.mark_values, cells.marks, align="left", paint="row",
    ),
    Column(
        "topic", "TOPIC", "the topic",
        16, 0, lambda s: cells.ranks_of(s.report.topics, s.topics), _names, grow=2, align="left",
        paint="name", descending=False,
    ),
    Column(
        "partitions", "PARTS", "partitions that some group reads",
        6, 7, cells.numbers_of("partitions"), cells.numbers("partitions"),
    ),
    Column(
        "groups", "GROUPS", "groups that read the topic",
        6, 6, cells.numbers_of("groups"), cells.numbers("groups"),
    ),
    Column(
        "lag", "LAG", "messages not yet consumed, summed over the groups",
        8, 1, cells.counts_of("lag_messages"), cells.sums("lag_messages", "lag_missing"),
        unit="messages", paint="row",
    ),
    Column(
        "trend", "TREND", "the summed lag's last moments, newest at the right",
        8, 2, cells.growth_values, cells.trends, align="left", paint="trace",
    ),
    Column(
        "behind", "BEHIND", "how old the oldest unread message of any group is",
        8, 4, cells.numbers_of("lag_s"), cells.behind, unit="s", paint="row",
    ),
    Column(
        "in", "IN/s", "messages produced per second, however many groups read them",
        7, 5, cells.numbers_of("produced_per_s"),
        cells.summed_rates("produced_per_s", "produced_missing"),
        unit="messages/s",
    ),
    Column(
        "out", "OUT/s", "messages consumed per second, summed over the groups",
        7, 5, cells.numbers_of("consumed_per_s"),
        cells.summed_rates("consumed_per_s", "consumed_missing"),
        unit="messages/s",
    ),
    Column(
        "drain", "DRAIN", "time until the slowest group is done with its slowest partition",
        9, 3, cells.numbers_of("drain_s"), cells.drains, align="left", unit="s", paint="row",
    ),
    Column(
        "worst", "WORST GROUP", "the group with the most lag on the topic",
        20, 8, cells.counts_of("lag_messages"), _worst, grow=2, align="left", paint="dim",
    ),
)  # fmt: skip
