"""Some rows at full precision: every edge, the noise, intervals, trends.

It costs kilobytes a row, so it is for the rows that somebody looks at, and for all of them where
they are few; the others have `glance`.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from lagtop.analysis.drain import LONG_BLOCK_S, Drain, drain, net_noise, really_left
from lagtop.analysis.edges import Edges, known_or_zero
from lagtop.analysis.lag import base_lag
from lagtop.analysis.layout import Moves, positions
from lagtop.analysis.noise import Blocks
from lagtop.analysis.rates import Rate, adaptive, block_least_s, or_warming_up
from lagtop.analysis.report import Flags, Small, Trend
from lagtop.analysis.skips import Skips
from lagtop.analysis.trend import Badges, Turns, classify, growth, quiet_since, stalled
from lagtop.snapshot import Codes, Floats, Ints, Snapshot

Seconds = NDArray[np.float32]

PATIENCE_S = 15.0
"""A committed offset is watched this long before a rate is told from less than two edges.

Where it began anew, and how it is used to move is known, as long as it may be silent.
"""


@dataclass(frozen=True, slots=True, eq=False)
class Estimates:
    """What is made of each row: columns of n rows, as in PartitionRows.

    left: messages that are really left; slack: messages in flight within one commit.
    """

    produced: Rate
    consumed: Rate
    left: Floats
    slack: Floats
    drain: Drain
    base_lag_messages: Floats
    trend: Small
    trend_since: Floats
    spacing_s: Floats
    watched_s: Floats


class Spans(NamedTuple):
    """Since when rows may stand still, seconds (float64[n] each), NaN where nobody says so.

    written_at: when their next record was written; came_at: when their member came.
    """

    written_at: Floats
    came_at: Floats


@dataclass(frozen=True, slots=True, eq=False)
class Facts:
    """The offsets of one poll and when they were read: P log ends, N committed offsets."""

    log_end: Ints
    end_at: Floats
    committed: Ints
    read_at: Floats

    @classmethod
    def of(cls, snapshot: Snapshot) -> Facts:
        """Those of all rows of a snapshot."""
        partitions, commits = snapshot.partitions, snapshot.commits
        return cls(partitions.log_end, partitions.read_at, commits.committed, commits.read_at)


class Closeup:
    """The edges of the rows `rows` of the commits and of the partitions they read."""

    def __init__(self, rows: Ints, partition_of: Codes) -> None:
        self.rows = rows
        read_from = partition_of[rows].astype(np.int64)
        self.partitions, self._at = np.unique(read_from, return_inverse=True)
        read, written = len(rows), len(self.partitions)
        self._commits, self._ends = Edges(read), Edges(written)
        self._commit_blocks, self._end_blocks = Blocks(read), Blocks(written)
        self._net, self._long_net = Blocks(read), Blocks(read)
        self._behind_since = np.full(read, np.nan)
        self._badges, self._turns = Badges(read), Turns(read)

    def usual_step(self) -> Floats:
        """How far a commit of each row usually goes, messages, NaN below two."""
        return self._commits.habit().step

    def watched_since(self) -> Floats:
        """When each row was first seen, seconds."""
        return self._commits.first_at

    def skip(self, skips: Skips) -> None:
        """Count as though what was skipped had been behind the committed offset all along.

        So it is neither throughput nor backlog: lag counts from the log start too.
        """
        place = positions(self.rows, skips.rows)
        near = place >= 0
        for series in (self._commits, self._commit_blocks, self._net, self._long_net):
            series.skip(place[near], skips.messages[near])
        anew = positions(self.rows, skips.anew)
        anew = anew[anew >= 0]
        self._commits.begin_anew(anew)
        self._behind_since[anew] = np.nan

    def push(self, facts: Facts) -> None:
        """Take in the answers of one poll."""
        end, end_at = facts.log_end[self.partitions], facts.end_at[self.partitions]
        committed, read_at = facts.committed[self.rows], facts.read_at[self.rows]
        beside = self._ends_at(read_at, committed, end, end_at)
        self._push_series(self._ends, self._end_blocks, end, end_at, np.zeros_like(end))
        edge = self._push_series(self._commits, self._commit_blocks, committed, read_at, beside)
        least = block_least_s(self._commits.habit().spacing_s)
        net = (committed - beside).astype(np.float64)
        fresh = self._commits.count == 0
        for blocks, least_s in ((self._net, least), (self._long_net, np.fmax(least, LONG_BLOCK_S))):
            blocks.reset(fresh)
            blocks.push(edge, read_at, net, least_s)
        behind = end[self._at] > committed
        began = behind & np.isnan(self._behind_since)
        self._behind_since[began] = read_at[began]
        self._behind_since[~behind] = np.nan

    def _push_series(
        self, edges: Edges, blocks: Blocks, value: Ints, read_at: Floats, beside: Ints
    ) -> Flags:
        edge = edges.push(value, read_at, beside)
        blocks.reset(edges.count == 0)
        least = block_least_s(edges.habit().spacing_s)
        blocks.push(edge, read_at, value.astype(np.float64), least)
        return edge

    def _ends_at(self, moment: Floats, committed: Ints, end: Ints, end_at: Floats) -> Ints:
        """Where each row's log ended when its commit was read, between this poll and the last."""
        before, before_at = self._ends.value[self._at], self._ends.seen_at[self._at]
        now, now_at = end[self._at], end_at[self._at]
        now = np.where(now < 0, before, now)
        with np.errstate(divide="ignore", invalid="ignore"):
            share = np.clip((moment - before_at) / (now_at - before_at), 0.0, 1.0)
        between = before + np.nan_to_num(share, nan=1.0) * (now - before)
        return np.maximum(np.where(share < 1.0, between, now).astype(np.int64), committed)

    def carried(self, rows: Ints, partition_of: Codes, moved: Moves) -> Closeup:
        """A close-up of other rows, or of the same ones elsewhere, with what is known of them."""
        new = Closeup(rows, partition_of)
        read = positions(self.rows, moved.rows[rows])
        written = positions(self.partitions, moved.partitions[new.partitions])
        for name in ("_commits", "_commit_blocks", "_net", "_long_net", "_badges", "_turns"):
            setattr(new, name, getattr(self, name).carried(read))
        for name in ("_ends", "_end_blocks"):
            setattr(new, name, getattr(self, name).carried(written))
        new._behind_since[read >= 0] = self._behind_since[read[read >= 0]]
        return new

    def estimate(
        self,
        lag: Floats,
        rebalancing: Flags,
        now: float,
        waiting: Codes | None = None,
        spans: Spans | None = None,
    ) -> Estimates:
        """What is made of the rows; `lag` is their lag now, NaN where unknown.

        `waiting`: the members of rows that may have their turn later, negative for others.
        `spans` bound how long they may have stood still.
        """
        commits = self._commits.habit()
        written = adaptive(self._ends, self._end_blocks, 0.0)
        written = or_warming_up(written, self._ends, 0.0).of(self._at)
        read = adaptive(self._commits, self._commit_blocks, commits.gap_s)
        read = or_warming_up(read, self._commits, patience_s(commits.spacing_s, commits.grace_s))
        idle = np.isnan(read.per_s) & (lag == 0) & (written.per_s == 0)
        read.per_s[idle] = 0.0
        left = really_left(lag, read, self._commits)
        net = net_noise(self._net, self._long_net, self._commits, (written.per_s, read.per_s))
        slack = written.per_s * (known_or_zero(commits.spacing_s) + commits.gap_s)
        moving = growth(
            self._commits, (self._net, self._long_net), lag, (written.per_s, read.per_s)
        )
        quiet = self._quiet_since(spans)
        if waiting is not None:
            self._turns.push(waiting, self._commits.seen_at - quiet <= commits.grace_s, now)
        stalls = stalled(self._commits, lag, quiet, self._turns)
        shown = self._badges.shown
        self._badges.push(classify(moving, written.per_s, lag, stalls, rebalancing, shown), now)
        trend = self._badges.shown.copy()
        return Estimates(
            produced=written,
            consumed=read,
            left=left,
            slack=slack,
            drain=drain(left, written, read, net).caught_up(lag, left, slack),
            base_lag_messages=base_lag(self._commits, lag, self._ends, self._at),
            trend=trend,
            trend_since=np.where(trend == Trend.STALLED, quiet, self._badges.since),
            spacing_s=commits.spacing_s,
            watched_s=self._commits.seen_at - self._commits.first_at,
        )

    def _quiet_since(self, spans: Spans | None) -> Floats:
        """Since when each row has had work and committed nothing, seconds."""
        if spans is None:
            return quiet_since(self._commits, self._behind_since)
        # What began anew was seen to move at its begin, whenever its next record was written.
        unlearnt = np.isnan(self._commits.habit().spacing_s)
        written_at = np.where(unlearnt, spans.written_at, np.nan)
        return np.fmax(quiet_since(self._commits, self._behind_since, written_at), spans.came_at)


def patience_s(spacing_s: Floats | Seconds, grace_s: Floats | Seconds) -> Floats:
    """How long each series is watched before it is told without two edges, seconds (float64[n])."""
    learnt = np.where(np.isnan(spacing_s), 0.0, grace_s)
    return np.fmax(PATIENCE_S, learnt).astype(np.float64)
