"""What is known of one group's offset in one partition: exactly one verdict a row."""

from __future__ import annotations

from enum import IntEnum

import numpy as np

from lagtop.analysis.report import Flags, Small
from lagtop.snapshot import NO_LEADER, UNKNOWN, Codes, Commits, Gap, Ints, Partitions


class Verdict(IntEnum):
    """Ordered from harmless to what hides the truth; `name.lower()` is the word shown."""

    OK = 0
    NO_COMMIT = 1
    LOST = 2
    PAST_END = 3
    OFFLINE = 4
    DELETED = 5
    UNAUTHORIZED = 6
    UNKNOWN = 7

    @property
    def word(self) -> str:
        """The verdict as CSV and screen spell it."""
        return self.name.lower()


def judge(partitions: Partitions, commits: Commits, gaps: tuple[Gap, ...]) -> Small:
    """The verdict of every row, int8[N].

    A value that is older than this poll keeps its verdict; what has no leader or no topic any more
    does not. A commit past an end that was read before it shows an old end, not a lost log.
    """
    row = commits.partition
    end, start = partitions.log_end[row], partitions.log_start[row]
    committed = commits.committed
    known = (end != UNKNOWN) & (committed != UNKNOWN)
    verdict = np.zeros(len(row), np.int8)
    verdict[known & (start != UNKNOWN) & (committed < start)] = Verdict.LOST
    past_end = np.flatnonzero(known & (committed > end))
    verdict[past_end] = Verdict.PAST_END
    verdict[past_end[_is_late(partitions, commits, past_end)]] = Verdict.UNKNOWN
    verdict[~known] = Verdict.UNKNOWN
    verdict[(committed < 0) & (committed != UNKNOWN)] = Verdict.NO_COMMIT
    verdict[~known & (_has(partitions, commits, gaps, "unauthorized"))] = Verdict.UNAUTHORIZED
    offline = ~known & _has(partitions, commits, gaps, "offline")
    untold = _coded(gaps, "not_asked") | _coded(gaps, "unauthorized")
    leaderless = (partitions.leader == NO_LEADER) & ~untold[partitions.gap]
    verdict[_rows_of(leaderless, row) | offline] = Verdict.OFFLINE
    verdict[_rows_of(_coded(gaps, "deleted")[partitions.gap], row)] = Verdict.DELETED
    return verdict


def _is_late(partitions: Partitions, commits: Commits, rows: Ints) -> Flags:
    """Which of some rows have an end that was read before their commit, and not of this poll."""
    at = commits.partition[rows]
    late: Flags = (partitions.gap[at] != 0) & (partitions.read_at[at] < commits.read_at[rows])
    return late


def _rows_of(flags: Flags, partition: Codes) -> Flags:
    """The rows of partitions that have a flag; seldom one has."""
    if not flags.any():
        return np.broadcast_to(False, partition.shape)
    rows: Flags = flags[partition]
    return rows


def _coded(gaps: tuple[Gap, ...], code: str) -> Flags:
    return np.array([gap.code == code for gap in gaps], np.bool_)


def _has(partitions: Partitions, commits: Commits, gaps: tuple[Gap, ...], code: str) -> Flags:
    coded = _coded(gaps, code)
    if not coded.any():
        return np.broadcast_to(False, commits.gap.shape)
    return _rows_of(coded[partitions.gap], commits.partition) | coded[commits.gap]
