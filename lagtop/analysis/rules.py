"""Alert rules as data, and what becomes of them: alerts in a state, and events.

A rule is a measure of a group, a threshold, and how long it must hold. The first three defaults are
the textbook's. What a measure is stands in `measures.py`, what evaluates rules in `alerts.py`.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import IntEnum


class Severity(IntEnum):
    """How bad it is; `lagtop check` exits with it."""

    WARNING = 1
    CRITICAL = 2


@dataclass(frozen=True, slots=True)
class Rule:
    """Fires for a group when `measure` has been above `above` for `for_s` seconds.

    It resolves when the measure has been at or under the threshold for `keep_s`, so that a value
    that hovers does not flap. `groups` limits it to groups whose name it finds.
    """

    name: str
    measure: str
    above: float
    for_s: float
    severity: Severity = Severity.WARNING
    keep_s: float = 30.0
    groups: re.Pattern[str] | None = None
    summary: str = ""

    def covers(self, group: str) -> bool:
        """Whether the rule is for this group."""
        return self.groups is None or self.groups.search(group) is not None


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
    """A rule that is not inactive for a group.

    `since` is when it entered its state and `active_since` when its measure first was above the
    threshold, seconds; `under_since` when it fell under it while firing; `value` is the newest.
    """

    rule: Rule
    group: str
    state: State
    since: float
    active_since: float
    value: float
    under_since: float | None = None
    acknowledged: bool = False


@dataclass(frozen=True, slots=True)
class Event:
    """A change of state, for the log."""

    at: float
    rule: str
    group: str
    state: State
    value: float


DEFAULT_RULES = (
    Rule(
        "ConsumerLagIncreasing",
        "lag_growth_messages",
        above=1_000,
        for_s=300,
        summary="the lag has grown by more than 1,000 messages within 5 min, and goes on growing",
    ),
    Rule(
        "ConsumerLagHigh",
        "lag_messages",
        above=10_000,
        for_s=120,
        summary="the lag has been over 10,000 messages for 2 min",
    ),
    Rule(
        "ConsumerStalled",
        "stalled_messages",
        above=0,
        for_s=300,
        severity=Severity.CRITICAL,
        summary="nothing was consumed for 5 min while there was something to read",
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
        "PartitionsOffline",
        "offline_partitions",
        above=0,
        for_s=30,
        severity=Severity.CRITICAL,
        summary="partitions that the group reads have no leader",
    ),
)
