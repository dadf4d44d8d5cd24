"""The groups: who reads what, how far they have read, and what they have committed."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from uuid import UUID

import numpy as np
from numpy.random import Generator
from numpy.typing import NDArray

from lagtop.demo.logs import RECORD_BYTES, Logs, TopicLog
from lagtop.demo.story import NEVER, Group
from lagtop.snapshot import CONSUMER, NO_COMMIT, Codes, Floats, Ints

CAPACITY_NOISE = 0.03
COMMIT_JITTER_S = 0.1
FAIR_ROUNDS = 3
REWIND_S = 30.0
REBALANCING = ("PreparingRebalance", "CompletingRebalance")


@dataclass(frozen=True, slots=True)
class MemberFacts:
    """A member as the coordinator names it; `row` is its place among all members."""

    row: int
    member_id: str
    client_id: str
    host: str


@dataclass(slots=True)
class ConsumerGroup:
    """A group; `rows` are its partitions among all rows, `metadata` what it commits with them.

    away: its consumers have been sent away, and may come back.
    """

    spec: Group
    members: list[MemberFacts]
    rows: Ints
    metadata: dict[int, str] = field(default_factory=dict)
    deleted: bool = False
    away: bool = False

    @property
    def protocol_type(self) -> str:
        """Kafka's word for what its members are; "" if it has never had one."""
        joined = self.spec.type == CONSUMER or (self.spec.joins and self.members)
        return CONSUMER if joined else ""

    def gone(self, t: float) -> bool:
        """Whether it has no members."""
        return self._idle(t) or not self.spec.joins

    def reads(self, t: float) -> bool:
        """Whether its consumers read now."""
        return not self._idle(t) and (self.assigned(t) or not self.spec.joins)

    def _idle(self, t: float) -> bool:
        return self.deleted or self.away or t >= self.spec.gone_at_s or not self.members

    def rebalancing(self, t: float) -> bool:
        """Whether a rebalance is under way."""
        return self.spec.rebalance is not None and self.spec.rebalance.on(t)

    def state(self, t: float) -> str:
        """Kafka's word for what the group is doing."""
        rhythm = self.spec.rebalance
        if self.gone(t):
            return "Empty"
        if rhythm is None or not rhythm.on(t):
            return "Stable"
        if self.spec.type == CONSUMER:
            return "Reconciling"
        return REBALANCING[rhythm.elapsed_s(t) > rhythm.lasts_s / 2]

    def assigned(self, t: float) -> bool:
        """Whether members own partitions now: an eager rebalance takes them all away."""
        return not self.gone(t) and self.state(t) not in REBALANCING


