"""What a line notes about its values: when each was read, and why one is unknown or old.

Without a note every answer came at the line's own time, and a null is simply unknown.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from lagtop.record.brokers import read_gap
from lagtop.record.fields import MalformedError, mapping, number, sequence
from lagtop.record.keys import Keys
from lagtop.snapshot import NO_GAP, NO_LEADER, UNKNOWN, Codes, Floats, Gap, Group, Ints

NOT_RECORDED = Gap("error", "unknown when it was recorded")
NOT_TOLD = Gap("not_asked", "the leader is not in the recording")
OFFLINE = Gap("offline", "the partition has no leader")
DELETED = Gap("deleted", "the topic is gone; only the group's commit still names it")


class Gaps:
    """The gap columns of one line, and the gaps they point into."""

    def __init__(self, keys: Keys, line: dict[str, Any]) -> None:
        self._rows = {NO_GAP: 0}
        self._partitions = np.zeros(len(keys.topic), np.int32)
        self._commits = np.zeros(len(keys.group), np.int32)
        for noted in sequence(line.get("gaps"), "gaps"):
            *gap, partitions, commits = sequence(noted, "a gap", 4)[:4]
            row = self._row(read_gap(gap))
            self._partitions[list(keys.partitions_in(partitions, "a gap"))] = row
            self._commits[list(keys.commits_in(commits, "a gap"))] = row

    def of_partitions(self, ghosts: list[int], leader: Ints, log_end: Ints) -> Codes:
        """The gap of each partition; `ghosts` are the rows that only commits name.

        A leader may be UNKNOWN, which is not to have none.
        """
        for ghost in ghosts:
            self._partitions[ghost] = self._partitions[ghost] or self._row(DELETED)
        bare = (log_end == UNKNOWN) & (self._partitions == 0)
        self._fill(self._partitions, (leader == UNKNOWN) & (self._partitions == 0), NOT_TOLD)
        self._fill(self._partitions, bare & (leader == NO_LEADER), OFFLINE)
        self._fill(self._partitions, bare & (leader > NO_LEADER), NOT_RECORDED)
        return self._partitions

    def of_commits(self, committed: Ints) -> Codes:
        """The gap of each commit."""
        bare = (committed == UNKNOWN) & (self._commits == 0)
        self._fill(self._commits, bare, NOT_RECORDED)
        return self._commits

    def all(self) -> tuple[Gap, ...]:
        """Every gap, in the order that the columns point to; ask for the columns first."""
        return tuple(self._rows)

    def _row(self, gap: Gap) -> int:
        return self._rows.setdefault(gap, len(self._rows))

    def _fill(self, column: Codes, where: np.ndarray[Any, np.dtype[np.bool_]], gap: Gap) -> None:
        if where.any():
            column[where] = self._row(gap)


class Moments:
    """The read_at columns of one line."""

    def __init__(self, keys: Keys, at: float, line: dict[str, Any]) -> None:
        read = mapping(line.get("read"), "read")
        self._at, self._keys = at, keys
        self._leaders = _times(read.get("leaders"), "leaders")
        self._coordinators = _times(read.get("coordinators"), "coordinators")
        self._others = [
            (number(moment, "a time in at"), partitions, commits)
            for moment, partitions, commits in (
                sequence(noted, "at", 3)[:3] for noted in sequence(line.get("at"), "at")
            )
        ]

    def of_partitions(self, leader: Ints, log_end: Ints) -> Floats:
        """When each partition's log end was read, NaN where it never was."""
        read_at = np.full(len(leader), self._at)
        for node, moment in self._leaders.items():
            read_at[leader == node] = moment
        for moment, partitions, _ in self._others:
            read_at[list(self._keys.partitions_in(partitions, "at"))] = moment
        read_at[log_end == UNKNOWN] = np.nan
        return read_at

    def of_commits(self, groups: tuple[Group, ...], committed: Ints) -> Floats:
        """When each commit was read, NaN where it never was."""
        by_group = [self._coordinators.get(group.coordinator, self._at) for group in groups]
        read_at = np.array(by_group, np.float64)[self._keys.group]
        for moment, _, commits in self._others:
            read_at[list(self._keys.commits_in(commits, "at"))] = moment
        read_at[committed == UNKNOWN] = np.nan
        return read_at


def _times(value: Any, what: str) -> dict[int, float]:
    """Seconds by broker; raises MalformedError."""
    by_node = mapping(value, f"read, {what}").items()
    try:
        return {int(node): number(at, f"read, {what}") for node, at in by_node}
    except ValueError:
        raise MalformedError(f"read, {what}, names what is no broker's id") from None
