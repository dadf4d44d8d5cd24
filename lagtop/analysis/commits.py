"""How many messages a group reads for each offset it commits; one is the textbook's anti-pattern.

Commits are records in `__consumer_offsets`, in the partition that the group's name hashes to, so
its growth says how many there were (Kafka's GroupCoordinator.partitionFor). Without it, only
commits that are rarer than polls can be told apart: by the step of the committed offset. Whoever
gets one message at a time cannot but commit each, so a rate or a backlog must call for batches.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from lagtop.analysis.age import Ends
from lagtop.analysis.report import Flags, PartitionRows, Trend
from lagtop.protocol.java import partition_hash
from lagtop.snapshot import LOG_OF_COMMITS, Floats, Ints, Snapshot

WINDOW_S = 60.0
MOST_MESSAGES = 2.0
"""So few messages to a commit are a commit for each, with a few of two."""

LEAST_TOLD = 0.5
"""The share of what a group reads that must show how it commits."""

BUSY_PER_S = 4.0
"""So many messages a second from each partition call for batches: 20 in Kafka's usual 5 s."""

SLOW_PER_S = 0.6
BACKLOG = 10.0
"""And 3 in 5 s, where so many messages of each partition wait for a `poll()` to bring them."""

AT_EACH_POLL = 1.5
"""Polls between two commits; with more of them every commit is seen by itself."""


@dataclass(frozen=True, slots=True, eq=False)
class Written:
    """What is in the log of commits; both are empty where it is not read.

    slot (int64[G]): the partition that each group writes to; per_s (float64[slots]): records per
    second in each; gap_s: between polls.
    """

    slot: Ints
    per_s: Floats
    gap_s: float


@dataclass(frozen=True, slots=True, eq=False)
class Habit:
    """How groups commit.

    messages (float64[G]): what a group reads for each offset that it commits, NaN unknown;
    is_each (bool[G]): it commits each message though it could commit many at once.
    """

    messages: Floats
    is_each: Flags


class CommitLog:
    """Reads the log of commits, and knows which group is where in it."""

    def __init__(self) -> None:
        self._names: tuple[str, ...] = ()
        self._slot = np.zeros(0, np.int64)

    def written(self, snapshot: Snapshot, ends: Ends, gap_s: float) -> Written:
        """What is in it at this poll; `gap_s` is the time between polls."""
        partitions = snapshot.partitions
        named = np.array([name == LOG_OF_COMMITS for name in partitions.topics], np.bool_)
        rows = np.flatnonzero(named[partitions.topic])
        if not rows.size:
            return Written(np.zeros(0, np.int64), np.zeros(0), gap_s)
        names = tuple(group.name for group in snapshot.groups)
        if names != self._names or len(self._slot) != len(names):
            self._names = names
            self._slot = np.array([partition_hash(name) for name in names], np.int64)
        return Written(self._slot % len(rows), ends.rate_of(rows, WINDOW_S), gap_s)


def habit(rows: PartitionRows, read: Floats, written: Written) -> Habit:
    """What each group does; `read` (float64[G]) is the messages per second that it consumes.

    Only rows whose cadence is known tell anything: those that are looked at closely.
    """
    close = _Close(rows)
    partitions, waiting = close.sum(np.ones(len(close.at))), close.sum(close.waiting)
    seldom = close.sum(close.spacing_s > AT_EACH_POLL * written.gap_s)
    seen, logged = _from_steps(close, written.gap_s), _from_log(close, read, written)
    slow = (read >= SLOW_PER_S * partitions) & (waiting >= BACKLOG * partitions)
    busy = (read >= BUSY_PER_S * partitions) & (seldom == 0)
    is_each = (slow & (seen <= MOST_MESSAGES)) | (busy & (logged <= MOST_MESSAGES))
    is_each &= partitions > 0
    return Habit(np.where(np.isnan(logged), seen, logged), is_each)


class _Close:
    """The rows that are read and whose cadence is known."""

    def __init__(self, rows: PartitionRows) -> None:
        # The rate of what stands still sinks slowly, and with it what looks like its step.
        moves = (rows.consumed_per_s > 0) & (rows.trend != Trend.STALLED)
        self.at = np.flatnonzero(moves & ~np.isnan(rows.commit_spacing_s))
        self._group, self._groups = rows.group[self.at], len(rows.starts) - 1
        self.read = rows.consumed_per_s[self.at]
        self.waiting = np.nan_to_num(rows.base_lag_messages[self.at])
        self.spacing_s = rows.commit_spacing_s[self.at]

    def sum(self, values: Floats | Flags) -> Floats:
        """Per group, float64[G]."""
        return np.bincount(self._group, values, self._groups).astype(np.float64)


def _from_steps(close: _Close, gap_s: float) -> Floats:
    """By the steps of committed offsets, where each is seen by itself or is as good as one."""
    step = close.read * close.spacing_s
    is_told = (close.spacing_s > AT_EACH_POLL * gap_s) | (step <= MOST_MESSAGES)
    told, read = close.sum(close.read * is_told), close.sum(close.read)
    messages = told / close.sum(is_told / close.spacing_s)
    return np.where(told >= LEAST_TOLD * read, messages, np.nan)


def _from_log(close: _Close, read: Floats, written: Written) -> Floats:
    """By the growth of the log of commits, float64[G].

    What other groups write to the same partition of it is left out: a record for each commit where
    each is seen by itself, else at most one for each message.
    """
    if not len(written.slot):
        return np.full(len(read), np.nan)
    apart = close.spacing_s > AT_EACH_POLL * written.gap_s
    hidden = np.nan_to_num(read) - close.sum(close.read * apart)
    most = np.maximum(hidden, 0.0) + close.sum(apart / close.spacing_s)
    others = np.bincount(written.slot, most, len(written.per_s))[written.slot] - most
    own = written.per_s[written.slot] - others
    return np.where((own > 0) & (read > 0), read / own, np.nan)
