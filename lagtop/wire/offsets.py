"""Offsets: what groups have committed, and where logs start, end and are stable.

One OffsetFetch per coordinator for all its groups (KIP-709) and one ListOffsets per leader, in
chunks. Brokers older than the columnar versions are asked and read by kafka-python's messages.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

import numpy as np

from lagtop.protocol.messages import (
    ListOffsetsRequest,
    ListOffsetsResponse,
    OffsetFetchRequest,
    OffsetFetchResponse,
)
from lagtop.snapshot import Codes, Gap, Ints
from lagtop.wire.columns import (
    LIST_OFFSETS_VERSIONS,
    OFFSET_FETCH_VERSIONS,
    Columns,
    read_list_offsets,
    write_list_offsets,
    write_offset_fetch,
)
from lagtop.wire.cursor import MalformedError
from lagtop.wire.link import Link, NodeId
from lagtop.wire.question import (
    Answer,
    LinkError,
    Question,
    UnsupportedError,
    partition,
    read,
    text,
)

LATEST = -1
EARLIEST = -2
READ_UNCOMMITTED = 0
READ_COMMITTED = 1
OLD_OFFSET_FETCH_VERSIONS = (2, 7)
OLD_LIST_OFFSETS_VERSIONS = (1, 5)

Asked = Sequence[tuple[str, Codes]]
"""Topics with the indexes of their partitions, int32."""
Row = tuple[int, int, int, int]
"""Partition, offset, error code, time: as an answer of the general decoder has them."""


class Tail(NamedTuple):
    """A partition's leader and number, and where its log starts and ends."""

    leader: NodeId
    partition: int
    start: int
    end: int


async def ask_committed(
    link: Link, node_id: NodeId, groups: Sequence[str], interpret: Callable[[bytes], Columns]
) -> tuple[Columns, float]:
    """Ask a coordinator for all offsets of its groups; gives them and when they came, seconds.

    `interpret` reads an answer of the columnar versions.
    """
    question = Question(
        OffsetFetchRequest,
        OffsetFetchResponse,
        lambda version: write_offset_fetch(groups, version),
        OFFSET_FETCH_VERSIONS,
    )
    try:
        answer = await link.ask(node_id, question)
    except UnsupportedError:
        return await _ask_committed_singly(link, node_id, groups)
    try:
        return interpret(answer.body), answer.at
    except MalformedError as error:
        raise _unreadable("OffsetFetch", error) from error


async def ask_offsets(
    link: Link, node_id: NodeId, asked: Asked, timestamp: int | Ints, isolation: int
) -> tuple[Columns, float]:
    """Ask a leader for an offset of each partition: LATEST, EARLIEST, or of a time in ms."""
    question = Question(
        ListOffsetsRequest,
        ListOffsetsResponse,
        lambda _: write_list_offsets(asked, timestamp, isolation),
        LIST_OFFSETS_VERSIONS,
    )
    try:
        answer = await link.ask(node_id, question)
    except UnsupportedError:
        return await _ask_offsets_generally(link, node_id, asked, timestamp, isolation)
    try:
        return read_list_offsets(answer.body), answer.at
    except MalformedError as error:
        raise _unreadable("ListOffsets", error) from error


async def _ask_committed_singly(
    link: Link, node_id: NodeId, groups: Sequence[str]
) -> tuple[Columns, float]:
    """Ask group by group, as brokers before Kafka 3.0 want it."""
    topics: list[tuple[str, str, list[Row]]] = []
    errors: dict[str, int] = {}
    answer: Answer | None = None
    for group in groups:
        message = OffsetFetchRequest(group_id=group, topics=None, require_stable=False)
        question = Question.of(message, OffsetFetchResponse, OLD_OFFSET_FETCH_VERSIONS)
        answer = await link.ask(node_id, question)
        errors[group], found = read(OffsetFetchResponse, answer, _read_commits)
        topics += [(group, name, part) for name, part in found]
    rows = [row for _, _, part in topics for row in part]
    spans = [(group, name, len(part)) for group, name, part in topics]
    return _columns(spans, rows, errors), answer.at if answer else 0.0


def _read_commits(response: Any) -> tuple[int, list[tuple[str, list[Row]]]]:
    found = [
        (
            text(topic.name),
            [
                (partition(part.partition_index), part.committed_offset, part.error_code, -1)
                for part in topic.partitions
            ],
        )
        for topic in response.topics
    ]
    return response.error_code, found


async def _ask_offsets_generally(
    link: Link, node_id: NodeId, asked: Asked, timestamp: int | Ints, isolation: int
) -> tuple[Columns, float]:
    topic_class = ListOffsetsRequest.ListOffsetsTopic
    part_class = topic_class.ListOffsetsPartition
    count = sum(len(indexes) for _, indexes in asked)
    times = iter(np.broadcast_to(timestamp, count).tolist())
    message = ListOffsetsRequest(
        replica_id=-1,
        isolation_level=isolation,
        topics=[
            topic_class(
                name=name,
                partitions=[
                    part_class(
                        partition_index=index, current_leader_epoch=-1, timestamp=next(times)
                    )
                    for index in indexes.tolist()
                ],
            )
            for name, indexes in asked
        ],
    )
    question = Question.of(message, ListOffsetsResponse, OLD_LIST_OFFSETS_VERSIONS)
    answer = await link.ask(node_id, question)
    return read(ListOffsetsResponse, answer, _read_ends), answer.at


def _read_ends(response: Any) -> Columns:
    rows = [
        (partition(part.partition_index), part.offset, part.error_code, part.timestamp)
        for topic in response.topics
        for part in topic.partitions
    ]
    spans = [("", text(topic.name), len(topic.partitions)) for topic in response.topics]
    return _columns(spans, rows, {})


def _columns(
    spans: list[tuple[str, str, int]], rows: list[Row], errors: dict[str, int]
) -> Columns:
    table = np.array(rows, np.int64).reshape(-1, 4)
    return Columns(
        tuple(owner for owner, _, _ in spans),
        tuple(topic for _, topic, _ in spans),
        np.array([count for _, _, count in spans], np.int64),
        table[:, 0].astype(np.int32),
        table[:, 1].copy(),
        table[:, 2].astype(np.int32),
        table[:, 3].copy(),
        errors,
    )


def _unreadable(name: str, error: MalformedError) -> LinkError:
    return LinkError(Gap("error", f"the broker's answer to {name} cannot be read: {error}"))
