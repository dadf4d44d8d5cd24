"""The rows that every front end shows, frozen: what `Observer.observe` returns.

A Report is columns, as a Snapshot is. In int64 columns UNKNOWN is a count nobody knows; in
float64 columns NaN is unknown and, for `drain_s`, infinity is `never`. With more than 200,000 rows
their estimates are float32, to save half of their bytes.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import IntEnum
from typing import Final

import numpy as np
from numpy.typing import NDArray

from lagtop.analysis.before import Then
from lagtop.analysis.brokers import BrokerHealth
from lagtop.analysis.dlq import DeadLetters
from lagtop.analysis.moved import Move
from lagtop.analysis.policy import DEFAULT_MARGIN
from lagtop.analysis.rules import Alert, Event
from lagtop.quotas import UNASKED, Quotas
from lagtop.readings import Readings
from lagtop.snapshot import (
    UNKNOWN,
    Broker,
    Codes,
    Floats,
    Group,
    Ints,
    Member,
    PollCost,
    Quorum,
    TopicConfig,
)

Flags = NDArray[np.bool_]
Small = NDArray[np.int8]
Trace = NDArray[np.float32]


class LagMethod(IntEnum):
    """How a lag in time was found; `word` is what CSV and screen say."""

    NONE = 0
    EXACT = 1
    HISTORY = 2
    AT_LEAST = 3
    RATE = 4
    BETWEEN = 5

    @property
    def word(self) -> str:
        """Empty, exact, history, >=, rate or between."""
        return ("", "exact", "history", ">=", "rate", "between")[self]


class Trend(IntEnum):
    """Where the lag is going."""

    UNKNOWN = 0
    IDLE = 1
    STEADY = 2
    GROWING = 3
    SHRINKING = 4
    STALLED = 5
    REBALANCING = 6

    @property
    def word(self) -> str:
        """The trend as CSV and screen spell it; empty while unknown."""
        return "" if self is Trend.UNKNOWN else self.name.lower()


class Imbalance(IntEnum):
    """Why a partition stands out of its group; `word` is what the screen says."""

    NONE = 0
    LAG = 1
    LEADER = 2
    MEMBER = 3
    KEY = 4

    @property
    def word(self) -> str:
        """Empty, lag, leader, slow member or hot key."""
        return ("", "lag", "leader", "slow member", "hot key")[self]


@dataclass(frozen=True, slots=True, eq=False)
class PartitionRows:
    """One row per group and partition: N rows, ordered by group, topic and partition.

    group, topic (int32[N]): rows in `Report.group_facts` and `Report.topics`;
    partition, leader (int32[N]): numbers as Kafka has them; member (int32[N]): row in
    `Report.members` or -1.
    log_start_offset .. lost_messages (int64[N]): UNKNOWN where nobody knows; committed_offset may
    be NO_COMMIT.
    lag_s with lag_s_low and lag_s_high, seconds (float64[N]); lag_s_method (int8[N], LagMethod).
    produced_per_s, consumed_per_s (float64[N]): messages per second, NaN before there are two
    edges. gap_per_s = produced - consumed. drain_s, data_loss_s (float64[N]): seconds;
    data_loss_s is the earliest, data_loss_latest_s the latest that retention takes the next record.
    base_lag_messages (float64[N]): lag with the commit sawtooth removed.
    verdict (int8[N], Verdict), trend (int8[N], Trend); reason (int32[N]): row in
    `Report.reasons`; age_s (float64[N]): age of the older of the two offsets at `captured_at`.
    unbalanced (bool[N]): its lag stands out of its group; imbalance (int8[N], Imbalance): why, also
    of a hot key that does no harm yet. trend_since (float64[N]): when the trend began, or NaN.
    commit_spacing_s (float64[N]): how often the group commits here, NaN before two commits.
    lag_history: the last lags, oldest first, each float32[N], NaN unknown.
    starts (int64[G + 1]): the rows of group g are starts[g] : starts[g + 1].
    """

    group: Codes
    topic: Codes
    partition: Codes
    leader: Codes
    member: Codes
    log_start_offset: Ints
    log_end_offset: Ints
    last_stable_offset: Ints
    committed_offset: Ints
    lag_messages: Ints
    lost_messages: Ints
    base_lag_messages: Floats
    lag_s: Floats
    lag_s_low: Floats
    lag_s_high: Floats
    lag_s_method: Small
    produced_per_s: Floats
    consumed_per_s: Floats
    gap_per_s: Floats
    drain_s: Floats
    drain_low_s: Floats
    drain_high_s: Floats
    data_loss_s: Floats
    data_loss_latest_s: Floats
    verdict: Small
    trend: Small
    reason: Codes
    unbalanced: Flags
    age_s: Floats
    lag_history: tuple[Trace, ...]
    starts: Ints
    imbalance: Small
    trend_since: Floats
    commit_spacing_s: Floats


@dataclass(frozen=True, slots=True, eq=False)
class GroupRows:
    """One row per group: G rows, in the order of `Report.group_facts`.

    members (int64[G]): UNKNOWN where Kafka does not tell; topics, partitions (int32[G]): counts.
    lag_messages (int64[G]): the sum of what is
    known, UNKNOWN when nothing is; lag_missing (int32[G]): how many partitions are not in it.
    lag_s: the worst partition's; lag_s_method (int8[G]). Rates are sums of what is known, NaN when
    nothing is; produced_missing, consumed_missing (int32[G]): how many partitions are not in them.
    gap_per_s is NaN while a partition whose lag is known lacks a rate; ratio is consumed per
    produced over those partitions, NaN while what is written to them is not known nearly all.
    drain_s: the slowest decides, infinity is never. trend (int8[G]).
    reason (int32[G]): row in `Report.reasons`. lag_history: as in PartitionRows, float32[G] each.
    messages_per_commit (float64[G]): read for each offset that is committed, NaN unknown;
    commits_each (bool[G]): it commits each message though it could commit many at once.
    error_share (float64[G]): dead letters over what it reads of their sources, where it is known
    that they are its own; error_share_most: at most so many; both NaN where unknown.
    imbalance (int8[G], Imbalance): of the row that stands out most; trend_since (float64[G]).
    """

    members: Ints
    topics: Codes
    partitions: Codes
    lag_messages: Ints
    lag_missing: Codes
    base_lag_messages: Floats
    lag_s: Floats
    lag_s_method: Small
    produced_per_s: Floats
    consumed_per_s: Floats
    gap_per_s: Floats
    drain_s: Floats
    drain_low_s: Floats
    drain_high_s: Floats
    trend: Small
    reason: Codes
    unbalanced: Flags
    age_s: Floats
    lag_history: tuple[Trace, ...]
    imbalance: Small
    trend_since: Floats
    messages_per_commit: Floats
    commits_each: Flags
    produced_missing: Codes
    consumed_missing: Codes
    ratio: Floats
    error_share: Floats
    error_share_most: Floats


PAST_S: Final = 900.0
"""How far back a group's past is remembered."""


