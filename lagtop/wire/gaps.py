"""Why a fact is missing: Kafka's error codes as gaps that people can act on."""

from __future__ import annotations

import numpy as np
from kafka.errors import for_code

from lagtop.protocol.codes import (
    CLUSTER_AUTHORIZATION_FAILED,
    COORDINATOR_LOADING,
    COORDINATOR_NOT_AVAILABLE,
    FENCED_LEADER_EPOCH,
    GROUP_AUTHORIZATION_FAILED,
    GROUP_ID_NOT_FOUND,
    LEADER_NOT_AVAILABLE,
    NONE,
    NOT_COORDINATOR,
    NOT_LEADER,
    TOPIC_AUTHORIZATION_FAILED,
    UNKNOWN_LEADER_EPOCH,
    UNKNOWN_TOPIC,
    UNKNOWN_TOPIC_ID,
)
from lagtop.snapshot import NO_GAP, Codes, Gap

MOVED_LEADER = frozenset(
    {
        UNKNOWN_TOPIC,
        LEADER_NOT_AVAILABLE,
        NOT_LEADER,
        FENCED_LEADER_EPOCH,
        UNKNOWN_LEADER_EPOCH,
        UNKNOWN_TOPIC_ID,
    }
)
MOVED_COORDINATOR = frozenset(
    {COORDINATOR_LOADING, COORDINATOR_NOT_AVAILABLE, NOT_COORDINATOR, GROUP_ID_NOT_FOUND}
)

OFFLINE = Gap("offline", "no leader")
UNSURE = Gap("offline", "the broker cannot tell the partitions of this topic")
DELETED = Gap("deleted", "the topic or partition is gone; only the commit is left")

_CODES = {
    UNKNOWN_TOPIC: "deleted",
    UNKNOWN_TOPIC_ID: "deleted",
    LEADER_NOT_AVAILABLE: "offline",
    TOPIC_AUTHORIZATION_FAILED: "unauthorized",
    GROUP_AUTHORIZATION_FAILED: "unauthorized",
    CLUSTER_AUTHORIZATION_FAILED: "unauthorized",
}
_MISSING_ACL = {
    TOPIC_AUTHORIZATION_FAILED: "no DESCRIBE on topic {0}",
    GROUP_AUTHORIZATION_FAILED: "no DESCRIBE on group {0}",
    CLUSTER_AUTHORIZATION_FAILED: "no DESCRIBE on the cluster",
}


def gap_for(code: int, name: str = "") -> Gap:
    """The gap for a protocol error code about `name`; NO_GAP for 0."""
    if code == NONE:
        return NO_GAP
    if code in _MISSING_ACL:
        return Gap("unauthorized", _MISSING_ACL[code].format(name))
    words = for_code(code).__name__.removesuffix("Error")
    said = "".join(f" {letter.lower()}" if letter.isupper() else letter for letter in words)
    return Gap(_CODES.get(code, "error"), f"the broker says{said} ({code})")


class GapTable:
    """Numbers gaps for a snapshot's `gap` columns; 0 is NO_GAP."""

    def __init__(self) -> None:
        self._rows: dict[Gap, int] = {NO_GAP: 0}

    def row(self, gap: Gap) -> int:
        """The number of a gap."""
        return self._rows.setdefault(gap, len(self._rows))

    def keep(self, used: Codes) -> Codes:
        """Forget all but these numbers; gives the new ones in their place."""
        numbers, places = np.unique(used, return_inverse=True)
        before, self._rows = self.table(), {NO_GAP: 0}
        kept = np.array([self.row(before[number]) for number in numbers.tolist()], np.int32)
        return kept[places]

    def table(self) -> tuple[Gap, ...]:
        """All gaps so far, by number."""
        return tuple(self._rows)
