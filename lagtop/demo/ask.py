"""One request at one broker, with all that is needed to answer it."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from lagtop.demo.faults import ERROR_NONE, ErrorRule
from lagtop.demo.world import World
from lagtop.snapshot import NO_LEADER

LEADER_NOT_AVAILABLE = 5
NOT_LEADER = 6
UNKNOWN_TOPIC = 3
COORDINATOR_NOT_AVAILABLE = 15
NOT_COORDINATOR = 16
GROUP_DENIED = 30
UNSUPPORTED_VERSION = 35
GROUP_NOT_FOUND = 69
UNKNOWN_TOPIC_ID = 100


@dataclass(frozen=True, slots=True)
class Address:
    """Where a broker listens."""

    host: str
    port: int


@dataclass(slots=True)
class Ask:
    """A decoded request (`body`) of a version, asked of broker `node`.

    `epoch_s` is the wall-clock time of the story's zero, seconds since the epoch.
    """

    body: Any
    version: int
    node: int
    world: World
    addresses: dict[int, Address]
    epoch_s: float
    rules: list[ErrorRule] = field(default_factory=list)

    def error(
        self, group: str | None = None, topic: str | None = None, partition: int | None = None
    ) -> int:
        """The error code that a test has laid on this group, topic or partition."""
        for rule in self.rules:
            if rule.covers(group, topic, partition) and rule.times != 0:
                rule.times -= rule.times > 0
                return rule.code
        return ERROR_NONE

    def group_error(self, name: str) -> int:
        """Why this broker cannot speak of a group: laid on, denied or not its coordinator."""
        laid_on = self.error(group=name)
        if laid_on:
            return laid_on
        coordinator = self.world.coordinator(name)
        if coordinator == NO_LEADER:
            return COORDINATOR_NOT_AVAILABLE
        if coordinator != self.node:
            return NOT_COORDINATOR
        group = self.world.consumers.by_name.get(name)
        return GROUP_DENIED if group is not None and group.spec.denied else ERROR_NONE

    def milliseconds(self, t: float) -> int:
        """A time of the story as Kafka stamps it: whole milliseconds since the epoch."""
        return int((self.epoch_s + t) * 1_000 + 1e-3)
