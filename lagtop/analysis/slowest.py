"""The slowest decides: a member for its partitions, and the worst of its rows for a group.

Sum over sum is right for no group whose load is uneven: 0.15 of the truth at Zipf 0.8. A member
serves its partitions in whatever order it likes, and is done when all of them are: the sum of what
is left over what it reads more than is written.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from lagtop.analysis.closeup import Estimates
from lagtop.analysis.drain import NEVER
from lagtop.analysis.measure import Measured
from lagtop.analysis.reasons import Reasons
from lagtop.analysis.report import Flags, PartitionRows, Trend
from lagtop.analysis.sums import largest, row_of_largest
from lagtop.snapshot import NOBODY, Codes, Floats, Ints, Snapshot

NO_ONE_THERE = frozenset(("Empty", "Dead"))


def waiting_rows(member: Ints, members: Estimates, lag: Floats) -> Flags:
    """Rows (bool[N]) whose member is alive and has several partitions to read, one at a time."""
    owned = member >= 0
    behind = np.bincount(member[owned & (lag > 0)], minlength=len(members.trend))
    busy = (behind > 1) & (members.consumed.per_s > 0) & (members.trend != Trend.STALLED)
    waiting = np.zeros(len(member), np.bool_)
    waiting[owned] = busy[member[owned]]
    return waiting


def by_member(measured: Measured, member: Ints, members: Estimates, lag: Floats) -> Measured:
    """A row that is behind is done when its member is, if that has more to do than this row."""
    owned = member >= 0
    behind = owned & ((measured.left > measured.slack) | (np.isnan(measured.left) & (lag > 0)))
    count = np.bincount(member[behind], minlength=len(members.trend))
    shared = np.zeros(len(member), np.bool_)
    shared[behind] = count[member[behind]] > 1
    of = member[shared]
    columns = {
        "drain_s": members.drain.seconds,
        "drain_low_s": members.drain.low,
        "drain_high_s": members.drain.high,
    }
    changed = {}
    for name, column in columns.items():
        changed[name] = getattr(measured, name).copy()
        changed[name][shared] = column[of]
    return replace(measured, **changed)


def never_read(snapshot: Snapshot, measured: Measured, lag: Floats) -> Measured:
    """What nobody reads, or a member that is stalled, is never done as things are."""
    empty = np.array([group.state in NO_ONE_THERE for group in snapshot.groups], np.bool_)
    alone = empty[snapshot.commits.group] & (snapshot.commits.member == NOBODY)
    unread = (alone | (measured.trend == Trend.STALLED)) & (lag > 0)
    never = {
        name: np.where(unread, NEVER, getattr(measured, name))
        for name in ("drain_s", "drain_low_s", "drain_high_s")
    }
    return replace(measured, **never)


def of_groups(column: Floats, lag: Floats, starts: Ints) -> Floats:
    """Per group the slowest row, float64[G]; NaN where a row that is behind is not known yet."""
    slowest: Floats = largest(column, starts, np.nan)
    unknown = np.isnan(column) & (lag > 0)
    before = np.concatenate([[0], np.cumsum(unknown)])
    some_unknown = before[starts[1:]] > before[starts[:-1]]
    return np.where(some_unknown & ~np.isinf(slowest), np.nan, slowest)


def why_never(snapshot: Snapshot, rows: PartitionRows, drain: Floats, reasons: Reasons) -> Codes:
    """For groups that never drain the row that gains most, as a reason: int32[G], else 0."""
    gaining = np.where(np.isinf(rows.drain_s), rows.gap_per_s, np.nan)
    worst = row_of_largest(gaining, rows.starts)
    why = np.zeros(len(drain), np.int32)
    for group in np.flatnonzero(np.isinf(drain) & (worst >= 0)).tolist():
        why[group] = reasons.number(_sentence(snapshot, rows, int(worst[group])))
    return why


def _sentence(snapshot: Snapshot, rows: PartitionRows, row: int) -> str:
    place = f"{snapshot.partitions.topics[rows.topic[row]]}-{rows.partition[row]}"
    rates = f"{_rate(rows.produced_per_s[row])}/s in, {_rate(rows.consumed_per_s[row])}/s out"
    member = int(rows.member[row])
    if member == NOBODY:
        return f"nobody reads {place}: {rates}"
    if rows.trend[row] == Trend.STALLED:
        return f"stalled: {snapshot.members[member].client_id} reads nothing of {place}, {rates}"
    return f"{place} on {snapshot.members[member].client_id}: {rates}"


def _rate(per_s: float) -> str:
    for size, unit in ((1e6, "M"), (1e3, "k")):
        if per_s >= size:
            return f"{per_s / size:.3g}{unit}"
    return f"{per_s:.3g}"
