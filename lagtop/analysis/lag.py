"""Lag in messages, what was lost, and the base lag under the teeth of the commits."""

from __future__ import annotations

import numpy as np

from lagtop.analysis.report import Flags, Small
from lagtop.analysis.verdicts import Verdict
from lagtop.snapshot import UNKNOWN, Commits, Floats, Ints, Partitions

BASE_WINDOW_S = 15.0


def lag_messages(partitions: Partitions, commits: Commits, verdict: Small) -> Ints:
    """Log end - max(committed, log start), int64[N]; UNKNOWN unless the verdict is ok or lost."""
    row = commits.partition
    start = partitions.log_start[row]
    lag = partitions.log_end[row] - np.maximum(commits.committed, start)
    lag[~_counts(verdict)] = UNKNOWN
    return lag


def lost_messages(partitions: Partitions, commits: Commits, verdict: Small) -> Ints:
    """How many messages were deleted unread, int64[N]; UNKNOWN where nobody can say."""
    start = partitions.log_start[commits.partition]
    lost = np.zeros(len(verdict), np.int64)
    gone = verdict == Verdict.LOST
    lost[gone] = start[gone] - commits.committed[gone]
    lost[~_counts(verdict) | (start == UNKNOWN)] = UNKNOWN
    return lost


def as_floats(counts: Ints) -> Floats:
    """Counts as float64 with NaN for UNKNOWN."""
    floats = counts.astype(np.float64)
    floats[counts == UNKNOWN] = np.nan
    return floats


def _counts(verdict: Small) -> Flags:
    counts: Flags = (verdict == Verdict.OK) | (verdict == Verdict.LOST)
    return counts
