"""What became of a run's events as a table: a line for a stage, and for each of its partitions."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final

from lagtop.runs.run import Figures
from lagtop.ui import text
from lagtop.ui.roles import Line, Piece

_GAP: Final = "  "


@dataclass(frozen=True, slots=True)
class _Column:
    """A heading and how a cell is told; where there is no room, the highest rank goes first."""

    title: str
    cell: Callable[[Figures], str]
    rank: int = 0


def _latency(seconds: float | None) -> str:
    return text.latency(math.nan if seconds is None else seconds)


def _place(figures: Figures) -> str:
    return "all" if figures.partition is None else str(figures.partition)


def _leader(figures: Figures) -> str:
    return "-" if figures.leader is None else str(figures.leader)


_COLUMNS: Final = (
    _Column("stage", lambda one: one.stage),
    _Column("part", _place),
    _Column("leader", _leader, 4),
    _Column("sent", lambda one: f"{one.sent:,}"),
    _Column("arrived", lambda one: f"{one.arrived:,}", 3),
    _Column("lost", lambda one: f"{one.lost:,}"),
    _Column("late", lambda one: f"{one.late:,}", 5),
    _Column("twice", lambda one: f"{one.duplicates:,}"),
    _Column("disorder", lambda one: f"{one.out_of_order:,}", 1),
    _Column("failed", lambda one: f"{one.failed:,}", 6),
    _Column("waiting", lambda one: f"{one.waiting:,}", 7),
    _Column("p50", lambda one: _latency(one.p50_s)),
    _Column("p95", lambda one: _latency(one.p95_s), 2),
    _Column("p99", lambda one: _latency(one.p99_s)),
    _Column("max", lambda one: _latency(one.max_s)),
)


def table_lines(figures: Sequence[Figures], width: int) -> list[Line]:
    """Headings and rows; columns go by rank until the rest has room, and no number is cut."""
    columns = list(_COLUMNS)
    widths = [_width(column, figures) for column in columns]
    while sum(widths) + len(_GAP) * (len(widths) - 1) > width and any(c.rank for c in columns):
        gone = max(range(len(columns)), key=lambda place: columns[place].rank)
        del columns[gone], widths[gone]
    head = _GAP.join(
        _aligned(column.title, column, size) for column, size in zip(columns, widths, strict=True)
    )
    return [[Piece(head, "heading")], *(_row(one, columns, widths) for one in figures)]


def _row(figures: Figures, columns: Sequence[_Column], widths: Sequence[int]) -> Line:
    told = _GAP.join(
        _aligned(column.cell(figures), column, size)
        for column, size in zip(columns, widths, strict=True)
    )
    return [Piece(told, _role(figures))]


def _role(figures: Figures) -> str:
    if figures.lost or figures.failed:
        return "attention"
    if figures.duplicates or figures.out_of_order or figures.late:
        return "unbalanced"
    return "text" if figures.partition is None else "dim"


def _width(column: _Column, figures: Sequence[Figures]) -> int:
    return max(len(column.title), *(len(column.cell(one)) for one in figures))


def _aligned(cell: str, column: _Column, width: int) -> str:
    return cell.ljust(width) if column.title == "stage" else cell.rjust(width)
