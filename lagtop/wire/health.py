"""What is asked about the cluster's own health: disks, the quorum, partitions on the move.

These questions are dear to brokers and matter little from second to second: each has a cadence of
its own and is asked beside the polls, so that no poll ever waits for it, and not before the first
numbers are there.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np

from lagtop.protocol.messages import (
    DescribeLogDirsRequest,
    DescribeLogDirsResponse,
    DescribeQuorumRequest,
    DescribeQuorumResponse,
    ListPartitionReassignmentsRequest,
    ListPartitionReassignmentsResponse,
)
from lagtop.quotas import UNASKED, Quotas
from lagtop.snapshot import (
    NO_GAP,
    UNKNOWN,
    Broker,
    Codes,
    Gap,
    Ints,
    LogDir,
    Quorum,
    Voter,
)
from lagtop.wire.gaps import gap_for
from lagtop.wire.layout import PartitionTable
from lagtop.wire.link import Link, NodeId
from lagtop.wire.question import LinkError, Question, partition, read, text
from lagtop.wire.quotas import ask_quotas

FIRST_AFTER_S = 5.0
DIRS_EVERY_S = 60.0
QUORUM_EVERY_S = 10.0
MOVES_EVERY_S = 30.0
QUOTAS_EVERY_S = 60.0
LOG_DIRS_VERSIONS = (1, 5)
QUORUM_VERSIONS = (0, 2)
MOVES_VERSIONS = (0, 0)
METADATA_LOG = "__cluster_metadata"
KINDS = ("quorum", "moves", "disks", "quotas")


@dataclass(frozen=True, slots=True, eq=False)
class Disks:
    """A broker's directories, and what partitions weigh there: spans of topics, bytes (int64)."""

    dirs: tuple[LogDir, ...] = ()
    gap: Gap = NO_GAP
    topics: tuple[str, ...] = ()
    counts: Ints = field(default_factory=lambda: np.zeros(0, np.int64))
    index: Codes = field(default_factory=lambda: np.zeros(0, np.int32))
    size: Ints = field(default_factory=lambda: np.zeros(0, np.int64))


class Health:
    """The last answers to these questions."""

    def __init__(self, link: Link) -> None:
        self.quorum: Quorum | None = None
        self.reassigning = UNKNOWN
        self.quotas: Quotas = UNASKED
        self._link = link
        self._disks: dict[NodeId, Disks] = {}
        self._bytes: tuple[object, Ints | None] = (None, None)
        self._due: dict[str, float] = {}
        self._asking: asyncio.Task[None] | None = None

    def refresh(self, now: float) -> None:
        """Begin to ask what is due, if nothing is being asked; returns at once."""
        if not self._due:
            self._due = dict.fromkeys(KINDS, now + FIRST_AFTER_S)
        if self._asking is None or self._asking.done():
            due = [kind for kind, at in self._due.items() if at <= now]
            if due:
                self._asking = asyncio.create_task(self._ask(due, now))

    async def ask(self, now: float) -> None:
        """Ask everything now, and wait for the answers."""
        await self._ask(KINDS, now)

    def close(self) -> None:
        """Ask no more."""
        if self._asking is not None:
            self._asking.cancel()

    def with_disks(self, brokers: Iterable[Broker]) -> tuple[Broker, ...]:
        """The brokers with their disks as last told."""
        return tuple(
            replace(one, dirs=self._disks[one.node_id].dirs, dirs_gap=self._disks[one.node_id].gap)
            if one.node_id in self._disks
            else one
            for one in brokers
        )

    def bytes_each(self, table: PartitionTable) -> Ints | None:
        """What each partition's leader holds (int64[P]), UNKNOWN or None where not told."""
        if not self._disks:
            return None
        key = (table, self._disks)
        if self._bytes[0] is None or not _same(self._bytes[0], key):
            self._bytes = (key, self._weigh(table))
        return self._bytes[1]

    def _weigh(self, table: PartitionTable) -> Ints:
        size = np.full(len(table.key), UNKNOWN, np.int64)
        for node, disks in self._disks.items():
            rows = table.rows(disks.topics, disks.counts, disks.index)
            led = rows >= 0
            led[led] = table.leader[rows[led]] == node
            size[rows[led]] = disks.size[led]
        return size

    async def _ask(self, due: Iterable[str], now: float) -> None:
        asked = {
            "quorum": (self._ask_quorum, QUORUM_EVERY_S),
            "moves": (self._ask_moves, MOVES_EVERY_S),
            "disks": (self._ask_disks, DIRS_EVERY_S),
            "quotas": (self._ask_quotas, QUOTAS_EVERY_S),
        }
        for kind in due:
            ask, every_s = asked[kind]
            self._due[kind] = now + every_s
            await ask()

    def controller(self, named: NodeId) -> NodeId:
        """Who leads the controllers; Metadata names any broker at all where there is a quorum."""
        quorum = self.quorum or Quorum()
        return named if quorum.gap.code == "unsupported" else quorum.leader

    async def _ask_quorum(self) -> None:
        try:
            self.quorum = await ask_quorum(self._link, self._anyone())
        except LinkError as error:
            self.quorum = replace(self.quorum or Quorum(), gap=error.gap)

    async def _ask_moves(self) -> None:
        try:
            self.reassigning = await ask_moves(self._link, self._anyone())
        except LinkError:
            self.reassigning = UNKNOWN

    async def _ask_quotas(self) -> None:
        try:
            self.quotas = await ask_quotas(self._link, self._anyone())
        except LinkError as error:
            self.quotas = Quotas(reason=error.gap.reason)

    async def _ask_disks(self) -> None:
        nodes = list(self._link.healthy)
        answers = await asyncio.gather(*(ask_disks(self._link, node) for node in nodes))
        known = {node: one for node, one in self._disks.items() if node in self._link.nodes}
        self._disks = {**known, **dict(zip(nodes, answers, strict=True))}

    def _anyone(self) -> NodeId:
        """A broker that answers; raises LinkError where none does."""
        for node in self._link.healthy:
            return node
        raise LinkError(Gap("unreachable", "no broker answers"))


