"""The logs' offsets as last read, in the rows of the current layout, with their time and gap."""

from __future__ import annotations

import itertools
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from lagtop.protocol.codes import TOPIC_AUTHORIZATION_FAILED, UNKNOWN_TOPIC_ID
from lagtop.snapshot import (
    NO_LEADER,
    NOT_ASKED,
    UNKNOWN,
    Codes,
    Commits,
    Floats,
    Gap,
    Ints,
    Partitions,
)
from lagtop.wire.columns import Columns
from lagtop.wire.gaps import DELETED, OFFLINE, UNSURE, GapTable, gap_for
from lagtop.wire.layout import PartitionTable

OLDEST_SHARE = 0.2
"""So much of a log may go at once: a segment or a few."""


@dataclass(slots=True, eq=False)
class LogFacts:
    """What leaders told, a row per partition of `table`; offsets int64[P], times float64[P].

    Most partitions have no open transaction: their last stable offset is the log end and is asked
    for seldom. `blocked` (bool[P]) marks those where, asked after it, it was behind the log end.
    Log starts are asked for seldom too, but where a group is near one (`near_start`, bool[P]).
    """

    table: PartitionTable
    gaps: GapTable
    log_start: Ints
    log_end: Ints
    last_stable: Ints
    blocked: NDArray[np.bool_]
    read_at: Floats
    gap: Codes
    near_start: NDArray[np.bool_]
    has_new_starts: bool = False

    @classmethod
    def unread(cls, table: PartitionTable, gaps: GapTable) -> LogFacts:
        """Nothing is known yet."""
        size = len(table.key)
        start, end, stable = (np.full(size, UNKNOWN, np.int64) for _ in range(3))
        not_asked = np.full(size, gaps.row(NOT_ASKED), np.int32)
        blocked, read_at = np.zeros(size, np.bool_), np.full(size, np.nan)
        near = np.zeros(size, np.bool_)
        return cls(table, gaps, start, end, stable, blocked, read_at, not_asked, near)

    def by_topic(self, rows: Ints) -> list[tuple[str, Codes]]:
        """These rows (ascending) as topics with the indexes of their partitions, int32."""
        topic, index = self.table.topic[rows], self.table.index[rows]
        starts = np.flatnonzero(np.diff(topic, prepend=-1))
        # Of thousands of topics `np.split` takes twenty times as long.
        edges = itertools.pairwise([*starts.tolist(), len(topic)])
        return [
            (self.table.topics[code], index[begin:end])
            for code, (begin, end) in zip(topic[starts].tolist(), edges, strict=True)
        ]

    def moved_to(self, table: PartitionTable) -> LogFacts:
        """The same facts in other rows; those of a topic that was recreated are dropped.

        So are gaps that no partition has any more: this object is of no use afterwards.
        """
        self.gap = self.gaps.keep(self.gap)
        new = LogFacts.unread(table, self.gaps)
        topics = {name: code for code, name in enumerate(self.table.topics)}
        same = [
            name in topics and self.table.topic_ids[topics[name]] == topic_id
            for name, topic_id in zip(table.topics, table.topic_ids, strict=True)
        ]
        counts = np.bincount(table.topic, minlength=len(table.topics))
        at = self.table.rows(table.topics, counts, table.index)
        kept = (at >= 0) & np.array(same, np.bool_)[table.topic]
        columns = ("log_start", "log_end", "last_stable", "blocked", "read_at", "gap", "near_start")
        for name in columns:
            getattr(new, name)[kept] = getattr(self, name)[at[kept]]
        return new

    def take(self, which: str, answer: Columns, at: float) -> frozenset[int]:
        """Record a leader's log_start, log_end or last_stable; gives its error codes.

        A log that ends before its end has the code of another topic: it may be one of that name.
        """
        rows = self.table.rows(answer.topics, answer.counts, answer.index)
        good = (rows >= 0) & (answer.error == 0) & (answer.offset >= 0)
        is_other = which == "log_end" and (answer.offset[good] < self.log_end[rows[good]]).any()
        getattr(self, which)[rows[good]] = answer.offset[good]
        if which == "log_end":
            self.read_at[rows[good]] = at
            self.gap[rows[good]] = 0
        elif which == "last_stable":
            self.blocked[rows[good]] = answer.offset[good] < self.log_end[rows[good]]
        elif which == "log_start":
            self.has_new_starts = True
        bad = (rows >= 0) & (answer.error != 0)
        for row, code in zip(rows[bad].tolist(), answer.error[bad].tolist(), strict=True):
            topic = self.table.topics[self.table.key[row] >> 32]
            self.gap[row] = self.gaps.row(gap_for(code, topic))
        codes = frozenset(answer.error[bad].tolist())
        return codes | {UNKNOWN_TOPIC_ID} if is_other else codes

    def miss(self, rows: Ints, gap: Gap) -> None:
        """Say why these partitions were not read; what was known of them stays."""
        self.gap[rows] = self.gaps.row(gap)

    def watch_starts(self, commits: Commits) -> None:
        """Find the logs that deletion may soon take from a group, or has: a group reads the oldest.

        What it then skips can be told from what it read only if the start is read with the commit.
        """
        if not self.has_new_starts:
            return
        at, committed = commits.partition, commits.committed
        start, end = self.log_start[at], self.log_end[at]
        is_cut = (start > 0) & (committed >= 0) & (committed < end)
        near = is_cut & (committed - start < OLDEST_SHARE * (end - start))
        self.near_start[:] = False
        self.near_start[at[near]] = True
        self.has_new_starts = False

    def lose(self, refused: frozenset[str], unsure: frozenset[str]) -> None:
        """Forget what can no longer be known: partitions without a leader, and those deleted.

        `refused` are topics that are not gone, but may not be seen, and of `unsure` ones the broker
        cannot tell the partitions.
        """
        leaderless = self.table.leader == NO_LEADER
        for lost, gap in ((leaderless, OFFLINE), (self.table.deleted, DELETED)):
            self.gap[lost] = self.gaps.row(gap)
        gaps = dict.fromkeys(unsure, UNSURE)
        gaps |= {name: gap_for(TOPIC_AUTHORIZATION_FAILED, name) for name in refused}
        for name in gaps.keys() & self.table.topics:
            there = self.table.deleted & (self.table.topic == self.table.topics.index(name))
            self.gap[there] = self.gaps.row(gaps[name])
        for offsets in (self.log_start, self.log_end, self.last_stable):
            offsets[leaderless] = UNKNOWN
        self.read_at[leaderless] = np.nan

    def partitions(self) -> Partitions:
        """The facts as they are now, frozen."""
        table = self.table
        known = self.last_stable != UNKNOWN
        last_stable = np.where(known & ~self.blocked, self.log_end, self.last_stable)
        return Partitions(
            table.topics, table.topic_ids, table.internal, table.topic, table.index, table.leader,
            self.log_start.copy(), self.log_end.copy(), last_stable,
            self.read_at.copy(), self.gap.copy(),
        )  # fmt: skip
