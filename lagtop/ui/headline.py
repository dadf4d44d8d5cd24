"""The two lines at the top: the cluster, its throughput, its lag, and how good the data is."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, NamedTuple

import numpy as np
from rich.cells import cell_len

from lagtop.analysis.margin import Pace, pace
from lagtop.analysis.report import Report, Totals
from lagtop.snapshot import NO_GAP
from lagtop.ui import text
from lagtop.ui.alerts import news_count
from lagtop.ui.look import Look
from lagtop.ui.names import clean
from lagtop.ui.roles import Line, Piece
from lagtop.ui.spark import sparkline

_TRACE_CELLS: Final = 8
_GAP: Final = 2
_NARROW, _ROOMY = 76, 110
"""Columns of the terminal from which the first line has traces, and long ones and words."""

_NAMED: Final = 3
"""So many brokers that do not answer are named."""


class Field(NamedTuple):
    """A part of a line; where the line is too long, those of the highest `priority` go."""

    priority: int
    pieces: tuple[Piece, ...]


TAG_ROLES: Final = {"red": "alarm", "yellow": "attention", "green": "ok", "blue": "paused"}
"""The colours that a profile may give to its tag, as themes have them."""


@dataclass(frozen=True, slots=True)
class Status:
    """What the header says of the data beside the Report's own figures.

    `target` is what the user connected to, `tag` a word beside it; `banner` stands at the start
    of the second line: stale, paused, retrying; its role colours it. `recording` stands beside it.
    Of figures that are stale (`is_stale`) the banner tells the age.
    """

    target: str = ""
    tag: str = ""
    banner: str = ""
    banner_role: str = "alarm"
    tag_colour: str = ""
    recording: str = ""
    is_stale: bool = False


def headline(report: Report | None, status: Status, look: Look, width: int) -> list[Line]:
    """Both lines, `width` cells at most: who it is and what flows; what is left, and how good."""
    if report is None:
        first, second = [_name(status.target, status)], _banner(status)
        return [fit_fields(first, width), fit_fields(second, width)]
    totals = report.totals
    first = [
        _name(_given(status) or report.cluster, status),
        *_cluster(report, status),
        *_brokers(report, look, width),
        _controller(report),
        *_flow(totals, look, width),
    ]
    second = [*_banner(status), *_backlog(report, look), *_ratio(report, look), *_alerts(report)]
    second += [Field(1, (Piece(":hidden", "unknown"),))] * bool(report.hidden)
    second += _unread(report)
    age = [] if status.is_stale else [_age(report)]
    quality = [*_tempo(report), _cost(report), *age]
    return [fit_fields(first, width), fit_fields(second, width, quality)]


def fit_fields(fields: Sequence[Field], width: int, at_end: Sequence[Field] = ()) -> Line:
    """The fields that there is room for, two cells apart, in their order; priority 0 always is.

    Those `at_end` end where the line does.
    """
    every = [*fields, *at_end]
    spare = width
    kept: list[int] = []
    for place in sorted(range(len(every)), key=lambda place: (every[place].priority, place)):
        needed = sum(cell_len(piece.text) for piece in every[place].pieces) + _GAP
        if needed <= spare or every[place].priority == 0:
            kept.append(place)
            spare -= needed
    line = [Piece(" ")]
    for place in sorted(kept):
        if place >= len(fields) and spare > 0:
            line.append(Piece(" " * spare))
            spare = 0
        line += [*every[place].pieces, Piece(" " * _GAP)]
    return line


def sustainability(report: Report, look: Look) -> Piece:
    """Whether consumers keep up, in words: below 1 they fall behind, at 1 they just hold."""
    good, bad = ("ok", "!!") if look.ascii else ("✓", "✗")
    totals = report.totals
    behind_s = totals.lag_s if totals.lag_messages else 0.0
    told = {
        Pace.UNKNOWN: Piece("not known yet", "dim"),
        Pace.FALLING_BEHIND: Piece(f"{bad} not sustainable", "growing"),
        Pace.BELOW_MARGIN: Piece("! below the margin", "attention"),
        Pace.KEEPING_UP: Piece(f"{good} keeping up", "ok"),
        Pace.CATCHING_UP: Piece(f"{good} catching up", "ok"),
    }
    return told[pace(totals.ratio, behind_s, report.margin)]


def _name(cluster: str, status: Status) -> Field:
    first, _, others = cluster.partition(",")
    more = f" +{others.count(',') + 1}" if others else ""
    role = TAG_ROLES.get(status.tag_colour, "paused")
    tag = (Piece(" "), Piece(f" {clean(status.tag)} ", role)) if status.tag else ()
    return Field(0, (Piece("lagtop", "title"), *tag, Piece(f"  {clean(first)}{more}", "name")))


def _given(status: Status) -> str:
    """What the user connected to; a tagged cluster (demo, replay) was given no address."""
    return "" if status.tag else status.target


def _cluster(report: Report, status: Status) -> list[Field]:
    if _given(status) in ("", report.cluster) or not report.cluster:
        return []
    return [Field(7, (Piece(clean(report.cluster), "dim"),))]


def _brokers(report: Report, look: Look, width: int) -> list[Field]:
    """How many brokers answer, and which do not."""
    silent = [broker.node_id for broker in report.brokers if broker.gap != NO_GAP]
    count = len(report.brokers)
    up = count - len(silent)
    role = "ok" if not silent else "attention" if up else "alarm"
    bullet = "*" if look.ascii else "●"
    told = Field(2, (Piece(f"{bullet} {up}/{text.plural(count, 'broker')}", role),))
    if not silent or not up:
        return [told]
    more = f" +{len(silent) - _NAMED}" if len(silent) > _NAMED else ""
    named = ", ".join(map(str, silent[:_NAMED])) + more
    noun = "broker" if len(silent) == 1 else "brokers"
    label = f"no answer: {noun} " if width >= _ROOMY else "silent: id "
    return [told, Field(3, (Piece(label, "dim"), Piece(named, role)))]


def _controller(report: Report) -> Field:
    told = text.NOBODY_KNOWS if report.controller < 0 else str(report.controller)
    return Field(6, (Piece("ctrl ", "dim"), Piece(told)))


def _flow(totals: Totals, look: Look, width: int) -> list[Field]:
    """What is produced and consumed, with traces that are as long as both have room."""
    cells = _TRACE_CELLS if width >= _ROOMY else _TRACE_CELLS // 2
    rates = (
        ("in", totals.produced_per_s, totals.produced_missing, totals.produced_history),
        ("out", totals.consumed_per_s, totals.consumed_missing, totals.consumed_history),
    )
    told = []
    for label, per_s, missing, history in rates:
        flow = text.at_least(text.rate(per_s), missing, look.at_least)
        drawn = sparkline(history, cells, ascii_glyphs=look.ascii)
        trace = Piece(f" {drawn}" if width >= _NARROW else "", "trace")
        told.append(Field(3, (Piece(f"{label} ", "dim"), Piece(f"{flow}/s"), trace)))
    return told


def behind(report: Report, look: Look) -> str:
    """The worst lag in time of all groups; at least that where it is only a bound."""
    totals = report.totals
    return text.at_least(text.duration(totals.lag_s), totals.lag_s_is_bound, look.at_least)


def _backlog(report: Report, look: Look) -> list[Field]:
    """What is left to read, in messages and in time."""
    return [
        Field(1, _lag(report.totals, look)),
        Field(2, (Piece(f"{behind(report, look)} behind"),)),
    ]


def _lag(totals: Totals, look: Look) -> tuple[Piece, ...]:
    lag = text.count(totals.lag_messages, exact=look.exact)
    told = text.at_least(lag, totals.lag_missing, look.at_least)
    missing = f" ({totals.lag_missing:,} unknown)" if totals.lag_missing else ""
    return Piece("lag ", "dim"), Piece(told, "title"), Piece(missing, "unknown")


def _unread(report: Report) -> list[Field]:
    """How many groups are to come, while there are but a few."""
    so_far, every = len(report.group_facts), len(report.group_facts) + report.unread
    told = f"{so_far:,} of {every:,} groups so far"
    return [Field(1, (Piece(told, "unknown"),))] if report.unread else []


def _alerts(report: Report) -> list[Field]:
    news = news_count(report)
    return [Field(1, (Piece(f"! {text.plural(news, 'alert')}", "attention"),))] if news else []


def _banner(status: Status) -> list[Field]:
    said = ((status.banner, status.banner_role), (status.recording, "attention"))
    return [Field(0, (Piece(words, role),)) for words, role in said if words]


def _ratio(report: Report, look: Look) -> list[Field]:
    ratio = report.totals.ratio
    told = text.NOBODY_KNOWS if math.isnan(ratio) else f"{ratio:.2f}"
    pieces = (Piece("out/in ", "dim"), Piece(f"{told} "))
    margin = (Piece("margin ", "dim"), Piece(text.margin(report.margin)))
    return [Field(2, (*pieces, sustainability(report, look))), Field(6, margin)]


def _cost(report: Report) -> Field:
    cost = report.cost
    told = f"{text.milliseconds(cost.wall_s)}, {text.plural(cost.requests, 'request')}"
    return Field(5, (Piece("poll ", "dim"), Piece(told)))


def _tempo(report: Report) -> list[Field]:
    """How often is polled, where that is seldomer than asked, and why."""
    cost = report.cost
    if not cost.why_slow:
        return []
    told = (Piece(f"every {cost.every_s:g} s", "attention"), Piece(f": {cost.why_slow}", "dim"))
    return [Field(2, told)]


def _age(report: Report) -> Field:
    ages = report.partitions.age_s
    known = ages[np.isfinite(ages)]
    age = text.duration(float(np.median(known))) if len(known) else text.NOBODY_KNOWS
    return Field(2, (Piece(f"{age} old", "dim"),))
