"""The columns of the partitions tables, in the order in which they stand."""

from __future__ import annotations

from typing import Final

import numpy as np

from lagtop.analysis.verdicts import Verdict
from lagtop.snapshot import NOBODY, Floats
from lagtop.ui import cells, text
from lagtop.ui.columns import Column
from lagtop.ui.look import Look
from lagtop.ui.names import clean
from lagtop.ui.order import Rows
from lagtop.ui.sheets import PartitionSheet, Sheet
from lagtop.ui.spark import bar

P = PartitionSheet
_BAR_CELLS: Final = 8


def partition_reason(sheet: P, row: int) -> str:
    """The verdict of a partition, unless it is plainly ok, and why."""
    verdict = Verdict(sheet.field("verdict")[row])
    why = clean(sheet.report.reasons[sheet.field("reason")[row]])
    if verdict is Verdict.OK:
        return why
    word, lost = verdict.word.replace("_", " "), sheet.field("lost_messages")[row]
    if verdict is Verdict.LOST and lost > 0:
        word = f"lost {lost:,}"
    return f"{word}: {why}" if why else word


def share(sheet: P, rows: Rows | slice = slice(None)) -> Floats:
    """Each partition's part of its group's known lag, 0..1 (float64); NaN where there is none."""
    lag = cells.known(sheet.field("lag_messages")[rows])
    total = cells.known(sheet.report.groups.lag_messages)[sheet.field("group")[rows]]
    part: Floats = np.divide(lag, total, out=np.full(len(lag), np.nan), where=total > 0)
    return part


def _groups(sheet: P, rows: Rows, look: Look, width: int) -> list[str]:
    facts = sheet.report.group_facts
    return [facts[code].name for code in sheet.field("group")[rows]]


def _topics(sheet: P, rows: Rows, look: Look, width: int) -> list[str]:
    return [sheet.report.topics[code] for code in sheet.field("topic")[rows]]


def _members(sheet: P, rows: Rows, look: Look, width: int) -> list[str]:
    members, codes = sheet.report.members, sheet.field("member")[rows].tolist()
    return [look.not_applicable if c == NOBODY else members[c].client_id for c in codes]


def _shares(sheet: P, rows: Rows, look: Look, width: int) -> list[str]:
    parts = share(sheet, rows).tolist()
    bars = (bar(part, _BAR_CELLS, ascii_glyphs=look.ascii) for part in parts)
    told = ("" if np.isnan(part) else text.per_cent(part) for part in parts)
    return [f"{drawn} {said:>4}" for drawn, said in zip(bars, told, strict=True)]


def _reasons(sheet: P, rows: Rows, look: Look, width: int) -> list[str]:
    return [partition_reason(sheet, int(row)) for row in rows]


def _losses(sheet: P, rows: Rows, look: Look, width: int) -> list[str]:
    soonest, latest = (sheet.field(f"data_loss{at}_s")[rows] for at in ("", "_latest"))
    return [text.between(*ends) for ends in zip(soonest.tolist(), latest.tolist(), strict=True)]


def _spacings(sheet: Sheet, rows: Rows, look: Look, width: int) -> list[str]:
    return [text.duration(one) for one in sheet.field("commit_spacing_s")[rows].tolist()]


def _uncommitted(sheet: Sheet, rows: Rows) -> list[bool]:
    never: list[bool] = (sheet.field("verdict")[rows] == Verdict.NO_COMMIT).tolist()
    return never


def _group_values(sheet: P) -> Floats:
    return cells.ranks_of(sheet.names[1].unique, sheet.names[1].codes)


def _topic_values(sheet: P) -> Floats:
    return cells.ranks_of(sheet.names[0].unique, sheet.names[0].codes)


def _member_values(sheet: P) -> Floats:
    return cells.ranks_of(sheet.names[2].unique, sheet.names[2].codes)


