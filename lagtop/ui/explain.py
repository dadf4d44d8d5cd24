"""How a figure comes about, with the numbers of its row: what `:explain` shows."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any, Final

import numpy as np

from lagtop.analysis.failing import error_sentences
from lagtop.analysis.margin import Pace, pace
from lagtop.analysis.report import LagMethod
from lagtop.analysis.verdicts import Verdict
from lagtop.snapshot import NO_COMMIT, UNKNOWN
from lagtop.ui import text
from lagtop.ui.columns import AnyColumn
from lagtop.ui.names import clean
from lagtop.ui.sheets import PartitionSheet, Sheet, rows_of_group

Formula = Callable[[Any, int], list[str]]
_WORST_SHOWN: Final = 5
_METHODS: Final = {
    LagMethod.NONE: "nobody knows how old the oldest unread message is",
    LagMethod.EXACT: "the broker was asked when the oldest unread message was written",
    LagMethod.HISTORY: "read off our own record of when the log end passed the committed offset",
    LagMethod.AT_LEAST: "the committed offset is older than anything seen so far: at least that",
    LagMethod.BETWEEN: "it lies between two records whose times brokers told, as if evenly",
    LagMethod.RATE: "lag / rate of consumption, for want of a better way",
}

_LOSS_NEEDS: Final = (
    "not known yet: it needs both rates, how old the next message is, and the topic's settings,"
    " which take DESCRIBE_CONFIGS to read"
)
_PACES: Final = {
    Pace.UNKNOWN: "not known yet",
    Pace.FALLING_BEHIND: "not sustainable",
    Pace.BELOW_MARGIN: "it catches up by less than the margin",
    Pace.KEEPING_UP: "it keeps up",
    Pace.CATCHING_UP: "it catches up by the margin or more",
}


def explain(view: str, sheet: Sheet, row: int, column: AnyColumn) -> list[str]:
    """Sentences on one cell: what the column is, and its formula with this row's numbers."""
    groups = OF_GROUPS if view == "groups" else {}
    formulas = OF_PARTITIONS if isinstance(sheet, PartitionSheet) else groups
    formula = formulas.get(column.name)
    return [column.help, *(formula(sheet, row) if formula else [])]


def _number(sheet: Sheet, row: int, field: str) -> str:
    return text.count(int(sheet.field(field)[row]), exact=True)


def _rate(sheet: Sheet, row: int, field: str) -> str:
    return text.rate(float(sheet.field(field)[row]), exact=True)


def _partition_lag(sheet: Sheet, row: int) -> list[str]:
    verdict = Verdict(sheet.field("verdict")[row])
    if sheet.field("committed_offset")[row] == NO_COMMIT:
        return ["the group has never committed here, so that no lag can be told"]
    end, start = _number(sheet, row, "log_end_offset"), _number(sheet, row, "log_start_offset")
    committed, lag = _number(sheet, row, "committed_offset"), _number(sheet, row, "lag_messages")
    told = [
        "lag = log end - max(committed, log start)",
        f"    = {end} - max({committed}, {start})",
        f"    = {lag}",
    ]
    if verdict is Verdict.LOST:
        told.append(f"{_number(sheet, row, 'lost_messages')} messages were deleted unread")
    return told


def _group_lag(sheet: Sheet, row: int) -> list[str]:
    missing, count = int(sheet.field("lag_missing")[row]), int(sheet.field("partitions")[row])
    told = [f"sum over {text.plural(count - missing, 'partition')}"]
    if missing:
        told[0] += f"; {missing:,} could not be read, so that it is at least that"
    group = str(sheet.identity(row)[0])
    return [*told, f"    = {_number(sheet, row, 'lag_messages')}", *_worst(sheet, group)]


def _worst(sheet: Sheet, group: str) -> list[str]:
    rows = rows_of_group(sheet.report, group)
    parts = PartitionSheet(sheet.report, sheet.stale_after_s, rows)
    lags = parts.field("lag_messages")
    order = np.argsort(-np.where(lags == UNKNOWN, -1, lags), kind="stable")[:_WORST_SHOWN]
    told = []
    for row in order.tolist():
        _, topic, number = parts.identity(row)
        told.append(f"    {clean(str(topic))} {number}: {_number(parts, row, 'lag_messages')}")
    return told


def _behind(sheet: Sheet, row: int) -> list[str]:
    method = LagMethod(sheet.field("lag_s_method")[row])
    told = [_METHODS[method]]
    if method is LagMethod.RATE:
        lag, consumed = _number(sheet, row, "lag_messages"), _rate(sheet, row, "consumed_per_s")
        told.append(f"    = {lag} / {consumed} per s")
    return [*told, f"    = {_exact_span(sheet, row, 'lag_s')}"]


def _flow(field: str, source: str, needed: str) -> Formula:
    def told(sheet: Sheet, row: int) -> list[str]:
        rate = _rate(sheet, row, field)
        return [
            f"{source}, from one change of it to another, not from poll to poll",
            f"    = {rate} per s",
            *([f"not known yet: it needs {needed}"] if rate == text.NOBODY_KNOWS else []),
        ]

    return told


def _summed_flow(flow: str, source: str) -> Formula:
    def told(sheet: Sheet, row: int) -> list[str]:
        missing = int(sheet.field(f"{flow}_missing")[row])
        count = int(sheet.field("partitions")[row])
        summed = f"sum over {text.plural(count - missing, 'partition')}: {source}"
        least = [f"not known of {missing:,}, so that it is at least that"] if missing else []
        return [summed, *least, f"    = {_rate(sheet, row, f'{flow}_per_s')} per s"]

    return told