class Consumers:
    """Reads and commits for N rows, one per group and partition it reads.

    partition, member (int64[N]): rows among all partitions and members; position (float64[N]):
    how far it is read; committed (int64[N]): how much of that is committed, or NO_COMMIT.
    A member shares its capacity evenly among its partitions that have something to read.
    commit_records (by group): how many offsets were committed in the last step.
    """

    def __init__(self, rng: Generator) -> None:
        self._rng = rng
        self.by_name: dict[str, ConsumerGroup] = {}
        self._every: list[ConsumerGroup] = []
        self._group_of = np.empty(0, np.int64)
        self.partition, self.member = np.empty(0, np.int64), np.empty(0, np.int64)
        self.position: Floats = np.empty(0)
        self.committed = np.empty(0, np.int64)
        self._read_committed, self._exists = np.empty(0, np.bool_), np.empty(0, np.bool_)
        self._next_commit, self._spacing = np.empty(0), np.empty(0)
        self._each = np.empty(0, np.bool_)
        self.commit_records: dict[str, int] = {}

    def add(self, spec: Group, logs: Logs, t: float) -> ConsumerGroup:
        """Create a group whose members have read everything written so far."""
        partitions = _rows_of([logs.by_name[name] for name in spec.topics])
        first_member, first_row = self._group_of.size, self.partition.size
        members = [self._introduce(spec, number) for number in range(spec.members)]
        rows = np.arange(first_row, first_row + partitions.size)
        group = ConsumerGroup(spec, members, rows)
        self.by_name[spec.name] = group
        self._group_of = np.append(self._group_of, np.full(spec.members, len(self._every)))
        self._every.append(group)
        read = logs.ends[partitions]
        owners = first_member + assign(spec.assignor, partitions.size, spec.members)
        self.partition = np.append(self.partition, partitions)
        self.member = np.append(self.member, owners)
        self.position = np.append(self.position, read)
        self.committed = np.append(self.committed, read if spec.commits else read * 0 + NO_COMMIT)
        careful = np.full(rows.size, spec.read_committed)
        self._read_committed = np.append(self._read_committed, careful)
        self._exists = np.append(self._exists, np.full(rows.size, True))
        self._each = np.append(self._each, np.full(rows.size, spec.commits_each))
        phases = self._rng.uniform(0, spec.commit_every_s, spec.members)
        begins = t if spec.commits else NEVER
        self._next_commit = np.append(self._next_commit, begins + phases)
        self._spacing = np.append(self._spacing, np.full(spec.members, spec.commit_every_s))
        if spec.metadata:
            group.metadata = dict.fromkeys(rows[::2].tolist(), spec.metadata)
        return group

    def step(self, t: float, seconds: float, logs: Logs, leaders: Codes) -> None:
        """Read for `seconds` until `t`, then commit where it is time to.

        leaders (int32[P]): each partition's broker, negative where it has none.
        """
        active, leader = self._active(t), leaders[self.partition]
        reading = (active[self.member] > 0) & (leader >= 0) & self._exists
        self._reset(reading, logs)
        self._mishaps(t, seconds, reading)
        noise = 1 + CAPACITY_NOISE * self._rng.standard_normal(active.size)
        budget = active * np.maximum(noise, 0.0) * seconds
        room = np.where(reading, self._readable(logs) - self.position, 0.0)
        room = self._let_through(np.maximum(room, 0.0), leader, seconds)
        self.position += share_fairly(room, self.member, budget)
        self._commit(t, active > 0)

    def _let_through(self, room: Floats, leader: Codes, seconds: float) -> Floats:
        """As much of `room` as quotas allow: one for each member's client id, at each broker."""
        quotas = np.array([group.spec.fetch_bytes_per_s for group in self._every], np.float64)
        limited = np.isfinite(quotas)
        if not limited.any():
            return room
        quotas[limited] *= seconds / RECORD_BYTES
        brokers = int(leader.max()) + 2
        budget = np.repeat(quotas[self._group_of], brokers)
        return share_fairly(room, self.member * brokers + leader + 1, budget)

    def _mishaps(self, t: float, seconds: float, reading: NDArray[np.bool_]) -> None:
        """Partitions that stand still for a record that fails, and groups that go back."""
        for group in self.by_name.values():
            spec = group.spec
            if t >= spec.poisoned_at_s:
                reading[group.rows[0]] = False
            every_s = spec.rewinds_every_s
            if every_s < NEVER and t // every_s != (t - seconds) // every_s:
                self._rewind(group.rows, spec.capacity_per_s * REWIND_S / group.rows.size)

    def _rewind(self, rows: Ints, messages: float) -> None:
        self.position[rows] = np.maximum(self.position[rows] - messages, 0.0)
        self.committed[rows] = np.minimum(self.committed[rows], self.position[rows])

    def remove(self, name: str) -> None:
        """Delete a group; its rows stay, read no more."""
        self.by_name.pop(name).deleted = True

    def send_away(self, name: str) -> None:
        """A group's consumers leave it."""
        self.by_name[name].away = True

    def call_back(self, name: str) -> None:
        """They read on, as other members than before."""
        group = self.by_name[name]
        group.away = False
        group.members = [
            replace(one, member_id=f"{one.client_id}-{UUID(bytes=self._rng.bytes(16))}")
            for one in group.members
        ]

    def row(self, group: str, partition: int) -> int:
        """The row of one group and partition; KeyError if the group does not read it."""
        rows = self.by_name[group].rows
        found = rows[self.partition[rows] == partition]
        if not found.size:
            raise KeyError(f"{group} does not read partition row {partition}")
        return int(found[0])

    def abandon(self, partitions: slice, keep_commits: bool) -> None:
        """Stop reading partitions that are deleted."""
        gone = self._reads(partitions)
        self._exists[gone] = False
        if not keep_commits:
            self.committed[gone] = NO_COMMIT

    def follow(self, partitions: slice, first: int) -> None:
        """Read the partitions from row `first` on in the place of those deleted."""
        moved = self._reads(partitions)
        self.partition[moved] += first - partitions.start

    def _reads(self, partitions: slice) -> NDArray[np.bool_]:
        start, stop = partitions.start, partitions.stop
        return np.asarray((self.partition >= start) & (self.partition < stop), np.bool_)

    def _active(self, t: float) -> Floats:
        capacities = np.array([_capacity(group, t) for group in self._every], np.float64)
        active = capacities[self._group_of]
        for group in self.by_name.values():
            if group.members:
                active[group.members[0].row] *= group.spec.sick_share
            if group.rebalancing(t):
                active[group.members[0].row] = 0.0  # the one that hands its partitions over
        return np.asarray(active)

    def _readable(self, logs: Logs) -> Ints:
        ends, stable = logs.ends[self.partition], logs.stable(logs.ends)[self.partition]
        return np.where(self._read_committed, stable, ends)

    def _reset(self, reading: NDArray[np.bool_], logs: Logs) -> None:
        starts, ends = logs.starts[self.partition], logs.ends[self.partition]
        out_of_range = reading & ((self.position < starts) | (self.position > ends))
        self.position = np.where(out_of_range, starts, self.position)

    def _commit(self, t: float, active: NDArray[np.bool_]) -> None:
        due = active & (t >= self._next_commit)
        jitter = self._rng.uniform(-COMMIT_JITTER_S, COMMIT_JITTER_S, due.size)
        following = np.maximum(self._next_commit + self._spacing + jitter, t)
        self._next_commit = np.where(due, following, self._next_commit)
        done = (due[self.member] | self._each) & self._exists
        committed = np.where(done, self.position.astype(np.int64), self.committed)
        records = np.where(self._each, committed - self.committed, done)
        self.commit_records = {
            name: int(records[group.rows].sum()) for name, group in self.by_name.items()
        }
        self.committed = committed

    def _introduce(self, spec: Group, number: int) -> MemberFacts:
        client = f"{spec.client or spec.name}-{number + 1}"
        host = f"/10.{'.'.join(str(part) for part in self._rng.integers(1, 255, 3))}"
        member_id = f"{client}-{UUID(bytes=self._rng.bytes(16))}"
        return MemberFacts(self._group_of.size + number, member_id, client, host)


