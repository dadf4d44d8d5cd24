"""What a story is made of: topics, groups and mishaps, as plain tables.

Times are seconds on the story's own clock, which reads 0 when the cluster starts; what is
negative has happened before, so that a lag is already there at the first look.
"""

from __future__ import annotations

from dataclasses import dataclass

NEVER = float("inf")
WEEK_S = 7 * 86_400.0


@dataclass(frozen=True, slots=True)
class Rhythm:
    """Something that comes again and again: on for `lasts_s`, once every `every_s`."""

    first_at_s: float
    lasts_s: float
    every_s: float = NEVER

    def on(self, t: float) -> bool:
        """Whether it is on at `t`."""
        return t >= self.first_at_s and self.elapsed_s(t) < self.lasts_s

    def elapsed_s(self, t: float) -> float:
        """Seconds since it last began; it must have begun once."""
        return (t - self.first_at_s) % self.every_s


@dataclass(frozen=True, slots=True)
class Topic:
    """A topic and how it is written to.

    `rate_per_s` is the input of the whole topic; `hot_share` of it goes to partition
    `hot_partition`; a spike multiplies it by `spike_factor`. While `open_transaction` is on, the
    last stable offset stands still. `days`: for so long it has been written every day as today.
    """

    name: str
    partitions: int
    rate_per_s: float
    hot_share: float | None = None
    hot_partition: int = 0
    spike: Rhythm | None = None
    spike_factor: float = 1.0
    open_transaction: Rhythm | None = None
    replicas: int = 2
    retention_s: float = WEEK_S
    first_offset: int = 0
    backlog: int = 100_000
    internal: bool = False
    days: float = 0.0


@dataclass(frozen=True, slots=True)
class Group:
    """A consumer group, its members and what each can do.

    Each member reads at most `capacity_per_s` messages a second from the partitions it owns, and
    commits every `commit_every_s`, or after every message if `commits_each`.
    `stalled_at_s`: its members hold on but read nothing more; `gone_at_s`: they have left.
    `sick_share`: what its first member can still do; `poisoned_at_s`: a record of its first
    partition fails each time from then on; `rewinds_every_s`: it goes back and reads again.
    `fetch_bytes_per_s`: the quota of each member's client id, at each broker.
    `joins`: or else its consumers assign() themselves, and the group has no member ever.
    """

    name: str
    topics: tuple[str, ...]
    members: int
    capacity_per_s: float
    type: str = "classic"
    assignor: str = "range"
    client: str = ""
    commits: bool = True
    commit_every_s: float = 5.0
    commits_each: bool = False
    read_committed: bool = False
    stalled_at_s: float = NEVER
    gone_at_s: float = NEVER
    sick_share: float = 1.0
    poisoned_at_s: float = NEVER
    rewinds_every_s: float = NEVER
    rebalance: Rhythm | None = None
    denied: bool = False
    metadata: str = ""
    fetch_bytes_per_s: float = NEVER
    joins: bool = True


@dataclass(frozen=True, slots=True)
class Outage:
    """A broker that is dead whenever the rhythm is on."""

    broker: int
    rhythm: Rhythm


@dataclass(frozen=True, slots=True)
class Story:
    """A cluster's topics and groups, and what befalls them."""

    name: str
    about: str
    topics: tuple[Topic, ...]
    groups: tuple[Group, ...]
    outages: tuple[Outage, ...] = ()
    brokers: int = 3
    cluster_id: str = "prod-eu"