@dataclass(frozen=True, slots=True, eq=False)
class GroupPast:
    """Over the last PAST_S, in the order of the groups.

    rebalances, rewinds (int32[G]): how often one began, and how often committed offsets went back.
    usual_per_s (float64[G]): what was usually produced until some minutes ago; NaN while not
    known.
    watched_s: for how long the cluster has been watched. before: of groups that spike, by row, what
    was written at this time on days before. moves: the newest of each group whose offsets moved, by
    row.
    """

    rebalances: Codes
    rewinds: Codes
    usual_per_s: Floats
    watched_s: float
    before: Mapping[int, tuple[Then, ...]] = field(default_factory=dict)
    moves: Mapping[int, Move] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, eq=False)
class Totals:
    """The header's figures: sums over the cluster; histories are oldest first.

    produced_per_s counts every topic partition once, however many groups read it, over the
    partitions that some group reads; consumed_per_s sums over groups; produced_missing and
    consumed_missing are how many parts are not in them. ratio is consumed per produced-for-a-group,
    NaN while unknown. lag_s is the worst row's, at least that where `lag_s_is_bound`.
    """

    lag_messages: int
    lag_missing: int
    lag_s: float
    produced_per_s: float
    consumed_per_s: float
    ratio: float
    produced_history: tuple[float, ...] = ()
    consumed_history: tuple[float, ...] = ()
    produced_missing: int = 0
    consumed_missing: int = 0
    lag_s_is_bound: bool = False


@dataclass(frozen=True, slots=True, eq=False)
class Report:
    """Everything a front end may show of one moment.

    alerts: all that are not inactive, worst first; events: their newest changes, newest last;
    moves: the newest of all groups' offsets that were moved and not read, newest last.
    dead_letters: the topics of dead letters and retries, by name. health: what ails each broker, in
    their order; empty where that was not worked out. reassigning: partitions on the move. past:
    what happened to groups of late. configs: how topics are set, by name, where that is known.
    margin: the safety margin that groups are held to (see Policy). readings, quotas: as in
    Snapshot. record_bytes (float64[T]): what a record of each topic weighs in the log, NaN unknown.
    hidden: what the user may not see, a sentence a kind, each with its reason; unlisted: those of
    them about groups that nobody told of. unread: as in Snapshot.
    """

    cluster: str
    captured_at: float
    controller: int
    brokers: tuple[Broker, ...]
    group_facts: tuple[Group, ...]
    topics: tuple[str, ...]
    members: tuple[Member, ...]
    totals: Totals
    groups: GroupRows
    partitions: PartitionRows
    reasons: tuple[str, ...]
    cost: PollCost
    alerts: tuple[Alert, ...] = ()
    events: tuple[Event, ...] = ()
    moves: tuple[Move, ...] = ()
    dead_letters: tuple[DeadLetters, ...] = ()
    health: tuple[BrokerHealth, ...] = ()
    quorum: Quorum | None = None
    reassigning: int = UNKNOWN
    past: GroupPast | None = None
    configs: Mapping[str, TopicConfig] = field(default_factory=dict)
    margin: float = DEFAULT_MARGIN
    readings: Mapping[str, Readings] = field(default_factory=dict)
    quotas: Quotas = UNASKED
    record_bytes: Floats | None = None
    hidden: tuple[str, ...] = ()
    unlisted: tuple[str, ...] = ()
    unread: int = 0