def assign(assignor: str, partitions: int, members: int) -> Ints:
    """Which member owns each partition: blocks for range, dealt out in turn by all others."""
    numbers = np.arange(partitions)
    if assignor == "range":
        return np.asarray(numbers * members // max(partitions, 1))
    return np.asarray(numbers % members)


def share_fairly(room: Floats, member: Ints, budget: Floats) -> Floats:
    """How much is read from each partition: max-min fair within each member's budget."""
    taken, left = np.zeros_like(room), budget.copy()
    for _ in range(FAIR_ROUNDS):
        wanting = room > taken
        claims = np.bincount(member[wanting], minlength=left.size)
        slice_each = (left / np.maximum(claims, 1))[member]
        more = np.where(wanting, np.minimum(room - taken, slice_each), 0.0)
        taken += more
        left = np.maximum(left - np.bincount(member, more, minlength=left.size), 0.0)
    return taken


def _capacity(group: ConsumerGroup, t: float) -> float:
    idle = t >= group.spec.stalled_at_s or not group.reads(t)
    return 0.0 if idle else group.spec.capacity_per_s


def _rows_of(logs: list[TopicLog]) -> Ints:
    rows = [np.arange(log.rows.start, log.rows.stop) for log in logs]
    return np.concatenate(rows) if rows else np.empty(0, np.int64)
