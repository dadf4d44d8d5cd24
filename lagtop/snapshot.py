"""The frozen facts of one poll, in columns; no conclusions.

Start reading lagtop here. `wire` makes a Snapshot, `analysis` makes Reports of them, and `ui` and
`export` draw those. A fact that could not be read is UNKNOWN, never zero, and its `gap` cell says
why: an index into `Snapshot.gaps`, whose first entry is NO_GAP. Times are seconds on one time line:
the wall clock at the start, carried on by one that does not jump. Arrays are never written to after
the Snapshot is made.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from lagtop.quotas import UNASKED, Quotas
from lagtop.readings import Readings

Ints = NDArray[np.int64]
Codes = NDArray[np.int32]
Floats = NDArray[np.float64]

UNKNOWN: Final = -(2**63)
"""An offset or a count that could not be read, in an int64 column."""

NO_COMMIT: Final = -1
"""A committed offset that the group has never set, as the protocol has it."""

NO_LEADER: Final = -1
"""The leader of a partition that is offline."""

NO_RECORD: Final = -1
"""The offset of a record that a search by time did not find, as the protocol has it."""

LOG_OF_COMMITS: Final = "__consumer_offsets"
"""The topic in which Kafka keeps what groups commit, a record for each partition and commit."""

NOBODY: Final = -1
"""The member of a partition that no member owns."""

CONSUMER: Final = "consumer"
"""The protocol type of groups that consumers join, and the type of those of KIP-848."""


class Gap(NamedTuple):
    """What is unknown, or older than this poll, and why.

    `code` is one of: ok, offline, deleted, unauthorized, timeout, unreachable, unsupported,
    error, not_asked. `reason` is a sentence for people without a full stop.
    """

    code: str
    reason: str


NO_GAP: Final = Gap("ok", "")
NOT_ASKED: Final = Gap("not_asked", "not asked yet")


@dataclass(frozen=True, slots=True)
class LogDir:
    """A directory of a broker's logs: bytes used, and of its volume (KIP-827), or UNKNOWN."""

    path: str
    used_bytes: int
    total_bytes: int = UNKNOWN
    usable_bytes: int = UNKNOWN
    gap: Gap = NO_GAP


@dataclass(frozen=True, slots=True)
class Broker:
    """A broker as the cluster names it; `gap` says why it does not answer now.

    round_trip_s: of late; medians and 95th percentiles are of its last answers to us, seconds: how
    long they took, and were held up by quota. dirs_gap, groups_gap: why nobody knows of these.
    """

    node_id: int
    host: str
    port: int
    rack: str = ""
    gap: Gap = NO_GAP
    round_trip_s: float | None = None
    round_trip_median_s: float | None = None
    round_trip_p95_s: float | None = None
    throttle_median_s: float | None = None
    throttle_p95_s: float | None = None
    dirs: tuple[LogDir, ...] = ()
    dirs_gap: Gap = NOT_ASKED
    groups_gap: Gap = NO_GAP


@dataclass(frozen=True, slots=True)
class Voter:
    """A controller of the quorum: how far its log is, and when it last had all of it, ms."""

    node_id: int
    log_end: int
    caught_up_ms: int = -1


@dataclass(frozen=True, slots=True)
class Quorum:
    """The controllers (KRaft) as their leader sees them; `gap` says why they are not known."""

    leader: int = -1
    epoch: int = -1
    voters: tuple[Voter, ...] = ()
    gap: Gap = NO_GAP


@dataclass(frozen=True, slots=True)
class Group:
    """A consumer group; `gap` says why its description or its offsets are not of this poll.

    `type` is classic, consumer (KIP-848) or "" where the broker is too old to say; `state` is
    Kafka's own word (Stable, Empty, Reconciling, ...), `protocol_type` "" if nobody ever joined.
    """

    name: str
    type: str = ""
    state: str = ""
    assignor: str = ""
    coordinator: int = -1
    gap: Gap = NO_GAP
    protocol_type: str = ""


@dataclass(frozen=True, slots=True)
class Member:
    """A member of a group; `group` is its row in `Snapshot.groups`."""

    group: int
    member_id: str
    client_id: str = ""
    host: str = ""
    instance_id: str = ""


@dataclass(frozen=True, slots=True)
class TopicConfig:
    """What a topic is set to that bears on lag: ms, -1 keeps for ever, UNKNOWN where not told."""

    retention_ms: int = UNKNOWN
    retention_bytes: int = UNKNOWN
    segment_ms: int = UNKNOWN
    segment_bytes: int = UNKNOWN
    cleanup_policy: str = "delete"
    min_insync_replicas: int = UNKNOWN
    compression: str = ""


