"""Alert rules as data: a measure of a group, a threshold, and how long it must hold.

The first three defaults are the textbook's. What a measure is stands in `measures.py`.
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
