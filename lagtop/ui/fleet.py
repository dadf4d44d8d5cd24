"""Several clusters at a glance: a row for each, worst first, as functions of their sessions."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final, NamedTuple

import numpy as np

from lagtop.analysis.marks import Mark
from lagtop.analysis.report import Report
from lagtop.snapshot import NO_GAP, UNKNOWN
from lagtop.ui import text
from lagtop.ui.alerts import news_count
from lagtop.ui.cells import mark_glyph
from lagtop.ui.group_columns import group_reason
from lagtop.ui.headline import TAG_ROLES, behind
from lagtop.ui.look import Look
from lagtop.ui.marks import SIGNS
from lagtop.ui.names import clean, fit
from lagtop.ui.roles import Line, Piece
from lagtop.ui.session import Session
from lagtop.ui.sheets import GONE, GroupSheet

_NOT_READ, _CONNECTING, _READ = 2, 1, 0
_TAG_CELLS: Final = 6
_LEAST_WHY: Final = 24
_RANK_OF_UNKNOWN: Final = Mark.UNBALANCED + 0.5
"""A group that cannot be read must not hide one that is known to grow, or to stand still."""


class Column(NamedTuple):
    """A column of the fleet; where there is no room, those of the highest `priority` go."""

    title: str
    width: int
    priority: int
    help: str
    is_text: bool = False


COLUMNS: Final = (
    Column("CLUSTER", 18, 0, "the profile's name, and its tag", is_text=True),
    Column("BROKERS", 7, 4, "brokers that answer, of all"),
    Column("GROUPS", 6, 7, "consumer groups"),
    Column("LAG", 9, 1, "messages that all groups have not consumed yet"),
    Column("BEHIND", 8, 1, "lag in time, of the worst partition"),
    Column("IN/s", 6, 5, "messages a second written to what some group reads"),
    Column("OUT/s", 6, 5, "messages a second that all groups consume"),
    Column("ALERTS", 6, 2, "alerts that fire and that nobody has acknowledged"),
    Column("AGE", 6, 0, "how old these figures are"),
    Column("WORST GROUP", 20, 3, "the group that is worst off; WHY says why", is_text=True),
)
"""All that stand before WHY, which has the rest of the line."""


@dataclass(frozen=True, slots=True)
class Standing:
    """How one cluster stands; `figures` are in the order of COLUMNS, after the cluster's name.

    `urgency` orders clusters: the higher, the worse. `values` are what the figures say, to sort by:
    NaN is unknown.
    """

    mark: Mark
    role: str
    urgency: tuple[float, ...]
    figures: tuple[str, ...]
    why: str
    values: tuple[float | str, ...] = (np.nan,) * (len(COLUMNS) - 1)

    @property
    def sentence(self) -> str:
        """The worst group and why, or what keeps the cluster from being read."""
        is_read = self.urgency[0] == _READ
        return f"{self.figures[-1]}: {self.why}" if is_read and self.why else self.why


def standing(session: Session, look: Look) -> Standing:
    """How a cluster stands by the newest that was seen of it, whatever picture is frozen there."""
    seen, now = session.newest, session.options.clock()
    report, failure = seen.picture, seen.failure
    if report is None:
        unknown = (text.NOBODY_KNOWS,) * (len(COLUMNS) - 1)
        if failure is None:
            why = f"connecting to {session.options.target or 'the cluster'} ..."
            return Standing(Mark.NONE, "dim", (_CONNECTING,), unknown, why)
        return Standing(Mark.UNKNOWN, "alarm", (_NOT_READ,), unknown, failure.what)
    age_s = float(round(seen.age_s(now)))
    told = _read(report, age_s, look)
    if not seen.is_stale(now, session.every_s):
        return told
    why = failure.what if failure is not None else f"no answer for {text.duration(age_s)}"
    urgency = (_NOT_READ, *told.urgency)
    return replace(told, mark=Mark.UNKNOWN, role="stale", urgency=urgency, why=why)


def worst_first(standings: Sequence[Standing]) -> list[int]:
    """The places of the clusters in the order in which they are shown."""
    return sorted(range(len(standings)), key=lambda place: standings[place].urgency, reverse=True)


def ordered_by(
    column: Column | None, standings: Sequence[Standing], names: Sequence[str], *, turned: bool
) -> list[int]:
    """The places of the clusters by a column, or worst first; unknown values come last."""
    if column is None:
        order = worst_first(standings)
        return order[::-1] if turned else order
    at = COLUMNS.index(column)
    values = [(name, *one.values)[at] for name, one in zip(names, standings, strict=True)]
    unknown = [place for place, value in enumerate(values) if value != value]
    known = [place for place in range(len(values)) if place not in unknown]
    descending = column.is_text == turned
    return sorted(known, key=lambda place: values[place], reverse=descending) + unknown


def heading(width: int, by: Column | None) -> Line:
    """The columns' titles, for lines of `width` cells; `by` is the one that sorts."""
    line = [Piece("    ", "heading")]
    for column in _fitting(width):
        role = "sorted" if column is by else "heading"
        line += [Piece(" ", "heading"), Piece(_padded(column, column.title), role)]
    return [*line, Piece(" WHY", "heading")]


