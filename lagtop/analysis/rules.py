"""Alert rules as data, and what becomes of them: alerts in a state, and events.

A rule is a measure of a group, a threshold, and how long it must hold. The first three defaults are
the textbook's; a user's own are read by `rule_tables.py`. What a measure is stands in
`measures.py`, what evaluates rules in `alerts.py`.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import IntEnum
from math import inf

from lagtop.analysis.words import duration

STALLED = "ConsumerStalled"
"""The rule of what stands still: `check` and a load know it by name."""


class Severity(IntEnum):
    """How bad it is; `lagtop check` exits with it."""

    WARNING = 1
    CRITICAL = 2

    @property
    def word(self) -> str:
        """The severity as rules spell it and as it is shown."""
        return self.name.lower()


@dataclass(frozen=True, slots=True)
class Rule:
    """Fires for a group when `measure` has been above `above` or below `below` for `for_s` seconds.

    With `within_s` it looks at how much the measure has grown in that time instead. It resolves
    when the measure has been at `clear`, or no longer beyond the threshold, for `keep_s`, so that a
    value that hovers does not flap. `groups` limits it to groups whose name it finds; of several
    rules of one name the first that covers a group holds for it, and one that is off keeps quiet.
    """

    name: str
    measure: str
    above: float = inf
    for_s: float = 0.0
    severity: Severity = Severity.WARNING
    keep_s: float = 30.0
    groups: re.Pattern[str] | None = None
    summary: str = ""
    below: float = -inf
    clear: float | None = None
    within_s: float = 0.0
    is_on: bool = True

    def covers(self, group: str) -> bool:
        """Whether the rule is for this group."""
        return self.groups is None or self.groups.search(group) is not None

    def is_beyond(self, value: float, *, fires: bool) -> bool:
        """Whether a value is beyond the threshold, or while it fires not yet back at `clear`."""
        back = self.clear if fires else None
        above = self.above if back is None or self.above == inf else back
        below = self.below if back is None or self.below == -inf else back
        return value > above or value < below


class State(IntEnum):
    """Where an alert stands; an inactive one is not listed."""

    RESOLVED = 0
    PENDING = 1
    FIRING = 2

    @property
    def word(self) -> str:
        """The state as it is shown."""
        return self.name.lower()


@dataclass(frozen=True, slots=True)
class Alert:
    """A rule that is not inactive for a group, or what else it is about.

    `since` is when it entered its state and `active_since` when its measure first was beyond the
    threshold, seconds; `under_since` when it came back while firing. `value` is the newest, of one
    that fires the newest beyond the threshold.
    """

    rule: Rule
    group: str
    state: State
    since: float
    active_since: float
    value: float
    under_since: float | None = None
    acknowledged: bool = False

    @property
    def said(self) -> str:
        """What the rule says; of what does not fire yet, also after what time it does."""
        if self.state is not State.PENDING:
            return self.rule.summary
        return f"{self.rule.summary} (fires after {duration(self.rule.for_s)})".lstrip()


@dataclass(frozen=True, slots=True)
class Event:
    """A change of state, for the log."""

    at: float
    rule: str
    group: str
    state: State
    value: float
    measure: str = ""


DEFAULT_RULES = (
    Rule(
        "ConsumerLagIncreasing",
        "lag_messages",
        above=1_000,
        for_s=300,
        within_s=300,
        summary="the lag has grown by more than 1,000 messages within 5 min, and goes on growing",
    ),
    Rule(
        "ConsumerLagHigh",
        "lag_messages",
        above=10_000,
        for_s=120,
        summary="the lag is over 10,000 messages",
    ),
    Rule(
        STALLED,
        "stalled_messages",
        above=0,
        for_s=300,
        severity=Severity.CRITICAL,
        summary="nothing is consumed while there is something to read",
    ),
    Rule(
        "MessagesLost",
        "lost_messages",
        above=0,
        for_s=0,
        severity=Severity.CRITICAL,
        summary="retention has deleted messages before they were consumed",
    ),
    Rule(
        "RetentionWins",
        "lost_before_drained_partitions",
        above=0,
        for_s=120,
        severity=Severity.CRITICAL,
        summary="retention will delete messages within a day, before the group gets to them",
    ),
    Rule(
        "MarginTooSmall",
        "below_margin",
        above=0,
        for_s=600,
        summary="a backlog, and what is consumed is not over what is produced by the safety margin",
    ),
    Rule(
        "PartitionsOffline",
        "offline_partitions",
        above=0,
        for_s=30,
        severity=Severity.CRITICAL,
        summary="partitions that the group reads have no leader",
    ),
    Rule(
        "DeadLettersGrowing",
        "dead_letters_grown",
        above=0,
        for_s=60,
        summary="messages that could not be handled came within 5 min, and nobody has read them",
    ),
    Rule(
        "LeaderMissing",
        "leaderless_partitions",
        above=0,
        for_s=30,
        severity=Severity.CRITICAL,
        summary="partitions that this broker is to lead have no leader, read by a group or not",
    ),
    Rule(
        "UnderMinIsr",
        "under_min_isr_partitions",
        above=0,
        for_s=60,
        severity=Severity.CRITICAL,
        summary="too few replicas are in sync: producers with acks=all cannot write",
    ),
    Rule(
        "UnderReplicated",
        "under_replicated_partitions",
        above=0,
        for_s=300,
        summary="partitions that this broker leads have replicas out of sync",
    ),
    Rule(
        "DiskAlmostFull",
        "disk_share",
        above=0.9,
        for_s=60,
        summary="a volume of this broker's logs is over 90% full",
    ),
)
