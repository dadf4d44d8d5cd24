"""One request at one broker, with all that is needed to answer it."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from lagtop.demo.faults import ErrorRule
from lagtop.demo.world import World
from lagtop.protocol.codes import (
    COORDINATOR_NOT_AVAILABLE,
    GROUP_AUTHORIZATION_FAILED,
    NONE,
    NOT_COORDINATOR,
)
from lagtop.snapshot import NO_LEADER


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
        return NONE

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
        return GROUP_AUTHORIZATION_FAILED if group is not None and group.spec.denied else NONE

    def milliseconds(self, t: float) -> int:
        """A time of the story as Kafka stamps it: whole milliseconds since the epoch."""
        return int((self.epoch_s + t) * 1_000 + 1e-3)
