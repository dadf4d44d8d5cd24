"""The texts and sort keys of cells: each function takes a sheet and makes one column of it."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np

from lagtop.analysis.marks import Mark
from lagtop.analysis.report import LagMethod, Trend
from lagtop.snapshot import NO_COMMIT, UNKNOWN, Codes, Floats, Ints
from lagtop.ui import spark, text
from lagtop.ui.look import Look
from lagtop.ui.marks import SIGNS
from lagtop.ui.order import Rows
from lagtop.ui.sheets import Sheet

Cells = Callable[[Sheet, Rows, Look, int], list[str]]
Values = Callable[[Sheet], Floats]


def numbers_of(field: str) -> Values:
    """Sort key of a field of numbers."""
    return lambda sheet: sheet.field(field).astype(np.float64, copy=False)


def counts_of(field: str) -> Values:
    """Sort key of a field of counts or offsets, in which UNKNOWN is not a number."""
    return lambda sheet: known(sheet.field(field))


def known(counts: Ints) -> Floats:
    """Counts as float64, NaN where unknown."""
    return np.where(counts == UNKNOWN, np.nan, counts.astype(np.float64))


def ranks(names: Sequence[str]) -> Floats:
    """The place of each name in the alphabet, case aside; an empty name is unknown."""
    places = np.empty(len(names))
    order = sorted(range(len(names)), key=lambda row: (names[row].casefold(), names[row]))
    places[order] = range(len(names))
    return np.where([not name for name in names], np.nan, places)


def ranks_of(names: Sequence[str], codes: Codes) -> Floats:
    """`ranks` for a column of codes; a code of -1 has no name and is unknown."""
    padded = np.append(ranks(names), np.nan)
    return padded[codes]


def mark_values(sheet: Sheet) -> Floats:
    """Severity of the marks; no mark sorts as unknown, last either way."""
    return np.where(sheet.marks == Mark.NONE, np.nan, sheet.marks.astype(np.float64))


def growth_values(sheet: Sheet) -> Floats:
    """By how much the lag grew over the trace."""
    if len(sheet.history) < 2:
        return np.full(sheet.size, np.nan)
    return (sheet.history[-1] - sheet.history[0]).astype(np.float64)


def marks(sheet: Sheet, rows: Rows, look: Look, width: int) -> list[str]:
    """The marks' glyphs."""
    return [mark_glyph(Mark(mark), look) for mark in sheet.marks[rows].tolist()]


def mark_glyph(mark: Mark, look: Look) -> str:
    """One mark as this terminal shows it."""
    return SIGNS[mark].ascii_glyph if look.ascii else SIGNS[mark].glyph


def numbers(field: str) -> Cells:
    """Small whole numbers; a negative one is none (no leader, no member)."""

    def cells(sheet: Sheet, rows: Rows, look: Look, width: int) -> list[str]:
        return ["none" if n < 0 else f"{n}" for n in sheet.field(field)[rows].tolist()]

    return cells


def offsets(field: str) -> Cells:
    """Offsets, exact: they are compared, not weighed; one that has no room is told in short."""

    def cells(sheet: Sheet, rows: Rows, look: Look, width: int) -> list[str]:
        return [_offset(offset, width) for offset in sheet.field(field)[rows].tolist()]

    return cells


def rates(field: str) -> Cells:
    """Messages per second."""
    return _exact_or_short(field, text.rate)


def summed_rates(field: str, missing: str) -> Cells:
    """Messages per second that are at least so many where some parts are `missing`."""
    return _at_least(rates(field), missing)


def gaps(sheet: Sheet, rows: Rows, look: Look, width: int) -> list[str]:
    """Produced - consumed per second, with its sign."""
    return _exact_or_short("gap_per_s", text.signed_rate)(sheet, rows, look, width)


def counts(field: str) -> Cells:
    """Counts of messages; an exact one that has no room is told in short."""
    return _exact_or_short(field, text.count)


def sums(field: str, missing: str) -> Cells:
    """Counts that are at least so much where some parts are `missing`."""
    return _at_least(counts(field), missing)


def _exact_or_short(field: str, say: Callable[..., str]) -> Cells:
    """Numbers as `say` has them, exact ones where they are wanted and have room."""

    def cells(sheet: Sheet, rows: Rows, look: Look, width: int) -> list[str]:
        values = sheet.field(field)[rows].tolist()
        return [_shorter(say(v, exact=look.exact), say(v), width) for v in values]

    return cells


def _at_least(known: Cells, missing: str) -> Cells:
    def cells(sheet: Sheet, rows: Rows, look: Look, width: int) -> list[str]:
        told = known(sheet, rows, look, width - len(look.at_least))
        parts = sheet.field(missing)[rows].tolist()
        return [text.at_least(t, m, look.at_least) for t, m in zip(told, parts, strict=True)]

    return cells


def trends(sheet: Sheet, rows: Rows, look: Look, width: int) -> list[str]:
    """The lags' traces."""
    return spark.sparklines(sheet.history, rows, width, ascii_glyphs=look.ascii)


def behind(sheet: Sheet, rows: Rows, look: Look, width: int) -> list[str]:
    """Lags in time, `at least` where the method says so."""
    seconds = sheet.field("lag_s")[rows].tolist()
    least = (sheet.field("lag_s_method")[rows] == LagMethod.AT_LEAST).tolist()
    return [
        text.at_least(text.duration(s), int(a), look.at_least)
        for s, a in zip(seconds, least, strict=True)
    ]


def drains(sheet: Sheet, rows: Rows, look: Look, width: int) -> list[str]:
    """Times to drain: `caught up` without lag, waiting in a rebalance."""
    spans = zip(
        *(sheet.field(name)[rows].tolist() for name in ("drain_s", "drain_low_s", "drain_high_s")),
        strict=True,
    )
    told = [text.drain(s, low, high, width, look.about) for s, low, high in spans]
    lags, trend = sheet.field("lag_messages")[rows].tolist(), sheet.field("trend")[rows].tolist()
    return [_drain(t, lag, way, look) for t, lag, way in zip(told, lags, trend, strict=True)]


def not_when(cells: Cells, blank: Callable[[Sheet, Rows], list[bool]]) -> Cells:
    """`cells`, but `not applicable` where `blank` says so."""

    def blanked(sheet: Sheet, rows: Rows, look: Look, width: int) -> list[str]:
        told = zip(cells(sheet, rows, look, width), blank(sheet, rows), strict=True)
        return [look.not_applicable if no else cell for cell, no in told]

    return blanked


def _drain(told: str, lag: int, trend: int, look: Look) -> str:
    if lag == 0 or told == "0":
        return "caught up"
    return look.waiting if told == text.NOBODY_KNOWS and trend == Trend.REBALANCING else told


def _offset(value: int, width: int) -> str:
    if value == NO_COMMIT:
        return "none"
    return _shorter(str(value), text.count(value), width) if value != UNKNOWN else text.count(value)


def _shorter(long: str, short: str, width: int) -> str:
    return long if len(long) <= width else short
