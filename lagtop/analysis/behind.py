"""How far behind in time many rows are: as far as the worst of them, or at least so far.

A row that has something to read, or may have, and whose age nobody knows may be the worst.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from lagtop.analysis.lag import empty_logs
from lagtop.analysis.report import Flags, LagMethod, PartitionRows, Small
from lagtop.analysis.sums import any_of, largest, row_of_largest
from lagtop.snapshot import Floats, Ints


def of_unknown_age(rows: PartitionRows) -> Flags:
    """Rows (bool[N]) that may be further behind than is known."""
    unknown: Flags = np.isnan(rows.lag_s) & (rows.lag_messages != 0) & ~empty_logs(rows)
    return unknown


def worst_ages(rows: PartitionRows, starts: Ints) -> tuple[Floats, Small]:
    """Of each group seconds (float64[G]), NaN unknown, and how that is known (int8[G])."""
    worst = largest(rows.lag_s, starts, np.nan)
    at = row_of_largest(rows.lag_s, starts)
    method = np.append(rows.lag_s_method, np.int8(LagMethod.NONE))[at]
    may_be_more = any_of(of_unknown_age(rows), starts)
    least = np.where(may_be_more, np.int8(LagMethod.AT_LEAST), method)
    seconds = if_news(worst, may_be_more)
    told = np.where(may_be_more & np.isnan(seconds), np.int8(LagMethod.NONE), least)
    return seconds, told.astype(np.int8)


def if_news(worst: Floats, may_be_more: Flags) -> Floats:
    """The worst that is known; NaN where it is 0 and may be more: `at least 0` is no news."""
    seconds: Floats = np.where(may_be_more & ~(worst > 0), np.nan, worst)
    return seconds


def worst_age(rows: PartitionRows) -> dict[str, Any]:
    """The lag in time of all rows, by the names in Totals."""
    (seconds,), (method,) = worst_ages(rows, np.array([0, len(rows.lag_s)]))
    bounds = (rows.lag_s_method == LagMethod.AT_LEAST) & (rows.lag_s >= seconds)
    is_bound = bool(method == LagMethod.AT_LEAST or bounds.any())
    return {"lag_s": float(seconds), "lag_s_is_bound": is_bound}
