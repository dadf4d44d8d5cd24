"""Half the bytes where there are very many rows: an estimate at a glance is no better than float32.

Counts and moments keep their 64 bits, and so does every column of fewer than MANY_ROWS.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, cast

import numpy as np
from numpy.typing import NDArray

from lagtop.snapshot import Codes, Floats, Partitions

MANY_ROWS = 200_000
AT_ONCE = 32_768


def unknowns(rows: int) -> Floats:
    """A column of nothing but NaN."""
    return cast(Floats, np.full(rows, np.nan, _kind(rows)))


def lean(values: Floats, rows: int | None = None) -> Floats:
    """The values as a column of `rows`, or of as many as there are, holds them."""
    kind = _kind(len(values) if rows is None else rows)
    return cast(Floats, values.astype(kind, copy=False))


def fitting(budget_bytes: int, bytes_each: int, least: int, most: int) -> int:
    """How many pictures of so many bytes fit a budget, within `least` and `most`."""
    return max(least, min(most, budget_bytes // max(bytes_each, 1)))


def parts(rows: int) -> Iterator[slice]:
    """The rows a few at a time: what is worked with stays in the processor's cache."""
    return (slice(begin, min(begin + AT_ONCE, rows)) for begin in range(0, rows, AT_ONCE))


def _kind(rows: int) -> type[np.floating[Any]]:
    return np.float32 if rows > MANY_ROWS else np.float64


class Seen:
    """Columns of the partitions as the rows see them; what has not changed is the same array."""

    def __init__(self) -> None:
        self._rows: Codes | None = None
        self._kept: dict[str, tuple[NDArray[Any], NDArray[Any]]] = {}

    def columns(self, partitions: Partitions, rows: Codes) -> dict[str, NDArray[Any]]:
        """leader, log_start, log_end and last_stable of each row's partition."""
        if rows is not self._rows:
            self._rows, self._kept = rows, {}
        stable = np.array_equal(partitions.last_stable, partitions.log_end)
        log_end = self._column("log_end", partitions.log_end)
        return {
            "leader": self._column("leader", partitions.leader),
            "log_start": self._column("log_start", partitions.log_start),
            "log_end": log_end,
            "last_stable": log_end if stable else partitions.last_stable[rows],
        }

    def _column(self, name: str, source: NDArray[Any]) -> NDArray[Any]:
        kept = self._kept.get(name)
        if kept is None or not np.array_equal(kept[0], source):
            kept = self._kept[name] = source, source[self._rows]
        return kept[1]
