"""The brokers view: what each one leads and coordinates, and whether it answers."""

from __future__ import annotations

from functools import cached_property
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from lagtop.analysis.lag import consumed_missing
from lagtop.analysis.marks import Mark, Marks
from lagtop.analysis.report import Report, Trace
from lagtop.snapshot import NO_GAP, UNKNOWN, Broker, Codes, Floats, Ints
from lagtop.ui import cells, text
from lagtop.ui.broker_health import health_of, serious, troubles
from lagtop.ui.cells import known
from lagtop.ui.columns import Column
from lagtop.ui.look import Look
from lagtop.ui.order import Rows
from lagtop.ui.rollup import topology
from lagtop.ui.sheets import GONE, Identity, Names, Sheet


class BrokerSheet(Sheet):
    """One row per broker, in the Report's order."""

    def __init__(self, report: Report, stale_after_s: float) -> None:
        super().__init__(report, stale_after_s)
        self.size = len(report.brokers)

    def identity(self, row: int) -> Identity:
        """The broker's node id."""
        return (self.report.brokers[row].node_id,)

    def find(self, identity: Identity) -> int:
        """The row of the broker with that id."""
        ids = [broker.node_id for broker in self.report.brokers]
        return ids.index(int(identity[0])) if identity[0] in ids else GONE

    def field(self, name: str) -> NDArray[Any]:
        """A column of sums over what the broker leads."""
        return self._columns[name]

    @cached_property
    def history(self) -> tuple[Trace, ...]:
        """The lag of the partitions that each broker leads, over the last moments."""
        rows = self.report.partitions
        leader = self._rows_of(rows.leader)
        moments = (self._sum(leader, moment) for moment in rows.lag_history)
        return tuple(moment.astype(np.float32) for moment in moments)

    @cached_property
    def names(self) -> tuple[Names, ...]:
        """Hosts and racks, and the ids as text."""
        brokers, every = self.report.brokers, np.arange(self.size, dtype=np.int32)
        return (
            Names(tuple(broker.host for broker in brokers), every),
            Names(tuple(broker.rack for broker in brokers), every),
            Names(tuple(str(broker.node_id) for broker in brokers), every),
        )

    def partition_rows(self, rows: Rows) -> Rows:
        """All rows whose partition one of these brokers leads."""
        ids = [self.report.brokers[row].node_id for row in rows]
        return np.flatnonzero(np.isin(self.report.partitions.leader, ids))

    @cached_property
    def marks(self) -> Marks:
        """Attention where something is wrong with a broker."""
        wrong = [bool(serious(self.report, row)) for row in self.rows]
        return np.where(wrong, np.int8(Mark.ATTENTION), np.int8(Mark.NONE)).astype(np.int8)

    @cached_property
    def _columns(self) -> dict[str, NDArray[Any]]:
        rows = self.report.partitions
        once = topology(rows).once
        leader, leader_once = self._rows_of(rows.leader), self._rows_of(rows.leader[once])
        coordinators = [group.coordinator for group in self.report.group_facts]
        coordinator = self._rows_of(np.array(coordinators, dtype=np.int32))
        trips = [broker.round_trip_s for broker in self.report.brokers]
        return {
            "leads": self._sum(leader_once, np.ones(len(once))).astype(np.int64),
            "coordinates": self._sum(coordinator, np.ones(len(coordinators))).astype(np.int64),
            "lag_messages": self._sum(leader, known(rows.lag_messages)).astype(np.int64),
            "lag_missing": self._sum(leader, rows.lag_messages == UNKNOWN).astype(np.int64),
            "produced_per_s": self._known(leader_once, rows.produced_per_s[once]),
            "produced_missing": self._sum(leader_once, np.isnan(rows.produced_per_s[once])),
            "consumed_per_s": self._known(leader, rows.consumed_per_s),
            "consumed_missing": self._sum(leader, consumed_missing(rows)),
            "round_trip_s": np.array([np.nan if trip is None else trip for trip in trips]),
            "under_replicated": self._health("under_replicated"),
            "disk_share": np.array([health_of(self.report, r).disk_share for r in self.rows]),
            "bytes_in_per_s": np.array(
                [health_of(self.report, row).bytes_in_per_s for row in self.rows]
            ),
            "age_s": np.zeros(self.size),
        }

    @property
    def rows(self) -> range:
        """The numbers of all rows."""
        return range(self.size)

    def _health(self, name: str) -> Ints:
        return np.array([getattr(health_of(self.report, row), name) for row in self.rows], np.int64)

    def _rows_of(self, node_ids: Codes) -> Rows:
        ids = np.array([broker.node_id for broker in self.report.brokers], dtype=np.int64)
        order = np.argsort(ids)
        place = np.searchsorted(ids, node_ids, sorter=order)
        row = np.append(order, self.size)[place]
        return np.where(np.append(ids, -1)[row] == node_ids, row, self.size)

    def _sum(self, broker: Rows, values: NDArray[Any]) -> Floats:
        sums = np.asarray(
            np.bincount(broker, np.nan_to_num(values), self.size + 1), dtype=np.float64
        )
        return sums[: self.size]

    def _known(self, broker: Rows, values: NDArray[Any]) -> Floats:
        some, none = self._sum(broker, np.isfinite(values)), self._sum(broker, np.isnan(values))
        return np.where((some == 0) & (none > 0), np.nan, self._sum(broker, values))


