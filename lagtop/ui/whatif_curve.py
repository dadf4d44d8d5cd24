"""How the lag goes on and how it would, as a chart of two lines that need no colour."""

from __future__ import annotations

from typing import Final

import numpy as np

from lagtop.analysis.whatif import WhatIf
from lagtop.snapshot import Floats
from lagtop.ui import text
from lagtop.ui.chart import DOTS_A_CELL, GUTTER, Trace, draw
from lagtop.ui.look import Look
from lagtop.ui.roles import Line, Piece

_NOW: Final = "dim"
_THEN: Final = "growing"


def curve_lines(asked: WhatIf, look: Look, width: int, height: int) -> list[Line]:
    """A legend, the curves, and the time below them: `height` lines, `width` cells wide."""
    cells = width - GUTTER
    point = "." if look.ascii else "·"
    curves = (asked.now.lag_curve_messages, asked.then.lag_curve_messages)
    if any(np.isnan(curve).any() for curve in curves):
        return [[Piece(f"{'':>{GUTTER}}lag to come: {text.NOBODY_KNOWS}", "dim")]]
    now, then = (_resampled(curve, cells) for curve in curves)
    traces = [Trace(now, _NOW, point), Trace(then, _THEN)]
    legend: Line = [
        Piece(f"{'':>{GUTTER}}lag  ", "dim"),
        Piece(f"{point} now  ", _NOW),
        Piece(f"{'*' if look.ascii else '⠒'} then", _THEN),
    ]
    end = f"in {text.duration(float(asked.curve_s[-1]))}"
    axis: Line = [Piece(f"{'':>{GUTTER}}{'now':<{max(cells - len(end), 4)}}{end}", "dim")]
    return [legend, *draw(traces, cells, height - 2, text.rounded, look.marker), axis]


def _resampled(curve: Floats, cells: int) -> Floats:
    """The curve at each dot of the chart (float64)."""
    places = np.linspace(0, len(curve) - 1, cells * DOTS_A_CELL)
    return np.interp(places, np.arange(len(curve)), curve)
