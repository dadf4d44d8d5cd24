"""Which rows come first: only as many are sorted as the screen can show (argpartition)."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from lagtop.snapshot import Floats

Rows = NDArray[np.intp]
_LARGEST = np.finfo(np.float64).max


def sort_key(values: Floats, *, descending: bool) -> Floats:
    """A key whose smallest comes first; unknown (NaN) comes last either way, after infinity."""
    key = np.clip(-values if descending else values, -_LARGEST, _LARGEST)
    return np.where(np.isnan(key), np.inf, key)


def head(key: Floats, wanted: int) -> Rows:
    """The first `wanted` places of `key` in order; equal values keep the order of their rows.

    The order is (value, place), so that rows with the same lag do not dance from poll to poll.
    """
    if wanted >= len(key) // 2:
        return np.argsort(key, kind="stable")[:wanted]
    edge = np.partition(key, wanted - 1)[wanted - 1] if wanted else -np.inf
    before = np.flatnonzero(key < edge)
    ties = np.flatnonzero(key == edge)[: wanted - len(before)]
    first = np.concatenate([before, ties])
    return first[np.argsort(key[first], kind="stable")]


def position(key: Floats, place: int) -> int:
    """Where the row at `place` stands in the order that `head` gives."""
    value = key[place]
    return int(np.count_nonzero(key < value) + np.count_nonzero(key[:place] == value))
