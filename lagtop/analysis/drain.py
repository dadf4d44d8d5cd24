"""When the backlog will be gone at the rates of now: a time, an interval, and never.

The backlog is a random walk with a drift that is itself only known so well: the interval is the
first passage of the walk, with Fieller's treatment of the uncertain drift. It holds while the rates
stay as they are.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from lagtop.analysis.edges import Edges, known_or_zero
from lagtop.analysis.noise import Blocks
from lagtop.analysis.rates import Rate
from lagtop.snapshot import Floats

NEVER = np.inf
Z_80 = 1.2816
"""Standard deviations on either side that hold 80 % of a normal distribution."""

LEAST_SPAN_S = 10.0
LONG_BLOCK_S = 30.0
ENOUGH_LONG_BLOCKS = 6
LEAST_BLOCKS = 3


@dataclass(frozen=True, slots=True, eq=False)
class Net:
    """How irregular the net of consumed and produced is: float64[n] each.

    variance: of the count per second; timing: variance that the unknown moment of a commit adds to
    a count; blocks: how many blocks it was learnt from.
    """

    variance: Floats
    timing: Floats
    blocks: Floats


@dataclass(frozen=True, slots=True, eq=False)
class Drain:
    """Seconds until nothing is left, and an interval for 4 times out of 5: float64[n] each."""

    seconds: Floats
    low: Floats
    high: Floats

    def caught_up(self, lag: Floats, left: Floats, slack: Floats) -> Drain:
        """0 where what is left is in flight within one commit; NaN where the lag is unknown."""
        done = (lag == 0) | (left <= slack)
        unknown = np.isnan(lag)
        return Drain(
            *(
                np.where(unknown, np.nan, np.where(done, 0.0, column))
                for column in (self.seconds, self.low, self.high)
            )
        )


def really_left(lag: Floats, consumed: Rate, commits: Edges) -> Floats:
    """Lag less what was consumed since the last commit, messages."""
    habit = commits.habit()
    since = commits.seen_at - (commits.last_edge_at() + commits.before_at) / 2
    age = np.fmin(since, 1.2 * habit.spacing_s + habit.gap_s / 2)
    left: Floats = np.maximum(0.0, lag - known_or_zero(consumed.per_s * age))
    return left


def net_noise(short: Blocks, long: Blocks, commits: Edges, rates: tuple[Floats, Floats]) -> Net:
    """The noise of the net rate; `rates` is produced and consumed, messages per second.

    What is irregular over short blocks and even over long ones comes and goes: it moves the backlog
    by about half of its sum over a block, and does not add up. Long blocks are heard before they
    are enough, since noise that lasts hides from short ones.
    """
    produced, consumed = rates
    timing = (consumed * commits.habit().gap_s) ** 2 / 12
    use_long = long.known >= ENOUGH_LONG_BLOCKS
    of_short, of_long = _variance(short, timing), _variance(long, timing)
    early = np.fmax(of_short, np.where(long.known >= LEAST_BLOCKS, of_long, np.nan))
    variance = np.where(use_long, of_long, early)
    swing = known_or_zero(np.maximum(of_short - of_long, 0.0) * short.mean_span_s) / 4
    floor = np.fmax(np.fmax(produced, consumed), 1.0)
    return Net(
        np.fmax(variance, floor),
        timing + np.where(use_long, swing, 0.0),
        np.where(use_long, long.known, short.known),
    )


def _variance(blocks: Blocks, timing: Floats) -> Floats:
    """The variance per second by neighbours or by sample, the larger."""
    share = timing / np.fmax(blocks.mean_span_s, 1.0)
    variance: Floats = np.fmax(blocks.neumann - 3 * share, blocks.sample - 2 * share)
    return variance


def drain(left: Floats, produced: Rate, consumed: Rate, net: Net) -> Drain:
    """When `left` messages are gone, and never where the interval says so."""
    drift = consumed.per_s - produced.per_s
    span = np.fmax(np.fmin(consumed.span_s, produced.span_s), LEAST_SPAN_S)
    uncertain = net.variance / span + 2 * net.timing / span**2
    with np.errstate(divide="ignore", invalid="ignore"):
        seconds = np.where(drift > 0, left / drift, NEVER)
    seconds[np.isnan(drift)] = np.nan
    low, high = first_passage(left, drift, uncertain, net)
    few = net.blocks < LEAST_BLOCKS
    low, high = np.where(few, 0.0, low), np.where(few, NEVER, high)
    low[np.isnan(drift)] = high[np.isnan(drift)] = np.nan
    return Drain(seconds, np.minimum(low, seconds), np.maximum(high, seconds))


def first_passage(
    left: Floats, drift: Floats, uncertain: Floats, net: Net
) -> tuple[Floats, Floats]:
    """The times T at which `left` - drift T is z deviations from nothing; at most 0 and NEVER."""
    z = student(net.blocks)
    a = drift**2 - z**2 * uncertain
    b = 2 * left * drift + z**2 * net.variance
    k = left**2 - z**2 * net.timing
    square = b**2 - 4 * a * k
    with np.errstate(divide="ignore", invalid="ignore"):
        root = np.sqrt(square)
        early, late = (b - root) / (2 * a), (b + root) / (2 * a)
    sure = a > 0
    hopeless = (sure & (drift < 0)) | (square < 0)
    low = np.where(hopeless, NEVER, np.maximum(0.0, early))
    return low, np.where(hopeless | ~sure, NEVER, late)


def student(blocks: Floats) -> Floats:
    """Z_80 widened for a noise that was learnt from few blocks (Cornish and Fisher)."""
    freedom = np.maximum(blocks - 1, 1)
    z: Floats = Z_80 + 0.847 / freedom + 0.571 / freedom**2
    return z
