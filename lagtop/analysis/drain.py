"""When the backlog will be gone at the rates of now, and never where it will not."""

from __future__ import annotations

import numpy as np

from lagtop.analysis.rates import Edges
from lagtop.snapshot import Floats

NEVER = np.inf


def really_left(lag: Floats, consumed: Floats, commits: Edges, now: float) -> Floats:
    """Lag less what was consumed since the last commit, messages (float64[N])."""
    spacing, gap = np.nan_to_num(commits.spacing_s), np.nan_to_num(commits.gap_s)
    age = np.minimum(now - commits.edge_at + gap / 2, 1.2 * spacing + gap / 2)
    left: Floats = np.maximum(0.0, lag - np.nan_to_num(consumed) * np.nan_to_num(age))
    return left


def drain_s(left: Floats, lag: Floats, produced: Floats, consumed: Floats, slack: Floats) -> Floats:
    """Seconds until nothing is left, NEVER where it does not shrink, NaN where nobody knows.

    What is in flight within one commit, `slack` seconds of production, counts as caught up.
    """
    shrinking = consumed - produced
    with np.errstate(divide="ignore", invalid="ignore"):
        seconds = np.where(shrinking > 0, left / shrinking, NEVER)
    seconds[np.isnan(shrinking) | np.isnan(lag)] = np.nan
    seconds[(lag == 0) | (left <= produced * slack)] = 0.0
    return seconds
