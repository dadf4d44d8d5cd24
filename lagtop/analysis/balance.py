"""Which partitions stand out of their group and topic, beyond what chance explains.

Chance is Poisson: chi-square over the partitions, z by Wilson and Hilferty. A threshold in standard
deviations could never fire with five partitions or fewer: the largest z-score is sqrt(n - 1).
"""

from __future__ import annotations

import numpy as np

from lagtop.analysis.report import Flags
from lagtop.snapshot import Floats, Ints

LEAST_SHARE = 1.5
LEAST_CV = 0.3
LEAST_Z = 3.09


def standing_out(value: Floats, slack: Floats, blocks: Ints) -> Flags:
    """Rows that hold LEAST_SHARE times their block's mean, where the block is uneven; bool[N].

    They must be above the mean by `slack` too: what is written within one commit interval is no
    sign of anything. Rows whose value is NaN are left out; block b is the rows
    blocks[b] : blocks[b + 1].
    """
    if not len(value):
        return np.zeros(0, np.bool_)
    sizes = np.diff(blocks)
    known = ~np.isnan(value)
    amount = np.where(known, value, 0.0)
    count = np.add.reduceat(known, blocks[:-1], dtype=np.int64)
    mean = np.add.reduceat(amount, blocks[:-1]) / np.maximum(count, 1)
    apart = np.where(known, amount - np.repeat(mean, sizes), 0.0)
    squares = np.add.reduceat(apart * apart, blocks[:-1])
    share = np.divide(
        np.maximum.reduceat(amount, blocks[:-1]), mean, out=np.zeros_like(mean), where=mean > 0
    )
    cv = np.sqrt(squares / np.maximum(count, 1)) / np.where(mean > 0, mean, np.inf)
    chi = np.divide(squares, mean, out=np.zeros_like(mean), where=mean > 0)
    uneven = (share >= LEAST_SHARE) & (cv >= LEAST_CV) & (wilson_hilferty(chi, count) > LEAST_Z)
    high: Flags = (amount >= LEAST_SHARE * np.repeat(mean, sizes)) & (apart >= np.nan_to_num(slack))
    return np.repeat(uneven, sizes) & high


def wilson_hilferty(chi: Floats, count: Ints) -> Floats:
    """The z-score of a chi-square over `count` values, float64[B]; 0 for fewer than two."""
    freedom = np.maximum(count - 1, 1)
    spread = 2 / (9 * freedom)
    return np.where(count > 1, (np.cbrt(chi / freedom) - (1 - spread)) / np.sqrt(spread), 0.0)