def row(session: Session, name: str, told: Standing, look: Look, width: int, here: bool) -> Line:
    """One cluster's line of `width` cells."""
    texts = dict(zip(COLUMNS[1:], told.figures, strict=True))
    cells = [_padded(column, texts[column]) for column in _fitting(width)[1:]]
    painted = told.role if told.mark != Mark.NONE else "text"
    return [
        Piece(" > " if here else "   ", "key"),
        Piece(f"{mark_glyph(told.mark, look)} ", told.role),
        *_name(session, name, here),
        Piece(f" {' '.join(cells)}", "stale" if told.role == "stale" else "text"),
        Piece(f" {clean(told.why)}", "alarm" if told.role == "stale" else painted),
    ]


def _read(report: Report, age_s: float, look: Look) -> Standing:
    """How a cluster stands that has just been read."""
    worst, marks = _worst_group(report)
    mark = Mark(marks[worst]) if worst != GONE else Mark.NONE
    totals, alerts = report.totals, news_count(report)
    up = sum(broker.gap == NO_GAP for broker in report.brokers)
    figures = (
        f"{up}/{len(report.brokers)}",
        text.at_least(text.count(len(report.group_facts)), report.unread, look.at_least),
        text.at_least(text.count(totals.lag_messages), totals.lag_missing, look.at_least),
        behind(report, look),
        text.at_least(text.rate(totals.produced_per_s), totals.produced_missing, look.at_least),
        text.at_least(text.rate(totals.consumed_per_s), totals.consumed_missing, look.at_least),
        str(alerts),
        text.duration(age_s),
        report.group_facts[worst].name if worst != GONE else look.not_applicable,
    )
    why = group_reason(GroupSheet(report, np.inf), worst) if worst != GONE else "no groups"
    lag_s = float(np.nan_to_num(totals.lag_s, nan=-1.0))
    down = len(report.brokers) - up
    severity = _RANK_OF_UNKNOWN if mark == Mark.UNKNOWN else float(mark)
    urgency = (_READ, float(down > 0), float(alerts > 0), severity, lag_s, totals.lag_messages)
    values = (
        float(up), float(len(report.group_facts)), _number(totals.lag_messages), totals.lag_s,
        totals.produced_per_s, totals.consumed_per_s, float(alerts), age_s, figures[-1],
    )  # fmt: skip
    return Standing(mark, SIGNS[mark].role, urgency, figures, why, values)


def _number(messages: int) -> float:
    return np.nan if messages == UNKNOWN else float(messages)


def _worst_group(report: Report) -> tuple[int, list[int]]:
    """The group with the severest mark, of those the one that is furthest behind; all marks."""
    marks = GroupSheet(report, np.inf).marks
    if not len(marks):
        return GONE, []
    lag_s = np.nan_to_num(report.groups.lag_s, nan=-1.0)
    severity = np.where(marks == Mark.UNKNOWN, _RANK_OF_UNKNOWN, marks)
    return int(np.lexsort((report.groups.lag_messages, lag_s, severity))[-1]), marks.tolist()


def _name(session: Session, name: str, here: bool) -> Line:
    role, tag = "sorted" if here else "name", session.options.tag
    if tag in ("", name):
        return [Piece(fit(name, COLUMNS[0].width), role)]
    tagged = fit(tag, min(len(clean(tag)), _TAG_CELLS))
    room = COLUMNS[0].width - len(tagged) - 1
    colour = TAG_ROLES.get(session.options.tag_colour, "paused")
    return [Piece(f"{fit(name, room)} ", role), Piece(tagged, colour)]


def _fitting(width: int) -> list[Column]:
    """The columns that leave room for WHY."""
    kept = list(COLUMNS)
    while sum(column.width + 1 for column in kept) > width - _LEAST_WHY and len(kept) > 2:
        kept.remove(max(kept, key=lambda column: column.priority))
    return kept


def _padded(column: Column, told: str) -> str:
    return fit(told, column.width) if column.is_text else told.rjust(column.width)
