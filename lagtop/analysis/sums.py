"""Sums and extremes over each group's rows; what is unknown is left out, never counted as zero."""

from __future__ import annotations

from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from lagtop.snapshot import UNKNOWN, Codes, Floats, Ints

MOST: Final = 0.98
"""The share of what is written that must be known before a claim is made of all of it."""


def known_sum(counts: Ints, starts: Ints) -> tuple[Ints, Codes]:
    """Per group the sum of what is known, UNKNOWN where nothing is, and how many are missing."""
    known = counts != UNKNOWN
    total = _total(np.where(known, counts, 0), starts, np.int64)
    present = _total(known, starts, np.int64)
    missing = (np.diff(starts) - present).astype(np.int32)
    return np.where(present > 0, total, UNKNOWN), missing


def total_known(values: Floats) -> float:
    """The sum of what is known, NaN where nothing is."""
    known = values[~np.isnan(values)]
    return float(known.sum()) if known.size else np.nan


def rate_sum(values: Floats, starts: Ints) -> Floats:
    """Per group the sum of what is known, float64[G], NaN where nothing is."""
    known = ~np.isnan(values)
    total = flow_sum(np.where(known, values, 0.0), starts)
    total[~any_of(known, starts)] = np.nan
    return total


def rate_sum_of(values: Floats, of: Codes | Ints, count: int) -> Floats:
    """As `rate_sum`, of values in any order: `of` says whose each is, of so many."""
    known = ~np.isnan(values)
    values, of = values[known], of[known]
    total: Floats = np.bincount(of, values, count).astype(np.float64)
    total[np.bincount(of, minlength=count) == 0] = np.nan
    return total


def flow_sum(flow: Floats, starts: Ints) -> Floats:
    """Per group the sum of a column without NaN, float64[G]."""
    return np.asarray(_total(flow, starts, np.float64), np.float64)


def how_many(flags: NDArray[np.bool_], starts: Ints) -> Codes:
    """Per group how many flags are set, int32[G]."""
    return np.asarray(_total(flags, starts, np.int32), np.int32)


def ratio(read: Floats, written: Floats, total: Floats) -> Floats:
    """What is read per what is `written`, NaN where that is not most of the `total` written.

    So what is missing can turn neither a good ratio nor a bad one.
    """
    told = (written > 0) & (written >= MOST * total)
    return np.where(told, read / written, np.nan)


def largest(values: NDArray[Any], starts: Ints, empty: float) -> NDArray[Any]:
    """Per group the largest value, NaN left out; `empty` for a group of no rows."""
    return _reduce(np.fmax, values, starts, empty)


def any_of(flags: NDArray[np.bool_], starts: Ints) -> NDArray[np.bool_]:
    """Per group whether any flag is set."""
    return _reduce(np.logical_or, flags, starts, False)


def row_of_largest(values: NDArray[Any], starts: Ints) -> Ints:
    """Per group the first row that holds the largest known value, -1 where there is none."""
    best = np.repeat(largest(values, starts, np.nan), np.diff(starts))
    hits = np.flatnonzero(values == best)
    at = np.searchsorted(hits, starts)
    first = np.append(hits, -1)[at[:-1]]
    return np.where(at[:-1] < at[1:], first, -1)


def _total(values: NDArray[Any], starts: Ints, kind: type[np.number[Any]]) -> NDArray[Any]:
    filled = np.flatnonzero(np.diff(starts))
    total = np.zeros(len(starts) - 1, kind)
    if filled.size:
        total[filled] = np.add.reduceat(values, starts[filled], dtype=kind)
    return total


def _reduce(ufunc: np.ufunc, values: NDArray[Any], starts: Ints, empty: float) -> NDArray[Any]:
    filled = np.flatnonzero(np.diff(starts))
    result = np.full(len(starts) - 1, empty, values.dtype)
    if filled.size:
        result[filled] = ufunc.reduceat(values, starts[filled])
    return result
