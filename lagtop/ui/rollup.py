"""Sums over groups, for the views of topics and brokers: each partition's produce rate once.

The rows of one group and topic lie together in a Report, so that every sum is a sum of runs: a
millisecond or two at a million rows.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from lagtop.analysis.report import PartitionRows
from lagtop.snapshot import UNKNOWN, Codes, Floats, Ints
from lagtop.ui.order import Rows


@dataclass(frozen=True, slots=True, eq=False)
class Topology:
    """Which rows belong together, for as long as no row comes or goes.

    starts (intp[R]): the first row of each run of one group and topic; topic (int32[R]) of each
    run. once (intp[U]): one row for each partition that some group reads.
    """

    starts: Rows
    topic: Codes
    once: Rows

    def sums(self, values: Floats, topics: int) -> Floats:
        """The sum over each topic's rows of what is known (float64[topics])."""
        if not len(self.starts):
            return np.zeros(topics)
        per_run = np.add.reduceat(np.nan_to_num(values, nan=0.0), self.starts)
        sums = np.zeros(topics)
        np.add.at(sums, self.topic, per_run)
        return sums

    def counts(self, values: Ints, topics: int) -> Ints:
        """The exact sum over each topic's rows (int64[topics])."""
        sums = np.zeros(topics, dtype=np.int64)
        if len(self.starts):
            np.add.at(sums, self.topic, np.add.reduceat(values, self.starts))
        return sums

    def most(self, values: Floats, topics: int) -> Floats:
        """The highest known value of each topic's rows (float64[topics]); NaN where none is."""
        found = np.full(topics, np.nan)
        if len(self.starts):
            np.fmax.at(found, self.topic, np.fmax.reduceat(values, self.starts))
        return found


def topology(rows: PartitionRows) -> Topology:
    """The Topology of a Report's rows; the same object while the rows are the same."""
    return _topology(_Same(rows.group), _Same(rows.topic), _Same(rows.partition))


def known_sum(lags: Ints, topology_: Topology, topics: int) -> tuple[Ints, Codes]:
    """Each topic's known lag, UNKNOWN where none is, and how many rows are missing in it."""
    unknown = lags == UNKNOWN
    missing = topology_.counts(unknown.astype(np.int64), topics).astype(np.int32)
    rows = topology_.counts(np.ones(len(lags), dtype=np.int64), topics)
    total = topology_.counts(np.where(unknown, 0, lags), topics)
    return np.where((missing == rows) & (rows > 0), UNKNOWN, total), missing


class _Same:
    """An array by its identity: the same array is the same key."""

    __slots__ = ("array",)

    def __init__(self, array: Codes) -> None:
        self.array = array

    def __hash__(self) -> int:
        return id(self.array)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Same) and other.array is self.array


@lru_cache(maxsize=2)
def _topology(group: _Same, topic: _Same, partition: _Same) -> Topology:
    groups, topics, numbers = group.array, topic.array, partition.array
    if not len(groups):
        none = np.empty(0, dtype=np.intp)
        return Topology(none, np.empty(0, dtype=np.int32), none)
    begins = np.flatnonzero((np.diff(groups) != 0) | (np.diff(topics) != 0)) + 1
    starts = np.concatenate([[0], begins]).astype(np.intp)
    highest = np.zeros(int(topics.max()) + 1, dtype=np.int64)
    np.maximum.at(highest, topics[starts], np.maximum.reduceat(numbers, starts) + 1)
    dense = (np.cumsum(highest) - highest)[topics] + numbers
    row_of = np.full(int(highest.sum()), -1, dtype=np.intp)
    row_of[dense[::-1]] = np.arange(len(dense), dtype=np.intp)[::-1]
    return Topology(starts, topics[starts], row_of[row_of >= 0])
