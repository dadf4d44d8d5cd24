"""Why lag is uneven: a hot key, a slow member, or a leader; on significance, not on a threshold.

A partition that is written to more than its peers has a hot key; a member that reads less than its
peers while all of them have enough to read is sick or slow; partitions that share nothing but their
leader point at a broker. Each rate knows its error, so the test is the scatter of the rates against
it: chi-square, z by Wilson and Hilferty (`balance.py`).
"""

from __future__ import annotations

import numpy as np

from lagtop.analysis.balance import LEAST_CV, LEAST_SHARE, LEAST_Z, wilson_hilferty
from lagtop.analysis.closeup import Estimates
from lagtop.analysis.layout import Layout
from lagtop.analysis.motion import Motion
from lagtop.analysis.report import Flags, Imbalance, Small
from lagtop.analysis.sums import rate_sum_of
from lagtop.snapshot import Codes, Floats, Ints, Snapshot


def blame(
    snapshot: Snapshot,
    layout: Layout,
    motion: Motion,
    lag_stands_out: Flags,
    owners: tuple[Codes, Estimates],
) -> Small:
    """The cause of each row's imbalance, int8[N]; `owners` is each row's member, and members."""
    hot = hot_rows(motion.produced_per_s, motion.produced_error_per_s, layout.blocks)
    cold = _of_cold_members(snapshot, *owners)
    cause = np.full(len(hot), Imbalance.NONE, np.int8)
    cause[lag_stands_out] = Imbalance.LAG
    leader = snapshot.partitions.leader[layout.partition]
    cause[lag_stands_out & _shares_leader(lag_stands_out, leader, layout.blocks)] = Imbalance.LEADER
    cause[lag_stands_out & cold] = Imbalance.MEMBER
    cause[hot] = Imbalance.KEY
    return cause


def hot_rows(rate: Floats, error: Floats, blocks: Ints) -> Flags:
    """Rows whose rate stands out of their block by LEAST_SHARE and beyond its errors; bool[N]."""
    if not len(rate):
        return np.zeros(0, np.bool_)
    sizes, known = np.diff(blocks), ~(np.isnan(rate) | np.isnan(error))
    count = np.add.reduceat(known, blocks[:-1], dtype=np.int64)
    amount = np.where(known, rate, 0.0)
    mean = np.add.reduceat(amount, blocks[:-1]) / np.maximum(count, 1)
    apart = np.where(known, amount - np.repeat(mean, sizes), 0.0)
    # The errors are pooled: were the rates equal, a low one's own error would be too small.
    pooled = np.add.reduceat(np.where(known, error, 0.0) ** 2, blocks[:-1]) / np.maximum(count, 1)
    squares = np.add.reduceat(apart**2, blocks[:-1])
    chi = squares / np.maximum(pooled, 1e-9)
    cv = np.sqrt(squares / np.maximum(count, 1))
    uneven = (cv >= LEAST_CV * mean) & (wilson_hilferty(chi, count) > LEAST_Z) & (mean > 0)
    return np.repeat(uneven, sizes) & (amount >= LEAST_SHARE * np.repeat(mean, sizes))


def cold_members(snapshot: Snapshot, members: Estimates) -> Flags:
    """Members that read less than their group's other members that are behind; bool[M]."""
    groups = len(snapshot.groups)
    of: Codes = np.array([member.group for member in snapshot.members], np.int32)
    rate, behind = members.consumed.per_s, members.left > members.slack
    rated = behind & ~np.isnan(rate)
    count = np.bincount(of[rated], minlength=groups)
    mean = rate_sum_of(np.where(rated, rate, np.nan), of, groups) / np.maximum(count, 1)
    enough, usual = (count >= 2)[of], mean[of]
    error = np.nan_to_num(members.consumed.error_per_s, nan=np.inf)
    slow: Flags = rated & enough & (rate * LEAST_SHARE <= usual) & (usual - rate > LEAST_Z * error)
    return slow


def _of_cold_members(snapshot: Snapshot, member: Codes, members: Estimates) -> Flags:
    if not len(snapshot.members):
        return np.zeros(len(member), np.bool_)
    cold: Flags = np.append(cold_members(snapshot, members), False)[member]
    return cold


def _shares_leader(standing_out: Flags, leader: Codes, blocks: Ints) -> Flags:
    """Blocks in which the rows that stand out, two or more, are exactly those of one leader."""
    shared = np.zeros(len(leader), np.bool_)
    for block in np.unique(np.searchsorted(blocks, np.flatnonzero(standing_out), "right") - 1):
        rows = slice(blocks[block], blocks[block + 1])
        of_block = leader[rows][standing_out[rows]]
        only = len(of_block) > 1 and bool((of_block == of_block[0]).all())
        if only and np.array_equal(leader[rows] == of_block[0], standing_out[rows]):
            shared[rows] = not bool((leader[rows] == of_block[0]).all())
    return shared
