"""The columns of the groups table, in the order in which they stand."""

from __future__ import annotations

from typing import Final

from lagtop.snapshot import NO_GAP, Floats
from lagtop.ui import cells, text
from lagtop.ui.columns import Column
from lagtop.ui.look import Look
from lagtop.ui.names import clean, fit
from lagtop.ui.order import Rows
from lagtop.ui.sheets import GroupSheet, Sheet

G = GroupSheet
_STATES: Final = {"PreparingRebalance": "preparing", "CompletingRebalance": "completing"}


def group_reason(sheet: G, row: int) -> str:
    """Why a group is where it is, or why it could not be read; empty when there is nothing."""
    gap = sheet.report.group_facts[row].gap
    if gap != NO_GAP:
        return clean(gap.reason)
    return clean(sheet.report.reasons[sheet.report.groups.reason[row]])


def _names(sheet: G, rows: Rows, look: Look, width: int) -> list[str]:
    return [sheet.report.group_facts[row].name for row in rows]


def _states(sheet: G, rows: Rows, look: Look, width: int) -> list[str]:
    states = (sheet.report.group_facts[row].state for row in rows)
    return [fit(_STATES.get(s, s.lower()) or text.NOBODY_KNOWS, width, ".") for s in states]


def _members(sheet: G, rows: Rows, look: Look, width: int) -> list[str]:
    members = sheet.field("members")[rows].tolist()
    partitions = sheet.field("partitions")[rows].tolist()
    return [_ratio(m, p, width) for m, p in zip(members, partitions, strict=True)]


def _ratio(members: int, partitions: int, width: int) -> str:
    exact, short = f"{members}/{partitions}", f"{text.count(members)}/{text.count(partitions)}"
    return next((told for told in (exact, short) if len(told) <= width), text.count(members))


def _reasons(sheet: G, rows: Rows, look: Look, width: int) -> list[str]:
    return [group_reason(sheet, int(row)) for row in rows]


def _deserted(sheet: Sheet, rows: Rows) -> list[bool]:
    alone: list[bool] = (sheet.field("members")[rows] == 0).tolist()
    return alone


def _deserted_with_lag(sheet: Sheet, rows: Rows) -> list[bool]:
    lags = sheet.field("lag_messages")[rows].tolist()
    return [a and lag != 0 for a, lag in zip(_deserted(sheet, rows), lags, strict=True)]


def _name_values(sheet: G) -> Floats:
    return cells.ranks(sheet.names[0].unique)


def _state_values(sheet: G) -> Floats:
    return cells.ranks([group.state for group in sheet.report.group_facts])


def _reason_values(sheet: G) -> Floats:
    return cells.ranks([group_reason(sheet, row) for row in range(sheet.size)])


GROUP_COLUMNS: Final[tuple[Column[G], ...]] = (
    Column(
        "mark", "", "the worst that holds of the row; the legend of marks tells the signs",
        1, 0, cells.mark_values, cells.marks, align="left", paint="row",
    ),
    Column(
        "group", "GROUP", "the consumer group",
        16, 0, _name_values, _names, grow=2, align="left", paint="name", descending=False,
    ),
    Column(
        "state", "STATE", "the group's state as Kafka names it",
        9, 8, _state_values, _states, align="left", paint="dim", descending=False,
    ),
    Column(
        "members", "MEM", "members of the group / partitions that it reads",
        8, 9, cells.numbers_of("members"), _members,
    ),
    Column(
        "topics", "TOPICS", "topics that the group reads",
        6, 10, cells.numbers_of("topics"), cells.numbers("topics"),
    ),
    Column(
        "lag", "LAG", "messages not yet consumed: the sum of end offset - committed offset over the"
        " partitions; `at least` so many when some partitions could not be read",
        8, 1, cells.counts_of("lag_messages"), cells.sums("lag_messages", "lag_missing"),
        unit="messages", paint="row",
    ),
    Column(
        "trend", "TREND", "the lag's last moments, newest at the right, each row on its own scale",
        8, 2, cells.growth_values, cells.trends, align="left", paint="trace",
    ),
    Column(
        "behind", "BEHIND", "how old the oldest unread message is, in the worst partition",
        8, 4, cells.numbers_of("lag_s"), cells.behind, unit="s", paint="row",
    ),
    Column(
        "in", "IN/s", "messages produced per second to the group's partitions",
        7, 5, cells.numbers_of("produced_per_s"), cells.rates("produced_per_s"),
        unit="messages/s",
    ),
    Column(
        "out", "OUT/s", "messages that the group consumes per second",
        7, 5, cells.numbers_of("consumed_per_s"),
        cells.not_when(cells.rates("consumed_per_s"), _deserted), unit="messages/s",
    ),
    Column(
        "gap", "GAP/s", "produced - consumed per second: above zero, the lag grows",
        7, 11, cells.numbers_of("gap_per_s"), cells.gaps, unit="messages/s",
    ),
    Column(
        "drain", "DRAIN", "time until the lag is gone at the present rates; the slowest partition"
        " decides",
        9, 3, cells.numbers_of("drain_s"), cells.not_when(cells.drains, _deserted_with_lag),
        align="left", unit="s", paint="row",
    ),
    Column(
        "why", "WHY", "the reason in a sentence; the line below the table has it whole",
        20, 7, _reason_values, _reasons, grow=3, align="left", paint="row", descending=False,
    ),
)  # fmt: skip
