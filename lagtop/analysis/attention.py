"""Which rows get a close-up: all where they are few, else what is looked at and what is worst."""

from __future__ import annotations

from collections.abc import Collection

import numpy as np

from lagtop.analysis.layout import Layout
from lagtop.snapshot import Floats, Ints

ALL_WHEN_FEWER_THAN = 2_000
ROWS = 512
POLLS_BETWEEN_CHOICES = 15


def rows_of_interest(layout: Layout, group_lag: Floats, focus: Collection[str]) -> Ints:
    """The rows to look at closely, ascending (int64): whole groups, focused ones first.

    A screen full of big groups is focused on as far as ALL_WHEN_FEWER_THAN rows reach.
    group_lag (float64[G]) ranks the others, NaN last.
    """
    count = len(layout.group)
    if count <= ALL_WHEN_FEWER_THAN:
        return np.arange(count)
    focused = np.array([name in focus for name in layout.group_names], np.bool_)
    rank = np.lexsort((-np.nan_to_num(group_lag, nan=-1.0), ~focused))
    sizes = np.diff(layout.starts)[rank]
    small = sizes <= ALL_WHEN_FEWER_THAN
    total = np.cumsum(np.where(small, sizes, 0))
    fits = small & ((total <= ROWS) | (focused[rank] & (total <= ALL_WHEN_FEWER_THAN)))
    chosen = np.zeros(len(rank), np.bool_)
    chosen[rank[fits]] = True
    return np.flatnonzero(chosen[layout.group])
