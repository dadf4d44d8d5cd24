"""Where the lag is going: growing, shrinking, steady, stalled or idle, and since when.

Lag is compared at commit edges, where the sawtooth is always in the same place, and against its own
noise: a rule on raw lag fires on every healthy group. Stalled is silence longer than the learnt
habit while there was work all that time, not a rate of 0 for five minutes.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from lagtop.analysis.drain import ENOUGH_LONG_BLOCKS
from lagtop.analysis.edges import HASTY_SPACING_S, Edges
from lagtop.analysis.noise import Blocks
from lagtop.analysis.report import Flags, Small, Trend
from lagtop.snapshot import Codes, Floats, Ints, Snapshot

WINDOWS_S = (60.0, 120.0, 240.0)
LEAST_SPACINGS = 6
SIGNIFICANT_Z = 3.5
LEAST_SHARE_OF_PRODUCED = 0.01
HOLD_S = 10.0
HASTY_GRACE = 1.5
"""So many hasty spacings without a commit are looked at before what was before is believed."""

PATIENCE_WITH_BATCHES_S = 60.0
PATIENCE_WITH_TURNS_S = 600.0
"""A member may take a minute for what it has fetched of one partition, and as long for the next."""

GRACES_OF_A_BATCH = 10
MOSTLY_TIMING = 0.35
HARMLESS_LAG = 1
"""A transaction's end marker takes an offset that no consumer commits past (spring-kafka #1587)."""

REBALANCING_STATES = frozenset(
    ("PreparingRebalance", "CompletingRebalance", "Assigning", "Reconciling")
)


@dataclass(frozen=True, slots=True, eq=False)
class Growth:
    """How fast the lag changes: messages per second and its standard deviation, float64[n]."""

    per_s: Floats
    error_per_s: Floats

    def significant(self, produced: Floats) -> Flags:
        """Whether it is more than noise and more than a hundredth of what is produced."""
        least = LEAST_SHARE_OF_PRODUCED * np.nan_to_num(produced)
        size = np.abs(self.per_s)
        flags: Flags = (size > SIGNIFICANT_Z * self.error_per_s) & (size > least)
        return flags

    def goes_on(self, produced: Floats, shown: Small) -> Flags:
        """Whether what was shown, growing or shrinking, still is so by half of that measure."""
        same = np.where(self.per_s > 0, shown == Trend.GROWING, shown == Trend.SHRINKING)
        twice = Growth(2 * self.per_s, self.error_per_s)
        flags: Flags = same & twice.significant(produced)
        return flags


def quiet_since(commits: Edges, behind_since: Floats, written_at: Floats | None = None) -> Floats:
    """Since when each row has had work and committed nothing: seconds, float64[n].

    `behind_since` is when the log end first went past the committed offset. `written_at` is when
    the next record is known to have been written: it has waited since, also before anybody looked.
    """
    if written_at is not None:
        watched = commits.seen_at - commits.first_at > HASTY_GRACE * HASTY_SPACING_S
        before = (commits.count == 0) & watched
        behind_since = np.where(before, np.fmin(behind_since, written_at), behind_since)
    since: Floats = np.fmax(commits.last_edge_at(), behind_since)
    return since


def stalled(commits: Edges, lag: Floats, since: Floats, turns: Turns | None = None) -> Flags:
    """Rows silent for longer than their habit while there was work all that time; bool[n].

    `since` is when they fell silent. More time is given to a backlog smaller than one usual step,
    which may be a batch that waits to be full, and to rows whose member reads another partition.
    """
    habit = commits.habit()
    silent = commits.seen_at - since
    longer = np.maximum(PATIENCE_WITH_BATCHES_S, GRACES_OF_A_BATCH * habit.grace_s)
    waits = lag < np.nan_to_num(habit.step)
    if turns is not None:
        waits |= turns.of >= 0
        longer[turns.may_come(since)] = PATIENCE_WITH_TURNS_S
    stalls: Flags = (lag > HARMLESS_LAG) & (silent > np.where(waits, longer, habit.grace_s))
    return stalls


class Turns:
    """Whether members read their partitions one after another, or all of them at once.

    of (int32[n]): each row's member if that has several partitions to read, negative for others.
    """

    def __init__(self, size: int) -> None:
        self.of = np.full(size, -1, np.int32)
        self._alone_at = np.full(size, np.nan)

    def carried(self, sources: Ints) -> Turns:
        """The same rows after they moved: row i is what row sources[i] was, or new."""
        moved = Turns(len(sources))
        kept = sources >= 0
        moved._alone_at[kept] = self._alone_at[sources[kept]]
        return moved

    def push(self, of: Codes, moves: Flags, now: float) -> None:
        """Take in who has several partitions to read, and which rows (bool[n]) move."""
        self.of = of
        mine = np.flatnonzero(of >= 0)
        moving = np.bincount(of[mine][moves[mine]], minlength=int(of.max(initial=0)) + 1)
        self._alone_at[mine[moving[of[mine]] < 2]] = now

    def may_come(self, since: Floats) -> Flags:
        """Rows (bool[n]) of whose members no two others went on all the time `since` then."""
        flags: Flags = (self.of >= 0) & (self._alone_at > since)
        return flags