def _reason_values(sheet: P) -> Floats:
    return cells.ranks_of(sheet.report.reasons, sheet.field("reason"))


_GROUP: Final[Column[P]] = Column(
    "group", "GROUP", "the consumer group",
    14, 0, _group_values, _groups, grow=2, align="left", paint="name", descending=False,
)  # fmt: skip

GROUP_PARTITION_COLUMNS: Final[tuple[Column[P], ...]] = (
    Column(
        "mark", "", "the worst that holds of the row; the legend of marks tells the signs",
        1, 0, cells.mark_values, cells.marks, align="left", paint="row",
    ),
    Column(
        "topic", "TOPIC", "the topic",
        12, 0, _topic_values, _topics, grow=2, align="left", paint="name", descending=False,
    ),
    Column(
        "partition", "PART", "the partition's number",
        5, 0, cells.numbers_of("partition"), cells.numbers("partition"), descending=False,
    ),
    Column(
        "leader", "LEADER", "the broker that leads the partition",
        10, 10, cells.numbers_of("leader"), cells.numbers("leader"), paint="dim", descending=False,
    ),
    Column(
        "member", "MEMBER", "the member that owns the partition, by its client id",
        12, 8, _member_values, _members, grow=1, align="left", paint="dim", descending=False,
    ),
    Column(
        "committed", "COMMITTED", "the offset that the group has committed",
        13, 12, cells.counts_of("committed_offset"), cells.offsets("committed_offset"),
    ),
    Column(
        "end", "END", "the offset of the next message to be produced",
        13, 12, cells.counts_of("log_end_offset"), cells.offsets("log_end_offset"),
    ),
    Column(
        "lag", "LAG", "messages not yet consumed: end offset - committed offset",
        8, 1, cells.counts_of("lag_messages"),
        cells.not_when(cells.counts("lag_messages"), _uncommitted), unit="messages", paint="row",
    ),
    Column(
        "share", "SHARE", "the partition's part of the group's lag",
        13, 7, share, _shares, align="left", paint="trace",
    ),
    Column(
        "trend", "TREND", "the lag's last moments, newest at the right, each row on its own scale",
        8, 2, cells.growth_values, cells.trends, align="left", paint="trace",
    ),
    Column(
        "behind", "BEHIND", "how old the oldest unread message is",
        8, 4, cells.numbers_of("lag_s"), cells.behind, unit="s", paint="row",
    ),
    Column(
        "in", "IN/s", "messages produced per second to the partition",
        7, 5, cells.numbers_of("produced_per_s"), cells.rates("produced_per_s"),
        unit="messages/s",
    ),
    Column(
        "out", "OUT/s", "messages that the group consumes of it per second",
        7, 5, cells.numbers_of("consumed_per_s"), cells.rates("consumed_per_s"),
        unit="messages/s",
    ),
    Column(
        "drain", "DRAIN", "time until the lag is gone at the present rates",
        9, 3, cells.numbers_of("drain_s"), cells.not_when(cells.drains, _uncommitted),
        align="left", unit="s", paint="row",
    ),
    Column(
        "loss", "LOSS", "until retention may delete the next unread message, and until it has",
        13, 11, cells.numbers_of("data_loss_s"), _losses, align="left", unit="s",
    ),
    Column(
        "commits", "COMMIT", "how often the group commits here, as far as polls see it; from poll()"
        " to commit it takes so long at most",
        7, 13, cells.numbers_of("commit_spacing_s"), _spacings, unit="s",
    ),
    Column(
        "why", "WHY", "the verdict, unless it is ok, and the reason",
        18, 9, _reason_values, _reasons, grow=3, align="left", paint="row", descending=False,
    ),
)  # fmt: skip

ALL_PARTITION_COLUMNS: Final[tuple[Column[P], ...]] = (
    GROUP_PARTITION_COLUMNS[0],
    _GROUP,
    *GROUP_PARTITION_COLUMNS[1:],
)
