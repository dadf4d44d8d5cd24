"""Lines over time, drawn by plotext; imported when the first chart is drawn.

A chart moves by whole columns and its scale by whole steps, so that a new value changes a few
cells and not the picture: that is what goes over the line to a terminal far away.
"""

from __future__ import annotations

import math
import re
import sys
from collections.abc import Callable, Iterator, Sequence
from typing import Final, NamedTuple

import numpy as np

from lagtop.snapshot import Floats
from lagtop.ui.roles import Line, Piece

WINDOWS_S: Final = {
    60: "1 min", 120: "2 min", 300: "5 min", 600: "10 min", 1_800: "30 min", 3_600: "1 h",
    14_400: "4 h",
}  # fmt: skip
"""The spans that a chart may show, and how they are told."""

GUTTER: Final = 8
DOTS_A_CELL: Final = 2
_STEPS: Final = (1, 1.5, 2, 3, 5, 7.5, 10)
_COLOURED: Final = re.compile(r"\x1b\[38;5;(\d+)m([^\x1b]*)|\x1b\[[\d;]*m|([^\x1b]+)")


class Trace(NamedTuple):
    """One line of a chart: a value for each bucket of time, NaN unknown, and its role.

    `marker` is its own, where lines must be told apart without colour.
    """

    values: Floats
    role: str
    marker: str = ""


def window_s(at: Floats) -> int:
    """The span that a chart shows: the shortest of WINDOWS_S that holds all there is."""
    span = at[-1] - at[0] if len(at) else 0.0
    return next((window for window in WINDOWS_S if window >= span), max(WINDOWS_S))


def buckets(at: Floats, values: Floats, window: int, cells: int) -> Floats:
    """The mean of what is known in each bucket of time, two a cell, the newest last (float64).

    Buckets lie on whole multiples of their length: a new value moves no old one.
    """
    count = cells * DOTS_A_CELL
    length_s = window / count
    if not len(at):
        return np.full(count, np.nan)
    place = np.floor(at / length_s).astype(np.int64)
    place = place - place[-1] + count - 1
    kept = (place >= 0) & np.isfinite(values)
    sums = np.bincount(place[kept], values[kept], minlength=count)
    seen = np.bincount(place[kept], minlength=count)
    with np.errstate(invalid="ignore", divide="ignore"):
        return _bridged(np.where(seen > 0, sums / seen, np.nan))


def top_of(traces: Sequence[Trace]) -> float:
    """The scale's upper end: the least of 1, 1.5, 2, 3, 5, 7.5, 10, 15, ... above all values."""
    known = [value for trace in traces for value in trace.values if math.isfinite(value)]
    highest = max(known, default=0.0)
    if highest < sys.float_info.min:
        return 1.0
    step = 10.0 ** math.floor(math.log10(highest))
    return next(step * factor for factor in _STEPS if step * factor >= highest)


def draw(
    traces: Sequence[Trace], cells: int, height: int, tell: Callable[[float], str], marker: str
) -> list[Line]:
    """The chart's lines, GUTTER + `cells` wide; `tell` spells the scale's ends.

    `marker` is one of plotext's: braille, or a character.
    """
    top = top_of(traces)
    told = {0: tell(top), height - 1: "0"}
    drawn = _plot(traces, cells, height, top, marker).splitlines()
    lines: list[Line] = []
    for y in range(height):
        label = Piece(f"{told.get(y, ''):>{GUTTER - 1}} ", "dim")
        body = _pieces(drawn[y], [trace.role for trace in traces]) if y < len(drawn) else ()
        lines.append([label, *body])
    return lines


def _plot(traces: Sequence[Trace], cells: int, height: int, top: float, marker: str) -> str:
    import plotext  # type: ignore[import-untyped]

    plotext.clear_figure()
    plotext.limit_size(False, False)
    plotext.plotsize(cells, height)
    plotext.theme("clear")
    plotext.frame(False)
    plotext.xaxes(False, False)
    plotext.yaxes(False, False)
    plotext.xfrequency(0)
    plotext.yfrequency(0)
    plotext.xlim(0, cells * DOTS_A_CELL - 1)
    plotext.ylim(0, top)
    for colour, trace in enumerate(traces, start=1):
        for start, values in _known_runs(trace.values):
            places = list(range(start, start + len(values)))
            plotext.plot(places, values, marker=trace.marker or marker, color=colour)
    drawn: str = plotext.build()
    return drawn


def _known_runs(values: Floats) -> Iterator[tuple[int, list[float]]]:
    known = np.isfinite(values)
    edges = np.flatnonzero(np.diff(known, prepend=False, append=False))
    for start, stop in zip(edges[::2].tolist(), edges[1::2].tolist(), strict=True):
        yield start, values[start:stop].tolist()


def _bridged(values: Floats) -> Floats:
    """Gaps between two polls are no gaps in what is known: filled from the value before."""
    places = np.flatnonzero(np.isfinite(values))
    if len(places) < 2:
        return values
    typical = np.median(np.diff(places))
    last = np.maximum.accumulate(np.where(np.isfinite(values), np.arange(len(values)), -1))
    near = (last >= 0) & (np.arange(len(values)) - last < 3 * typical)
    filled: Floats = np.where(near & (np.arange(len(values)) <= places[-1]), values[last], values)
    return filled


def _pieces(line: str, roles: Sequence[str]) -> list[Piece]:
    pieces = []
    for colour, inked, plain in _COLOURED.findall(line):
        if inked:
            pieces.append(Piece(inked, roles[int(colour) - 1]))
        elif plain:
            pieces.append(Piece(plain))
    return pieces