def growth(
    commits: Edges, blocks: tuple[Blocks, Blocks], lag: Floats, rates: tuple[Floats, Floats]
) -> Growth:
    """The change of the lag over the shortest window in which it is significant, else the longest.

    `blocks` are the short and the long ones of the net; `rates` is produced and consumed, messages
    per second.
    """
    produced, consumed = rates
    timing = (consumed * commits.habit().gap_s) ** 2 / 12
    noise = np.fmax(np.fmax(_noise(*blocks, timing), produced), 1.0)
    per_s, error = np.full(len(lag), np.nan), np.full(len(lag), np.nan)
    open_ = np.ones(len(lag), np.bool_)
    changes, spans = _changes(commits, lag)
    for change, span in zip(changes, spans, strict=True):
        its_error = np.sqrt(noise / span + 2 * timing / span**2)
        known = open_ & ~np.isnan(change)
        np.copyto(per_s, change, where=known)
        np.copyto(error, its_error, where=known)
        open_ &= ~Growth(per_s, error).significant(produced)
    return Growth(per_s, error)


def _noise(short: Blocks, long: Blocks, timing: Floats) -> Floats:
    """The net's variance per second: of the long blocks where the short ones show mostly timing."""
    of_timing = 3 * timing / np.fmax(short.mean_span_s, 1.0)
    of_timing_long = 3 * timing / np.fmax(long.mean_span_s, 1.0)
    mostly = of_timing > MOSTLY_TIMING * short.trimmed
    use_long = (long.known >= ENOUGH_LONG_BLOCKS) & mostly
    noise: Floats = np.where(use_long, long.trimmed - of_timing_long, short.trimmed - of_timing)
    return noise


def _changes(commits: Edges, lag: Floats) -> tuple[Floats, Floats]:
    """Lag per second between two commit edges in each window; after silence the end is now."""
    habit = commits.habit()
    window = np.fmax(np.array(WINDOWS_S)[:, None], LEAST_SPACINGS * habit.spacing_s)
    last = np.maximum(commits.count - 1, 0)
    last_at = commits.last_edge_at()
    silent = commits.seen_at - last_at > habit.grace_s
    end = np.where(silent, commits.seen_at, last_at)
    first = commits.last_before(end - window)
    span = end - commits.edge_at(first)
    at_end = np.where(silent, lag, commits.edge_beside(last) - commits.edge_value(last))
    before = commits.edge_beside(first) - commits.edge_value(first)
    change: Floats = (at_end - before) / span
    change[(span < window / 2) | (commits.count < 2)] = np.nan
    return change, span


class Badges:
    """The trend that is shown: it changes between steady, growing and shrinking after HOLD_S only.

    shown (int8[n], Trend); since (float64[n]): when it began, seconds.
    """

    def __init__(self, size: int) -> None:
        self.shown = np.full(size, Trend.UNKNOWN, np.int8)
        self.since = np.full(size, np.nan)
        self._next = np.full(size, Trend.UNKNOWN, np.int8)
        self._next_since = np.full(size, np.nan)

    def carried(self, sources: Ints) -> Badges:
        """The same rows after they moved: row i is what row sources[i] was, or new."""
        moved = Badges(len(sources))
        kept = sources >= 0
        for name, column in vars(self).items():
            getattr(moved, name)[kept] = column[sources[kept]]
        return moved

    def push(self, trend: Small, now: float) -> None:
        """Take in the trend of one poll."""
        differs = trend != self._next
        np.copyto(self._next, trend, where=differs)
        self._next_since[differs] = now
        held = now - self._next_since >= HOLD_S
        change = (self._next != self.shown) & (held | ~(_slow(self.shown) & _slow(trend)))
        np.copyto(self.shown, self._next, where=change)
        np.copyto(self.since, self._next_since, where=change)


def _slow(trend: Small) -> Flags:
    return (trend >= Trend.STEADY) & (trend <= Trend.SHRINKING)


def classify(
    growing: Growth,
    produced: Floats,
    lag: Floats,
    stalls: Flags,
    rebalancing: Flags,
    shown: Small | int = Trend.UNKNOWN,
) -> Small:
    """The trend of each row at this moment, int8[n]; `shown` is what was shown until now."""
    trend = np.full(len(lag), Trend.UNKNOWN, np.int8)
    trend[~np.isnan(growing.per_s)] = Trend.STEADY
    moves = growing.significant(produced) | growing.goes_on(produced, np.asarray(shown))
    trend[moves & (growing.per_s > 0)] = Trend.GROWING
    trend[moves & (growing.per_s < 0)] = Trend.SHRINKING
    trend[(lag == 0) & (produced == 0)] = Trend.IDLE
    trend[stalls] = Trend.STALLED
    trend[rebalancing] = Trend.REBALANCING
    trend[np.isnan(lag)] = Trend.UNKNOWN
    return trend


def rebalancing_rows(snapshot: Snapshot) -> Flags:
    """Rows (bool[N]) whose group shares its partitions out anew."""
    group = snapshot.commits.group
    states = np.array([one.state in REBALANCING_STATES for one in snapshot.groups], np.bool_)
    return states[group] if states.any() else np.broadcast_to(False, group.shape)
