"""The charts of a group's page: lag, what flows in and out, and how far behind in time."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final, NamedTuple

from lagtop.snapshot import Floats
from lagtop.ui import text
from lagtop.ui.chart import GUTTER, WINDOWS_S, Trace, buckets, draw, window_s
from lagtop.ui.look import Look
from lagtop.ui.past import Series
from lagtop.ui.roles import Line, Piece


class Curve(NamedTuple):
    """A line of a chart: its name, its role, and which of a Series' figures it shows."""

    name: str
    role: str
    values: Callable[[Series], Floats]


class Plan(NamedTuple):
    """A chart as data: its curves and how their figures are told."""

    curves: tuple[Curve, ...]
    tell: Callable[[float], str]


CHARTS: Final = (
    Plan((Curve("lag", "growing", lambda series: series.lag),), text.rounded),
    Plan(
        (
            Curve("in/s", "unbalanced", lambda series: series.produced),
            Curve("out/s", "trace", lambda series: series.consumed),
        ),
        text.rate,
    ),
    Plan((Curve("behind", "attention", lambda series: series.behind),), text.duration),
)


def chart_lines(plan: Plan, series: Series, look: Look, width: int, height: int) -> list[Line]:
    """A chart of a group, `width` by `height` cells with its title."""
    cells = width - GUTTER - 1
    if cells < 1 or height < 2:
        return []
    window = window_s(series.at)
    traces = [
        Trace(buckets(series.at, curve.values(series), window, cells), curve.role)
        for curve in plan.curves
    ]
    title, span = _title(plan, series), f"last {WINDOWS_S[window]}"
    if sum(len(piece.text) for piece in title) + len(span) < width:
        title.append(Piece(span, "dim"))
    return [title, *draw(traces, cells, height - 1, plan.tell, look.marker)]


def _title(plan: Plan, series: Series) -> list[Piece]:
    line = [Piece(" " * GUTTER)]
    for curve in plan.curves:
        values = curve.values(series)
        now = plan.tell(float(values[-1])) if len(values) else text.NOBODY_KNOWS
        line += [Piece(f"{curve.name} ", curve.role), Piece(f"{now}  ")]
    return line