@dataclass(frozen=True, slots=True, eq=False)
class Partitions:
    """Every topic partition once: P rows, ordered by topic and index.

    topics: T names; topic_ids: T ids as hex, "" where unknown (KIP-516); internal: T flags.
    topic (int32[P]): row in `topics`; index (int32[P]): the partition's number;
    leader (int32[P]): node id or NO_LEADER.
    log_start, log_end, last_stable (int64[P]): offsets or UNKNOWN.
    read_at (float64[P]): when the leader gave `log_end`, seconds; NaN if it never did.
    gap (int32[P]): why an offset is unknown or old; `deleted`: only commits still name it.
    """

    topics: tuple[str, ...]
    topic_ids: tuple[str, ...]
    internal: tuple[bool, ...]
    topic: Codes
    index: Codes
    leader: Codes
    log_start: Ints
    log_end: Ints
    last_stable: Ints
    read_at: Floats
    gap: Codes


@dataclass(frozen=True, slots=True, eq=False)
class Commits:
    """Every partition that a group has committed or owns: N rows, ordered by group, then partition.

    group (int32[N]): row in `Snapshot.groups`; partition (int32[N]): row in `Partitions`.
    committed (int64[N]): offset, NO_COMMIT or UNKNOWN; member (int32[N]): row in
    `Snapshot.members` or NOBODY; gap (int32[N]).
    read_at (float64[N]): when the coordinator gave `committed`, seconds; NaN if it never did.
    While nothing comes or goes, `group` and `partition` are the same objects from poll to poll.
    """

    group: Codes
    partition: Codes
    committed: Ints
    member: Codes
    gap: Codes
    read_at: Floats


@dataclass(frozen=True, slots=True, eq=False)
class Replicas:
    """Every replica of every partition that has any: R rows, ordered by partition.

    partition (int32[R]): row in `Partitions`; node (int32[R]): where it lies; in_sync (bool[R]):
    whether it has all that is committed; preferred (bool[R]): whether it is the one to lead.
    """

    partition: Codes
    node: Codes
    in_sync: NDArray[np.bool_]
    preferred: NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class PollCost:
    """What one poll cost; polls come `every_s`, and `why_slow` says why that is not as asked."""

    wall_s: float = 0.0
    cpu_s: float = 0.0
    requests: int = 0
    bytes_in: int = 0
    every_s: float = 0.0
    why_slow: str = ""


@dataclass(frozen=True, slots=True)
class TimeQuestion:
    """Which is a partition's first record that is not older than `time_ms` since the epoch?"""

    topic: str
    partition: int
    time_ms: int


@dataclass(frozen=True, slots=True)
class TimeAnswer:
    """A broker's answer: the record's offset and its own time, NO_RECORD for both if none."""

    question: TimeQuestion
    offset: int
    found_ms: int


@dataclass(frozen=True, slots=True, eq=False)
class Snapshot:
    """All that one poll learnt; `captured_at` is when it ended, seconds since the epoch.

    configs: topics, by name, whose settings are known; configs_refused: whose may not be read.
    replicas, bytes_each (int64[P]): None where not read. reassigning: partitions on the move.
    answers: of a recording, rounds of a search by time. readings: of metrics endpoints by target.
    failing: groups that peeked dead letters name, by topic. unread: groups that a first look left.
    """

    cluster: str
    captured_at: float
    controller: int
    brokers: tuple[Broker, ...]
    groups: tuple[Group, ...]
    members: tuple[Member, ...]
    partitions: Partitions
    commits: Commits
    gaps: tuple[Gap, ...] = (NO_GAP,)
    cost: PollCost = PollCost()
    configs: Mapping[str, TopicConfig] = field(default_factory=dict)
    configs_refused: frozenset[str] = frozenset()
    replicas: Replicas | None = None
    bytes_each: Ints | None = None
    quorum: Quorum | None = None
    reassigning: int = UNKNOWN
    answers: tuple[tuple[TimeAnswer, ...], ...] = ()
    readings: Mapping[str, Readings] = field(default_factory=dict)
    quotas: Quotas = UNASKED
    failing: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    unread: int = 0


class Step(NamedTuple):
    """A part of a poll: what is asked for, and of how many so far."""

    what: str
    done: int
    total: int


@dataclass(frozen=True, slots=True)
class Progress:
    """How far the first poll is; its steps in their order."""

    steps: tuple[Step, ...]


@dataclass(frozen=True, slots=True)
class Failure:
    """A poll that learnt nothing: why, what to do, and when the next one comes."""

    at: float
    what: str
    hint: str
    retry_in_s: float