def broker_reason(sheet: BrokerSheet, row: int) -> str:
    """What is wrong with a broker; empty when nothing is known to be."""
    return "; ".join(troubles(sheet.report, row))


def _brokers(sheet: BrokerSheet, rows: Rows) -> list[Broker]:
    return [sheet.report.brokers[row] for row in rows]


def _hosts(sheet: BrokerSheet, rows: Rows, look: Look, width: int) -> list[str]:
    return [f"{broker.host}:{broker.port}" for broker in _brokers(sheet, rows)]


def _racks(sheet: BrokerSheet, rows: Rows, look: Look, width: int) -> list[str]:
    return [broker.rack or look.not_applicable for broker in _brokers(sheet, rows)]


def _states(sheet: BrokerSheet, rows: Rows, look: Look, width: int) -> list[str]:
    return [_state(broker, sheet.report.controller) for broker in _brokers(sheet, rows)]


def _state(broker: Broker, controller: int) -> str:
    if broker.gap != NO_GAP:
        return "silent"
    return "controller" if broker.node_id == controller else "up"


def _trips(sheet: BrokerSheet, rows: Rows, look: Look, width: int) -> list[str]:
    return [text.milliseconds(trip_s) for trip_s in sheet.field("round_trip_s")[rows].tolist()]


def _disks(sheet: BrokerSheet, rows: Rows, look: Look, width: int) -> list[str]:
    return [text.per_cent(share) for share in sheet.field("disk_share")[rows].tolist()]


def _bytes(sheet: BrokerSheet, rows: Rows, look: Look, width: int) -> list[str]:
    return [text.byte_rate(per_s) for per_s in sheet.field("bytes_in_per_s")[rows].tolist()]


def _reasons(sheet: BrokerSheet, rows: Rows, look: Look, width: int) -> list[str]:
    return [broker_reason(sheet, int(row)) for row in rows]


BROKER_COLUMNS: Final[tuple[Column[BrokerSheet], ...]] = (
    Column(
        "mark", "", "attention where the broker does not answer, or its replicas or disks are ill",
        1, 0, cells.mark_values, cells.marks, align="left", paint="row",
    ),
    Column(
        "broker", "BROKER", "the broker's node id",
        10, 0, lambda s: np.array([float(b.node_id) for b in s.report.brokers]),
        lambda s, rows, look, width: [str(b.node_id) for b in _brokers(s, rows)],
        paint="name", descending=False,
    ),
    Column(
        "host", "HOST", "where clients reach it",
        16, 1, lambda s: cells.ranks(s.names[0].unique), _hosts, grow=2, align="left",
        descending=False,
    ),
    Column(
        "rack", "RACK", "its rack or availability zone",
        8, 8, lambda s: cells.ranks(s.names[1].unique), _racks, grow=1, align="left", paint="dim",
        descending=False,
    ),
    Column(
        "state", "STATE", "up, controller, or silent: it does not answer us",
        10, 2, lambda s: s.marks.astype(np.float64), _states, align="left", paint="row",
    ),
    Column(
        "leads", "LEADS", "partitions that it leads and that some group reads",
        7, 3, cells.numbers_of("leads"), cells.counts("leads"),
    ),
    Column(
        "coordinates", "GROUPS", "groups that it coordinates",
        7, 4, cells.numbers_of("coordinates"), cells.counts("coordinates"),
    ),
    Column(
        "lag", "LAG", "lag of all groups on the partitions that it leads",
        8, 5, cells.counts_of("lag_messages"), cells.sums("lag_messages", "lag_missing"),
        unit="messages",
    ),
    Column(
        "trend", "TREND", "that lag's last moments, newest at the right",
        8, 9, cells.growth_values, cells.trends, align="left", paint="trace",
    ),
    Column(
        "in", "IN/s", "messages produced per second to the partitions that it leads",
        7, 6, cells.numbers_of("produced_per_s"),
        cells.summed_rates("produced_per_s", "produced_missing"),
        unit="messages/s",
    ),
    Column(
        "out", "OUT/s", "messages consumed per second of the partitions that it leads",
        7, 6, cells.numbers_of("consumed_per_s"),
        cells.summed_rates("consumed_per_s", "consumed_missing"),
        unit="messages/s",
    ),
    Column(
        "rtt", "RTT", "how long it took to answer, there and back",
        8, 7, cells.numbers_of("round_trip_s"), _trips, unit="s",
    ),
    Column(
        "urp", "URP", "partitions that it leads with replicas out of sync",
        6, 4, cells.counts_of("under_replicated"), cells.counts("under_replicated"), paint="row",
    ),
    Column(
        "disk", "DISK", "how full the fullest volume of its logs is",
        6, 6, cells.numbers_of("disk_share"), _disks, paint="row",
    ),
    Column(
        "bytes", "BYTES/s", "about how much is written to what it leads, as its disk holds it",
        10, 8, cells.numbers_of("bytes_in_per_s"), _bytes, unit="bytes/s",
    ),
    Column(
        "why", "WHY", "what is wrong with it",
        16, 10, lambda s: s.marks.astype(np.float64), _reasons, grow=3, align="left", paint="row",
    ),
)  # fmt: skip
