"""The group and topic that a load watches: their offsets in a Snapshot, summed."""

from __future__ import annotations

import numpy as np

from lagtop.probe.staircase import Reading
from lagtop.snapshot import NO_COMMIT, UNKNOWN, Snapshot


class Watched:
    """Reads one topic as one group consumes it.

    A partition that the group has not committed yet counts from where its log ended when it was
    first seen: what lay there before is none of the load's.
    """

    def __init__(self, group: str, topic: str) -> None:
        self.group, self.topic = group, topic
        self._first_ends: dict[int, int] = {}

    def is_there(self, snapshot: Snapshot) -> bool:
        """Whether the cluster knows the group."""
        return any(group.name == self.group for group in snapshot.groups)

    def read(self, snapshot: Snapshot) -> Reading | None:
        """The sums as of this poll; None where a part of them is unknown or old."""
        partitions, commits = snapshot.partitions, snapshot.commits
        names = [group.name for group in snapshot.groups]
        if self.group not in names or self.topic not in partitions.topics:
            return None
        rows = np.flatnonzero(partitions.topic == partitions.topics.index(self.topic))
        ours = (commits.group == names.index(self.group)) & np.isin(commits.partition, rows)
        committed = np.full(len(partitions.topic), NO_COMMIT, np.int64)
        committed[commits.partition[ours]] = commits.committed[ours]
        ends, committed = partitions.log_end[rows], committed[rows]
        gaps = partitions.gap[rows].any() or commits.gap[ours].any()
        if gaps or (ends == UNKNOWN).any() or (committed == UNKNOWN).any():
            return None
        pairs = zip(partitions.index[rows].tolist(), ends.tolist(), strict=True)
        first = [self._first_ends.setdefault(index, end) for index, end in pairs]
        counted = np.where(committed == NO_COMMIT, np.array(first, np.int64), committed)
        at = float(partitions.read_at[rows].max())
        return Reading(at, float(ends.sum()), float(counted.sum()))
