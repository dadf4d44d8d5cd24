"""When a group has recovered from a spike: its base lag is back among what was usual, and stays."""

from __future__ import annotations

import numpy as np

from lagtop.snapshot import Floats

HELD_S = 30.0
MAD_TO_SIGMA = 1.48
LEAST_LIMIT = 10.0


def usual_limit(base_lags: Floats, rate_per_s: float, poll_s: float, spacing_s: float) -> float:
    """Up to which base lag a group counts as recovered, messages.

    base_lags (float64[n]): before the spike, at a produce rate of `rate_per_s`, polled every
    `poll_s`, with commits `spacing_s` apart.
    """
    median = float(np.median(base_lags))
    spread = MAD_TO_SIGMA * float(np.median(np.abs(base_lags - median)))
    timing = rate_per_s * (poll_s + 0.1 * spacing_s)
    return max(median + 3 * spread, 1.5 * median, median + timing, LEAST_LIMIT)


def recovered_at(
    times: Floats, base_lags: Floats, limit: float, held_s: float = HELD_S
) -> float | None:
    """When base lag came inside the limit and stayed there for `held_s`; None if not yet.

    times (float64[n], seconds), base_lags (float64[n], messages): since the end of the spike.
    """
    outside = np.flatnonzero(base_lags > limit)
    first = int(outside[-1]) + 1 if outside.size else 0
    if first >= len(times) or times[-1] - times[first] < held_s:
        return None
    return float(times[first])