def _gap(sheet: Sheet, row: int) -> list[str]:
    produced, consumed = _rate(sheet, row, "produced_per_s"), _rate(sheet, row, "consumed_per_s")
    gap = text.signed_rate(float(sheet.field("gap_per_s")[row]), exact=True)
    return ["gap = produced - consumed", f"    = {produced} - {consumed}", f"    = {gap} per s"]


def _group_gap(sheet: Sheet, row: int) -> list[str]:
    told, missing = _gap(sheet, row), int(sheet.field("consumed_missing")[row])
    if math.isnan(float(sheet.field("gap_per_s")[row])):
        return [told[0], f"not known of {text.plural(missing, 'partition')}, nor of the group"]
    return [f"{told[0]}, where the lag is known", *told[1:]]


def _partition_drain(sheet: Sheet, row: int) -> list[str]:
    left = float(sheet.field("base_lag_messages")[row])
    produced, consumed = _rate(sheet, row, "produced_per_s"), _rate(sheet, row, "consumed_per_s")
    told = text.rounded(left, exact=True)
    return [
        "drain = what is left right after a commit / (consumed - produced)",
        f"    = {told} / ({consumed} - {produced})",
        *_drain_result(sheet, row),
    ]


def _group_drain(sheet: Sheet, row: int) -> list[str]:
    told = ["the slowest partition decides, never sum / sum: a hot one drains last"]
    return [*told, *_drain_result(sheet, row), *_sustained(sheet, row)]


def _sustained(sheet: Sheet, row: int) -> list[str]:
    """Whether the group could go on like this, against the safety margin."""
    ratio, margin = float(sheet.field("ratio")[row]), sheet.report.margin
    if math.isnan(ratio):
        return []
    behind_s = float(sheet.field("lag_s")[row]) if sheet.field("drain_s")[row] else 0.0
    told = _PACES[pace(ratio, behind_s, margin)]
    return [f"consumed / produced = {ratio:.2f}, margin {text.margin(margin)}: {told}"]


def _drain_result(sheet: Sheet, row: int) -> list[str]:
    low, high = _exact_span(sheet, row, "drain_low_s"), _exact_span(sheet, row, "drain_high_s")
    told = [f"    = {_exact_span(sheet, row, 'drain_s')}"]
    if np.isinf(sheet.field("drain_s")[row]):
        told.append("never: no more is consumed than is produced")
    elif "?" not in (low, high):
        told.append(f"between {low} and {high}, as the rates waver")
    return told


def _exact_span(sheet: Sheet, row: int, field: str) -> str:
    seconds = float(sheet.field(field)[row])
    told = text.duration(seconds)
    return f"{told} ({seconds:,.1f} s)" if math.isfinite(seconds) and seconds >= 60 else told


def _commits(sheet: Sheet, row: int) -> list[str]:
    spacing = _exact_span(sheet, row, "commit_spacing_s")
    return [
        "the median of the times between its last commits; polls cannot see one that is shorter"
        " than the time between two of them",
        f"    = {spacing}",
        f"    poll() to commit <= {spacing}, a bound: who commits what it polled before it polls"
        " again, or lets the client commit by itself, takes no longer",
    ]


def _loss(sheet: Sheet, row: int) -> list[str]:
    ends = (float(sheet.field(f"data_loss{end}_s")[row]) for end in ("", "_latest"))
    soonest, latest = map(text.duration, ends)
    return [
        "a message goes with its segment: when the segment's last one is older than retention.ms,"
        " or when the log is larger than retention.bytes; brokers look every five minutes",
        f"    at the earliest = {soonest}: the message itself is too old",
        f"    at the latest = {latest}: a segment's span (segment.ms) and a look later",
        "both move away while the group reads on; never, if it gets there first",
        *([_LOSS_NEEDS] if "?" in (soonest, latest) else []),
    ]


def _share(sheet: PartitionSheet, row: int) -> list[str]:
    group = int(sheet.field("group")[row])
    total = int(sheet.report.groups.lag_messages[group])
    lag = _number(sheet, row, "lag_messages")
    return ["share = lag / the group's lag", f"    = {lag} / {text.count(total, exact=True)}"]


def _errors(sheet: Sheet, row: int) -> list[str]:
    name = str(sheet.identity(row)[0])
    return error_sentences(sheet.report.dead_letters, name) or [
        "no topic of dead letters is known by its name to be of what it reads (5 shows them all)"
    ]


_SHARED: Final[dict[str, Formula]] = {
    "behind": _behind,
    "in": _flow("produced_per_s", "the growth of the log end", "two polls"),
    "out": _flow("consumed_per_s", "the growth of the committed offset", "two commits"),
    "gap": _gap,
}
OF_GROUPS: Final[dict[str, Formula]] = _SHARED | {
    "errors": _errors,
    "lag": _group_lag,
    "drain": _group_drain,
    "gap": _group_gap,
    "in": _summed_flow("produced", "the growth of the log end"),
    "out": _summed_flow("consumed", "the growth of the committed offset"),
}
OF_PARTITIONS: Final[dict[str, Formula]] = _SHARED | {
    "lag": _partition_lag,
    "drain": _partition_drain,
    "share": _share,
    "loss": _loss,
    "commits": _commits,
}
