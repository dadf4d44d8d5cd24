"""The last few records of a topic: fetched from its leaders, as no group's member, and not much.

A fetch by partition and offset leaves no trace on the cluster: nothing is joined or committed.
"""

from __future__ import annotations

import asyncio
import struct
import zlib
from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Any

import cramjam
from aiokafka.errors import CorruptRecordException, KafkaError
from aiokafka.record.memory_records import MemoryRecords

from lagtop.protocol.codes import TOPIC_AUTHORIZATION_FAILED
from lagtop.protocol.messages import FetchRequest, FetchResponse
from lagtop.records import Peek, Record
from lagtop.snapshot import NO_GAP, NO_LEADER, Gap
from lagtop.wire.gaps import OFFLINE, gap_for
from lagtop.wire.link import Link, NodeId
from lagtop.wire.offsets import READ_UNCOMMITTED, Tail
from lagtop.wire.question import LinkError, Question, read

VERSIONS = (4, 12)
"""From version 13 on topics have ids instead of names."""

RECORDS = 20
RECORDS_A_PARTITION = 10
MOST_PARTITIONS = 16
PARTITION_BYTES = 65_536
"""A batch that is larger comes whole, but only one in an answer."""

ANSWER_BYTES = 524_288
# The decoder is C: what makes no sense to it can be nearly any error.
UNREADABLE = (
    KafkaError, cramjam.DecompressionError, zlib.error, struct.error, ValueError, LookupError,
    OSError, EOFError, OverflowError, SystemError,
)  # fmt: skip

Found = tuple[list[Record], Gap]


async def peek(link: Link, topic: str, tails: Sequence[Tail], *, values: bool) -> Peek:
    """Read the last records of a topic; of very many partitions those with the highest ends."""
    if not tails:
        return Peek(topic, gap=Gap("not_asked", "its offsets are not known yet"))
    full = sorted((one for one in tails if one.end > one.start), key=lambda one: -one.end)
    by_leader: dict[NodeId, list[Tail]] = {}
    for tail in full[:MOST_PARTITIONS]:
        by_leader.setdefault(tail.leader, []).append(tail)
    answers = await asyncio.gather(
        *(_peek_at(link, topic, leader, some) for leader, some in by_leader.items())
    )
    records = [record for found, _ in answers for record in found]
    records.sort(key=lambda one: (-one.written_ms, one.partition, -one.offset))
    shown = records[:RECORDS] if values else [replace(one, value=None) for one in records[:RECORDS]]
    gap = next((gap for _, gap in answers if gap != NO_GAP), NO_GAP)
    return Peek(topic, tuple(shown), gap)


async def _peek_at(link: Link, topic: str, leader: NodeId, tails: Sequence[Tail]) -> Found:
    if leader == NO_LEADER:
        return [], OFFLINE
    question = Question.of(_request(topic, tails), FetchResponse, VERSIONS)
    begins = {one.partition: _begin(one) for one in tails}

    def read_parts(response: Any) -> list[Found]:
        parts = [part for one in response.responses for part in one.partitions]
        return [read_part(topic, part, begins[part.partition_index]) for part in parts]

    try:
        found = read(FetchResponse, await link.ask(leader, question), read_parts)
    except LinkError as error:
        return [], error.gap
    gaps = [gap for _, gap in found if gap != NO_GAP]
    return [record for records, _ in found for record in records], gaps[0] if gaps else NO_GAP


def _begin(tail: Tail) -> int:
    return max(tail.start, tail.end - RECORDS_A_PARTITION)


def _request(topic: str, tails: Sequence[Tail]) -> FetchRequest:
    topic_class = FetchRequest.FetchTopic
    return FetchRequest(
        replica_id=-1,
        max_wait_ms=0,
        min_bytes=0,
        max_bytes=ANSWER_BYTES,
        isolation_level=READ_UNCOMMITTED,
        session_id=0,
        session_epoch=-1,
        topics=[
            topic_class(
                topic=topic,
                partitions=[
                    topic_class.FetchPartition(
                        partition=one.partition,
                        current_leader_epoch=-1,
                        fetch_offset=_begin(one),
                        last_fetched_epoch=-1,
                        log_start_offset=-1,
                        partition_max_bytes=PARTITION_BYTES,
                    )
                    for one in tails
                ],
            )
        ],
        forgotten_topics_data=[],
        rack_id="",
    )


def read_part(topic: str, part: Any, begin: int) -> Found:
    """A partition's records from an offset on, or why there are none."""
    if part.error_code == TOPIC_AUTHORIZATION_FAILED:
        return [], Gap("unauthorized", f"no READ on topic {topic}")
    if part.error_code:
        return [], gap_for(part.error_code, topic)
    try:
        records = list(_records(part.partition_index, bytes(part.records or b""), begin))
    except UNREADABLE as error:
        return [], Gap("error", f"partition {part.partition_index} cannot be read: {error}")
    return records[-RECORDS_A_PARTITION:], NO_GAP


def _records(partition: int, data: bytes, begin: int) -> Iterator[Record]:
    """The records from an offset on; a batch may begin before it, and a last one may be cut off."""
    batches = MemoryRecords(data)
    while batches.has_next():
        batch = batches.next_batch()
        if batch is None or getattr(batch, "is_control_batch", False):
            continue
        if not batch.validate_crc():
            raise CorruptRecordException("its checksum is wrong")
        for record in batch:
            if record.offset >= begin:
                yield _record(partition, record)


def _record(partition: int, record: Any) -> Record:
    return Record(
        partition=partition,
        offset=record.offset,
        written_ms=record.timestamp if record.timestamp is not None else -1,
        headers=tuple((name, value) for name, value in record.headers),
        key=record.key,
        value_bytes=-1 if record.value is None else len(record.value),
        value=record.value,
    )
