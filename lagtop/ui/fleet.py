"""Several clusters at a glance: a row for each, worst first, as functions of their sessions."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, NamedTuple

import numpy as np

from lagtop.analysis.marks import Mark
from lagtop.analysis.report import Report
from lagtop.snapshot import NO_GAP
from lagtop.ui import text
from lagtop.ui.alerts import news_count
from lagtop.ui.cells import mark_glyph
from lagtop.ui.group_columns import group_reason
from lagtop.ui.headline import TAG_ROLES
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
    is_text: bool = False


COLUMNS: Final = (
    Column("CLUSTER", 18, 0, is_text=True),
    Column("BROKERS", 7, 4),
    Column("GROUPS", 6, 7),
    Column("LAG", 9, 1),
    Column("BEHIND", 7, 1),
    Column("IN/s", 6, 5),
    Column("OUT/s", 6, 5),
    Column("ALERTS", 6, 2),
    Column("AGE", 6, 0),
    Column("WORST GROUP", 20, 3, is_text=True),
)
"""All that stand before WHY, which has the rest of the line."""


@dataclass(frozen=True, slots=True)
class Standing:
    """How one cluster stands; `figures` are in the order of COLUMNS, after the cluster's name.

    `urgency` orders clusters: the higher, the worse.
    """

    mark: Mark
    role: str
    urgency: tuple[float, ...]
    figures: tuple[str, ...]
    why: str

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
    age = text.duration(float(round(seen.age_s(now))))
    told = _read(report, age, look)
    if not seen.is_stale(now, session.every_s):
        return told
    why = failure.what if failure is not None else f"no answer for {age}"
    return Standing(Mark.UNKNOWN, "stale", (_NOT_READ, *told.urgency), told.figures, why)


def worst_first(standings: Sequence[Standing]) -> list[int]:
    """The places of the clusters in the order in which they are shown."""
    return sorted(range(len(standings)), key=lambda place: standings[place].urgency, reverse=True)


def heading(width: int) -> Line:
    """The columns' titles, for lines of `width` cells."""
    cells = [_padded(column, column.title) for column in _fitting(width)]
    return [Piece(f"     {' '.join(cells)} WHY", "heading")]


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


def _read(report: Report, age: str, look: Look) -> Standing:
    """How a cluster stands that has just been read."""
    worst, marks = _worst_group(report)
    mark = Mark(marks[worst]) if worst != GONE else Mark.NONE
    totals, alerts = report.totals, news_count(report)
    up = sum(broker.gap == NO_GAP for broker in report.brokers)
    figures = (
        f"{up}/{len(report.brokers)}",
        text.count(len(report.group_facts)),
        text.at_least(text.count(totals.lag_messages), totals.lag_missing, look.at_least),
        text.duration(totals.lag_s),
        text.at_least(text.rate(totals.produced_per_s), totals.produced_missing, look.at_least),
        text.at_least(text.rate(totals.consumed_per_s), totals.consumed_missing, look.at_least),
        str(alerts),
        age,
        report.group_facts[worst].name if worst != GONE else look.not_applicable,
    )
    why = group_reason(GroupSheet(report, np.inf), worst) if worst != GONE else "no groups"
    lag_s = float(np.nan_to_num(totals.lag_s, nan=-1.0))
    down = len(report.brokers) - up
    severity = _RANK_OF_UNKNOWN if mark == Mark.UNKNOWN else float(mark)
    urgency = (_READ, float(down > 0), float(alerts > 0), severity, lag_s, totals.lag_messages)
    return Standing(mark, SIGNS[mark].role, urgency, figures, why)


def _worst_group(report: Report) -> tuple[int, list[int]]:
    """The group with the severest mark, of those the one that is furthest behind; all marks."""
    marks = GroupSheet(report, np.inf).marks
    if not len(marks):
        return GONE, []
    behind = np.nan_to_num(report.groups.lag_s, nan=-1.0)
    severity = np.where(marks == Mark.UNKNOWN, _RANK_OF_UNKNOWN, marks)
    return int(np.lexsort((report.groups.lag_messages, behind, severity))[-1]), marks.tolist()


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
