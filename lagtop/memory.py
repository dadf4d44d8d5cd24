"""Gives free memory back to the system: what big columns leave behind would stay in the heap.

A thread's heap only shrinks at its end. A million rows leave 150 MB there after each poll, unused
until the next.
"""

from __future__ import annotations

from typing import Final

MANY_ROWS: Final = 200_000
"""Of fewer rows there is little to give back, and to fetch it again costs time."""


def give_back(rows: int) -> None:
    """Give back what is free, of so many rows that were polled; only glibc needs to be asked."""
    if rows <= MANY_ROWS:
        return
    import ctypes

    trim = getattr(ctypes.CDLL(None), "malloc_trim", None)
    if trim is not None:
        trim(0)
