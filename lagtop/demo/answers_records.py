"""Answers with records: written by clients, or made up, each the same whenever it is read."""

from __future__ import annotations

from typing import Any

from aiokafka.record.default_records import DefaultRecordBatchBuilder

from lagtop.demo.answers_offsets import leader_error
from lagtop.demo.ask import Ask
from lagtop.demo.written import Record
from lagtop.protocol.codes import OFFSET_OUT_OF_RANGE
from lagtop.protocol.messages import FetchResponse

RECORDS_AN_ANSWER = 50
MAGIC = 2
NO_COMPRESSION = 0
BATCH_BYTES = 1_000_000
FAILURES = (
    ("java.lang.IllegalArgumentException", "currency XXX is not known"),
    ("java.net.SocketTimeoutException", "Read timed out"),
    ("com.fasterxml.jackson.core.JsonParseException", "Unexpected end-of-input"),
)


def fetch(ask: Ask) -> Any:
    """The records of partitions from offsets on."""
    return FetchResponse(
        throttle_time_ms=0,
        error_code=0,
        session_id=0,
        responses=[
            FetchResponse.FetchableTopicResponse(
                topic=wanted.topic,
                partitions=[_partition(ask, wanted.topic, part) for part in wanted.partitions],
            )
            for wanted in ask.body.topics
        ],
    )


def _partition(ask: Ask, topic: str, wanted: Any) -> Any:
    log, index = ask.world.logs.by_name.get(topic), wanted.partition
    row = None if log is None else log.row(index)
    error = ask.error(topic=topic, partition=index) or leader_error(ask, row)
    start = end = 0
    if not error and row is not None:
        start, end = int(ask.world.logs.starts[row]), int(ask.world.ends()[row])
        error = 0 if start <= wanted.fetch_offset <= end else OFFSET_OUT_OF_RANGE
    records = b"" if error else _records(ask, topic, row or 0, wanted.fetch_offset, end)
    return FetchResponse.FetchableTopicResponse.PartitionData(
        partition_index=index,
        error_code=error,
        high_watermark=end,
        last_stable_offset=end,
        log_start_offset=start,
        aborted_transactions=None,
        preferred_read_replica=-1,
        records=records,
    )


def _records(ask: Ask, topic: str, row: int, first: int, end: int) -> bytes:
    if ask.world.written.has(row):
        return _batch(ask.world.written.since(row, first, RECORDS_AN_ANSWER))
    offsets = range(first, min(end, first + RECORDS_AN_ANSWER))
    return _batch([_made_up(ask, topic, row, offset) for offset in offsets])


def _made_up(ask: Ask, topic: str, row: int, offset: int) -> Record:
    return Record(
        offset,
        ask.milliseconds(ask.world.logs.history.time_of(row, offset)),
        key=f"customer-{offset * 31 % 997}".encode(),
        value=f'{{"order": {offset * 7919 % 100_000}, "of": "{topic}"}}'.encode(),
        headers=_headers(topic, row, offset),
    )


def _batch(records: list[Record]) -> bytes:
    if not records:
        return b""
    builder = DefaultRecordBatchBuilder(
        MAGIC, NO_COMPRESSION, 0, -1, -1, -1, BATCH_BYTES
    )
    for place, record in enumerate(records):
        builder.append(
            place, record.timestamp_ms, record.key, record.value, headers=list(record.headers)
        )
    batch = builder.build()
    return records[0].offset.to_bytes(8, "big") + bytes(batch[8:])


def _headers(topic: str, row: int, offset: int) -> tuple[tuple[str, bytes], ...]:
    exception, message = FAILURES[offset % len(FAILURES)]
    return (
        ("kafka_dlt-original-topic", topic.split(".")[0].encode()),
        ("kafka_dlt-original-partition", (row % 4).to_bytes(4, "big")),
        ("kafka_dlt-original-offset", (offset * 421).to_bytes(8, "big")),
        ("kafka_dlt-exception-fqcn", exception.encode()),
        ("kafka_dlt-exception-message", message.encode()),
        ("retry_topic-attempts", (3).to_bytes(4, "big")),
        ("correlation_id", f"c-{offset * 2_654_435_761 % 2**32:08x}".encode()),
    )