def _same(one: Any, other: tuple[object, ...]) -> bool:
    return all(mine is theirs for mine, theirs in zip(one, other, strict=True))


async def ask_quorum(link: Link, node_id: NodeId) -> Quorum:
    """Ask any broker for the controllers of the cluster (KIP-595); raises LinkError."""
    topic = DescribeQuorumRequest.TopicData
    message = DescribeQuorumRequest(
        topics=[
            topic(topic_name=METADATA_LOG, partitions=[topic.PartitionData(partition_index=0)])
        ]
    )
    answer = await link.ask(node_id, Question.of(message, DescribeQuorumResponse, QUORUM_VERSIONS))
    return read(DescribeQuorumResponse, answer, _read_quorum)


def _read_quorum(response: Any) -> Quorum:
    parts = [part for one in response.topics for part in one.partitions]
    code = response.error_code or (parts[0].error_code if parts else 0)
    if code or not parts:
        return Quorum(gap=gap_for(code) if code else Gap("unsupported", "it has no quorum"))
    voters = tuple(
        Voter(one.replica_id, one.log_end_offset, getattr(one, "last_caught_up_timestamp", -1))
        for one in parts[0].current_voters
    )
    return Quorum(parts[0].leader_id, parts[0].leader_epoch, voters, NO_GAP)


async def ask_moves(link: Link, node_id: NodeId) -> int:
    """Ask how many partitions are being moved to other brokers (KIP-455); raises LinkError."""
    message = ListPartitionReassignmentsRequest(timeout_ms=5_000, topics=None)
    question = Question.of(message, ListPartitionReassignmentsResponse, MOVES_VERSIONS)
    answer = await link.ask(node_id, question)
    return read(ListPartitionReassignmentsResponse, answer, _read_moves)


def _read_moves(response: Any) -> int:
    if response.error_code:
        raise LinkError(gap_for(response.error_code))
    return sum(len(topic.partitions) for topic in response.topics)


async def ask_disks(link: Link, node_id: NodeId) -> Disks:
    """Ask a broker what its log directories hold; where it does not say, why."""
    question = Question.of(
        DescribeLogDirsRequest(topics=None), DescribeLogDirsResponse, LOG_DIRS_VERSIONS
    )
    try:
        answer = await link.ask(node_id, question)
        return read(DescribeLogDirsResponse, answer, _read_answer)
    except LinkError as error:
        return Disks(gap=error.gap)


def _read_answer(response: Any) -> Disks:
    code = getattr(response, "error_code", 0) or 0
    if code or not response.results:
        missing = Gap("unauthorized", "no DESCRIBE on the cluster")
        return Disks(gap=gap_for(code) if code else missing)
    return _read_disks(response.results)


def _read_disks(results: Iterable[Any]) -> Disks:
    results = list(results)
    topics = [topic for one in results for topic in one.topics]
    parts = [part for topic in topics for part in topic.partitions if not part.is_future_key]
    counts = [sum(not part.is_future_key for part in topic.partitions) for topic in topics]
    return Disks(
        dirs=tuple(_read_dir(one) for one in results),
        topics=tuple(text(topic.name) for topic in topics),
        counts=np.array(counts, np.int64),
        index=np.array([partition(part.partition_index) for part in parts], np.int32),
        size=np.array([part.partition_size for part in parts], np.int64),
    )


def _read_dir(one: Any) -> LogDir:
    parts = [part for topic in one.topics for part in topic.partitions]
    total, usable = getattr(one, "total_bytes", -1), getattr(one, "usable_bytes", -1)
    return LogDir(
        text(one.log_dir),
        UNKNOWN if one.error_code else sum(part.partition_size for part in parts),
        UNKNOWN if total is None or total < 0 else total,
        UNKNOWN if usable is None or usable < 0 else usable,
        gap_for(one.error_code),
    )
