"""The slowest decides: a member for its partitions, and the worst of its rows for a group.

Sum over sum is right for no group whose load is uneven: 0.15 of the truth at Zipf 0.8. A member
serves its partitions in whatever order it likes, and is done when all of them are: the sum of what
is left over what it reads more than is written.
"""

from __future__ import annotations

import numpy as np

from lagtop.analysis.closeup import Estimates
from lagtop.analysis.drain import NEVER
from lagtop.analysis.layout import GONE
from lagtop.analysis.motion import Motion
from lagtop.analysis.report import Trend
from lagtop.analysis.sums import any_of, largest
from lagtop.snapshot import NOBODY, Codes, Floats, Ints, Snapshot

NO_ONE_THERE = frozenset(("Empty", "Dead"))


def waiting_for(member: Codes, members: Estimates, lag: Floats) -> Codes:
    """Each row's member (int32[N]), where that is alive and has several partitions to read.

    It reads them one at a time, so that the others wait for it; GONE elsewhere.
    """
    owned = member >= 0
    behind = np.bincount(member[owned & (lag > 0)], minlength=len(members.trend))
    busy = (behind > 1) & (members.consumed.per_s > 0) & (members.trend != Trend.STALLED)
    waiting = np.full(len(member), GONE, np.int32)
    mine = member[owned]
    waiting[owned] = np.where(busy[mine], mine, GONE)
    return waiting


def by_member(motion: Motion, member: Codes, members: Estimates, lag: Floats) -> None:
    """A row that is behind is done when its member is, if that has more to do than this row.

    Sets the drain of `motion`, as `never_read` does, and what is read of such a member's rows.
    """
    owned = member >= 0
    behind = owned & ((motion.left > motion.slack) | (np.isnan(motion.left) & (lag > 0)))
    count = np.bincount(member[behind], minlength=len(members.trend))
    shared = np.zeros(len(member), np.bool_)
    shared[behind] = count[member[behind]] > 1
    of = member[shared]
    columns = {
        "drain_s": members.drain.seconds,
        "drain_low_s": members.drain.low,
        "drain_high_s": members.drain.high,
    }
    for name, column in columns.items():
        getattr(motion, name)[shared] = column[of]
    turns = np.flatnonzero(owned)
    turns = turns[count[member[turns]] > 1]
    _in_turns(motion.consumed_per_s, member[turns], turns, members.consumed.per_s)


def _in_turns(consumed: Floats, of: Codes, rows: Ints, whole: Floats) -> None:
    """Let what is read of some rows, those `of` members, add up to what these read as a whole.

    A member that reads a minute of one partition, then of the next, would seem to read both: the
    rate of the one it left lasts as long as silence is no news.
    """
    read = consumed[rows]
    total = np.bincount(of, np.nan_to_num(read), len(whole))
    is_part = np.bincount(of, np.isnan(read), len(whole)) > 0
    with np.errstate(divide="ignore", invalid="ignore"):
        share = whole / total
    share[~np.isfinite(share) | (is_part & (share > 1))] = 1.0
    consumed[rows] = read * share[of]


def never_read(snapshot: Snapshot, motion: Motion, lag: Floats) -> None:
    """What nobody reads, or a member that is stalled, is never done as things are."""
    empty = np.array([group.state in NO_ONE_THERE for group in snapshot.groups], np.bool_)
    alone = empty[snapshot.commits.group] & (snapshot.commits.member == NOBODY)
    unread = (alone | (motion.trend == Trend.STALLED)) & (lag > 0)
    for column in (motion.drain_s, motion.drain_low_s, motion.drain_high_s):
        column[unread] = NEVER


def of_groups(column: Floats, lag: Floats, starts: Ints) -> Floats:
    """Per group the slowest row, float64[G]; NaN where a row that is behind is not known yet."""
    slowest: Floats = largest(column, starts, np.nan)
    unknown = any_of(np.isnan(column) & (lag > 0), starts)
    return np.where(unknown & ~np.isinf(slowest), np.nan, slowest)
