"""Which brokers live, and who leads and coordinates while they do."""

from __future__ import annotations

from dataclasses import dataclass, field
from zlib import crc32

from lagtop.demo.story import Outage, Topic
from lagtop.snapshot import NO_LEADER


@dataclass(slots=True)
class Leadership:
    """Leaders are the first living replica; a coordinator is found by the group's name.

    `killed` is who was killed by hand, beside the story's outages; `moved_leaders` and
    `moved_coordinators` override the rule while the broker they name lives.
    """

    brokers: tuple[int, ...]
    outages: tuple[Outage, ...]
    killed: set[int] = field(default_factory=set)
    moved_leaders: dict[tuple[str, int], int] = field(default_factory=dict)
    moved_coordinators: dict[str, int] = field(default_factory=dict)

    def alive(self, t: float) -> tuple[int, ...]:
        """The living brokers, in order."""
        dead = self.killed | {out.broker for out in self.outages if out.rhythm.on(t)}
        return tuple(broker for broker in self.brokers if broker not in dead)

    def replicas(self, topic: Topic, index: int) -> tuple[int, ...]:
        """The brokers that hold a partition, the preferred leader first."""
        first = crc32(topic.name.encode()) + index
        nodes = [self._nth(first + turn) for turn in range(min(topic.replicas, len(self.brokers)))]
        moved = self.moved_leaders.get((topic.name, index))
        if moved is None:
            return tuple(nodes)
        return (moved, *(node for node in nodes if node != moved))

    def leader(self, topic: Topic, index: int, alive: tuple[int, ...]) -> int:
        """The first replica that lives, or NO_LEADER."""
        living = (node for node in self.replicas(topic, index) if node in alive)
        return next(living, NO_LEADER)

    def coordinator(self, group: str, alive: tuple[int, ...]) -> int:
        """The broker that coordinates a group, or NO_LEADER when none lives."""
        moved = self.moved_coordinators.get(group)
        if moved in alive:
            return moved
        first = crc32(group.encode())
        turns = (self._nth(first + turn) for turn in range(len(self.brokers)))
        return next((node for node in turns if node in alive), NO_LEADER)

    def _nth(self, turn: int) -> int:
        return self.brokers[turn % len(self.brokers)]
