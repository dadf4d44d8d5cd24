"""What somebody might change about a group, as a question to `what_if`."""

from __future__ import annotations

from dataclasses import dataclass

REBALANCE_S = 10.0
"""How long nobody reads while partitions change hands; eager rebalances stop all for seconds."""


@dataclass(frozen=True, slots=True)
class Change:
    """Nothing changes, but for what is given.

    add_members: consumers that come, or go where negative. speed, produce: times what each consumer
    can do, and times what is produced. margin: what each consumer must be able to do beyond what it
    gets, as a share of that: with 0.2, 1.2 times what is produced (see Policy). spike_factor: times
    what is produced for spike_s seconds from now on. pause_s: how long nobody reads if partitions
    change hands. partitions_factor: times each topic's partitions, never fewer.
    """

    add_members: int = 0
    speed: float = 1.0
    produce: float = 1.0
    margin: float = 0.0
    spike_factor: float = 1.0
    spike_s: float = 0.0
    pause_s: float = REBALANCE_S
    partitions_factor: float = 1.0

    @property
    def power(self) -> float:
        """Times what each consumer may do of what it can do now."""
        return self.speed / (1.0 + self.margin)
