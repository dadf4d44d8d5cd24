"""Lag in messages, what was lost, and the base lag under the teeth of the commits."""

from __future__ import annotations

import numpy as np

from lagtop.analysis.edges import Edges
from lagtop.analysis.report import Flags, PartitionRows, Small
from lagtop.analysis.verdicts import Verdict
from lagtop.snapshot import UNKNOWN, Commits, Floats, Ints, Partitions

BASE_WINDOW_S = 15.0
BASE_EDGES = 16


def lag_messages(partitions: Partitions, commits: Commits, verdict: Small) -> Ints:
    """Log end - max(committed, log start), int64[N]; UNKNOWN unless the verdict is ok or lost."""
    row = commits.partition
    start = partitions.log_start[row]
    # A log start that was read after the log end may be past it.
    lag = np.maximum(partitions.log_end[row] - np.maximum(commits.committed, start), 0)
    lag[~_counts(verdict)] = UNKNOWN
    return lag


def lost_messages(partitions: Partitions, commits: Commits, verdict: Small) -> Ints:
    """How many messages were deleted unread, int64[N]; UNKNOWN where nobody can say."""
    if not verdict.any() and not (partitions.log_start == UNKNOWN).any():
        return np.broadcast_to(np.int64(0), verdict.shape)
    start = partitions.log_start[commits.partition]
    lost = np.zeros(len(verdict), np.int64)
    gone = verdict == Verdict.LOST
    lost[gone] = start[gone] - commits.committed[gone]
    lost[~_counts(verdict) | (start == UNKNOWN)] = UNKNOWN
    return lost


def base_lag(commits: Edges, lag: Floats, ends: Edges, of: Ints) -> Floats:
    """The smallest lag of the last two commit intervals or BASE_WINDOW_S: what the teeth stand on.

    Within one tooth the lag only rises, so the smallest is at an edge or where the window begins.
    `ends` are the edges of the log ends and of[i] is the one that row i reads.
    """
    window = np.fmax(BASE_WINDOW_S, 2 * commits.habit().spacing_s)
    begin = commits.seen_at - window
    silent = ~(commits.last_edge_at() > begin) & (commits.first_at <= begin)
    number = ends.last_before(begin, of)
    slot = number % ends.depth
    then = (ends.values[slot, of] - commits.value).astype(np.float64)
    then[~silent | (ends.count[of] == 0) | (ends.at[slot, of] > begin)] = np.inf
    base = np.minimum(lag, np.maximum(then, 0.0))
    recent = commits.count - np.arange(1, BASE_EDGES + 1)[:, None]
    left = (commits.edge_beside(recent) - commits.edge_value(recent)).astype(np.float64)
    left[~(commits.edge_at(recent) >= begin)] = np.inf
    floor: Floats = np.minimum(base, left.min(0))
    return floor


def empty_logs(rows: PartitionRows) -> Flags:
    """Where a group that never committed has nothing to read: whatever it would read, lag is 0."""
    start, end = rows.log_start_offset, rows.log_end_offset
    never = rows.verdict == Verdict.NO_COMMIT
    return np.asarray(never & (start == end) & (end != UNKNOWN), np.bool_)


def counted(rows: PartitionRows) -> Flags:
    """Rows (bool[N]) whose lag is known."""
    return np.asarray(rows.lag_messages != UNKNOWN, np.bool_)


def consumed_missing(rows: PartitionRows) -> Flags:
    """Rows (bool[N]) whose consume rate is not known; in an empty log there is none to know."""
    return np.isnan(rows.consumed_per_s) & ~empty_logs(rows)


def as_floats(counts: Ints) -> Floats:
    """Counts as float64 with NaN for UNKNOWN."""
    floats = counts.astype(np.float64)
    floats[counts == UNKNOWN] = np.nan
    return floats


def _counts(verdict: Small) -> Flags:
    counts: Flags = (verdict == Verdict.OK) | (verdict == Verdict.LOST)
    return counts
