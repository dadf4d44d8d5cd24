"""How every row moves, as measured: in the close-up where there is one, at a glance elsewhere."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from lagtop.analysis.closeup import Estimates
from lagtop.analysis.drain import NEVER
from lagtop.analysis.glance import WINDOW_S, Glance
from lagtop.analysis.lean import parts, unknowns
from lagtop.analysis.report import Flags, Small, Trend
from lagtop.snapshot import Floats, Ints

USUAL_SPACING_S = 5.0
"""What most consumers are set to (auto.commit.interval.ms), until their habit is known."""

READY_S = 45.0
"""A close-up that began later than the glance is not better before it has seen this much."""


_OF_ROWS = (
    "consumed_per_s", "base_lag_messages", "left", "slack", "drain_s", "drain_low_s",
    "drain_high_s", "produced_error_per_s", "spacing_s",
)  # fmt: skip


@dataclass(frozen=True, slots=True, eq=False)
class Motion:
    """Columns as in PartitionRows; `left`: messages that are really left, `slack`: caught up."""

    produced_per_s: Floats
    consumed_per_s: Floats
    base_lag_messages: Floats
    left: Floats
    slack: Floats
    drain_s: Floats
    drain_low_s: Floats
    drain_high_s: Floats
    trend: Small
    trend_since: Floats
    produced_error_per_s: Floats
    spacing_s: Floats


def at_a_glance(
    glance: Glance, lag: Floats, floor: Floats, produced: Floats, rebalancing: Flags
) -> Motion:
    """All rows from what is remembered of all; `floor` is the smallest lag of late."""
    size = len(lag)
    found = Motion(
        produced_per_s=produced,
        **{name: unknowns(size) for name in _OF_ROWS},
        trend=np.zeros(size, np.int8),
        trend_since=np.full(size, np.nan),
    )
    for rows in parts(size):
        _look(found, rows, glance.part(rows), lag[rows], rebalancing[rows])
        np.fmin(lag[rows], floor[rows], out=found.base_lag_messages[rows], casting="same_kind")
    return found


def _look(found: Motion, rows: slice, glance: Glance, lag: Floats, rebalancing: Flags) -> None:
    """What a glance at some rows tells, put into their places."""
    produced = found.produced_per_s[rows]
    consumed = glance.consumed_per_s()
    consumed[np.isnan(consumed) & (lag == 0) & (produced == 0)] = 0.0
    left = glance.really_left(lag, consumed)
    slack = produced * glance.slack_s()
    trend = glance.trend(lag, produced, consumed)
    trend[rebalancing] = Trend.REBALANCING
    found.consumed_per_s[rows], found.trend[rows] = consumed, trend
    found.left[rows], found.slack[rows] = left, slack
    found.drain_s[rows] = drain_s(left, lag, slack, consumed - produced)
    # The error of a rate at a glance is Poisson's over the time that it looks back.
    found.produced_error_per_s[rows] = np.sqrt(produced / WINDOW_S)


def one_interval(motion: Motion) -> Floats:
    """What is written to each row within one commit interval, messages; 0 while unknown."""
    spacing_s = np.where(np.isnan(motion.spacing_s), USUAL_SPACING_S, motion.spacing_s)
    slack = np.fmax(motion.slack, motion.produced_per_s * spacing_s)
    return np.nan_to_num(slack)


def drain_s(left: Floats, lag: Floats, slack: Floats, drift: Floats) -> Floats:
    """Seconds until nothing is left, without an interval."""
    with np.errstate(divide="ignore", invalid="ignore"):
        seconds = np.where(drift > 0, left / drift, NEVER)
    seconds[np.isnan(drift) | np.isnan(lag)] = np.nan
    seconds[(lag == 0) | (left <= slack)] = 0.0
    return seconds


def whole(close: Estimates) -> Motion:
    """A close-up of all rows."""
    return Motion(**_columns(close), trend=close.trend)


def closer(motion: Motion, rows: Ints, close: Estimates) -> Motion:
    """`motion` with the close-up's numbers in `rows`, where it has watched long enough."""
    ready = close.watched_s >= READY_S
    for name, column in _columns(close).items():
        getattr(motion, name)[rows[ready]] = column[ready]
    motion.trend[rows[ready]] = close.trend[ready]
    return motion


def _columns(close: Estimates) -> dict[str, Floats]:
    return {
        "produced_per_s": close.produced.per_s,
        "consumed_per_s": close.consumed.per_s,
        "base_lag_messages": close.base_lag_messages,
        "left": close.left,
        "slack": close.slack,
        "drain_s": close.drain.seconds,
        "drain_low_s": close.drain.low,
        "drain_high_s": close.drain.high,
        "trend_since": close.trend_since,
        "produced_error_per_s": close.produced.error_per_s,
        "spacing_s": close.spacing_s,
    }
