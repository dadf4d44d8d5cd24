"""The columns of the groups table, in the order in which they stand."""

from __future__ import annotations

from typing import Final

import numpy as np

from lagtop.analysis.failing import failed_by
from lagtop.snapshot import NO_GAP, UNKNOWN, Floats
from lagtop.ui import cells, text
from lagtop.ui.columns import Column
from lagtop.ui.look import Look
from lagtop.ui.names import clean, fit
from lagtop.ui.order import Rows
from lagtop.ui.sheets import GroupSheet

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
    members, partitions = _seen(sheet, rows, "members"), _seen(sheet, rows, "partitions")
    return [_ratio(m, p, width) for m, p in zip(members, partitions, strict=True)]


def _ratio(members: int, partitions: int, width: int) -> str:
    exact = f"{_plain(members)}/{_plain(partitions)}"
    short = f"{text.count(members)}/{text.count(partitions)}"
    return next((told for told in (exact, short) if len(told) <= width), text.count(members))


def _plain(count: int) -> str:
    return text.NOBODY_KNOWS if count == UNKNOWN else str(count)


def _reasons(sheet: G, rows: Rows, look: Look, width: int) -> list[str]:
    return [group_reason(sheet, int(row)) for row in rows]


def _topics(sheet: G, rows: Rows, look: Look, width: int) -> list[str]:
    return [text.count(count) for count in _seen(sheet, rows, "topics")]


def _seen(sheet: G, rows: Rows, field: str) -> list[int]:
    """Counts; none is UNKNOWN for a group that may not be looked at, and not zero."""
    facts = sheet.report.group_facts
    hidden = np.array([facts[row].gap != NO_GAP for row in rows], dtype=bool)
    counts = sheet.field(field)[rows].astype(np.int64)
    told: list[int] = np.where(hidden & (counts == 0), UNKNOWN, counts).tolist()
    return told


def _errors(sheet: G, rows: Rows, look: Look, width: int) -> list[str]:
    """Nothing where no dead letters are joined to the group, `?` where their share is unknown."""
    most, sure = (sheet.field(name)[rows] for name in ("error_share_most", "error_share"))
    at_most = np.isnan(sure) & ~np.isnan(most)
    suspects = {name for one in sheet.report.dead_letters for name in failed_by(one)}
    return [
        text.at_least(text.small_share(share), int(bound), look.at_most)
        if sheet.report.group_facts[row].name in suspects
        else look.not_applicable
        for row, share, bound in zip(rows.tolist(), most.tolist(), at_most.tolist(), strict=True)
    ]


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
        8, 9, cells.counts_of("members"), _members,
    ),
    Column(
        "topics", "TOPICS", "topics that the group reads",
        6, 10, cells.numbers_of("topics"), _topics,
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
        7, 5, cells.numbers_of("produced_per_s"),
        cells.summed_rates("produced_per_s", "produced_missing"),
        unit="messages/s",
    ),
    Column(
        "out", "OUT/s", "messages that the group consumes per second",
        7, 5, cells.numbers_of("consumed_per_s"),
        cells.summed_rates("consumed_per_s", "consumed_missing"), unit="messages/s",
    ),
    Column(
        "gap", "GAP/s", "produced - consumed per second: above zero, the lag grows",
        7, 11, cells.numbers_of("gap_per_s"), cells.gaps, unit="messages/s",
    ),
    Column(
        "drain", "DRAIN", "time until the lag is gone at the present rates; the slowest partition"
        " decides",
        9, 3, cells.numbers_of("drain_s"), cells.drains,
        align="left", unit="s", paint="row",
    ),
    Column(
        "errors", "ERRORS", "what ends up in topics of dead letters over what the group reads of"
        " their sources; at most that where it may be another group's",
        6, 12, cells.numbers_of("error_share_most"), _errors,
    ),
    Column(
        "why", "WHY", "the reason in a sentence; the line below the table has it whole",
        20, 7, _reason_values, _reasons, grow=3, align="left", paint="row", descending=False,
    ),
)  # fmt: skip
