"""A cluster of any size for benchmarks: its shape, and its offsets as a function of time alone.

Records are written evenly; a group commits every few seconds, some of them a while behind.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from lagtop.snapshot import Floats, Ints

NODES = (1, 2, 3)
COMMIT_EVERY_S = 5.0
PAST_S = 3_600.0
"""How long records have been written before the cluster begins."""


@dataclass(frozen=True, slots=True)
class Size:
    """How many groups, what each reads, and of how many topics; a group reads whole topics."""

    groups: int
    topics_a_group: int
    topics: int
    partitions_a_topic: int
    members_a_group: int = 0

    @property
    def partitions(self) -> int:
        """All partitions of the cluster."""
        return self.topics * self.partitions_a_topic

    @property
    def rows(self) -> int:
        """All group-partitions."""
        return self.groups * self.topics_a_group * self.partitions_a_topic

    def topic_names(self) -> list[str]:
        """Every topic, in the order of its number and its name."""
        return [f"topic-{number:05}" for number in range(self.topics)]

    def groups_of(self, node: int) -> list[int]:
        """The groups, by number, that a broker coordinates."""
        return list(range(NODES.index(node), self.groups, len(NODES)))

    def topics_of(self, group: int) -> list[int]:
        """The topics, by number, that a group reads."""
        first = group * self.topics_a_group
        return [(first + turn) % self.topics for turn in range(self.topics_a_group)]

    def owned(self, group: int, member: int) -> Iterator[tuple[int, list[int]]]:
        """What a member reads: topics with partitions."""
        for topic in self.topics_of(group):
            mine = range(member, self.partitions_a_topic, self.members_a_group)
            if mine:
                yield topic, list(mine)


def group_name(number: int) -> str:
    """A group's name."""
    return f"group-{number:05}"


def leader_of(partition: Ints | int) -> Ints | int:
    """The broker that leads a partition, given its number among all."""
    return partition % len(NODES) + 1


def ends(partition: Ints, since_s: float | Floats) -> Ints:
    """Log ends (int64) of partitions, by number, so many seconds after the cluster began."""
    per_s = 5 + partition % 50
    found: Ints = np.floor(per_s * (since_s + PAST_S)).astype(np.int64)
    return found


def commits(group: Ints, partition: Ints, since_s: float) -> Ints:
    """Committed offsets (int64) at such a moment."""
    shift_s = group % 7 * 0.7
    last_s = np.floor((since_s - shift_s) / COMMIT_EVERY_S) * COMMIT_EVERY_S + shift_s
    return ends(partition, last_s - group % 60)
