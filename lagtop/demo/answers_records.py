"""Answers with records: made up as they are asked for, each the same whenever it is read."""

from __future__ import annotations

from typing import Any

from aiokafka.record.default_records import DefaultRecordBatchBuilder

from lagtop.demo.answers_offsets import leader_error
from lagtop.demo.ask import Ask
from lagtop.protocol.messages import FetchResponse

RECORDS_AN_ANSWER = 50
OFFSET_OUT_OF_RANGE = 1
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
    last = min(end, wanted.fetch_offset + RECORDS_AN_ANSWER)
    records = b"" if error else _batch(ask, topic, row or 0, range(wanted.fetch_offset, last))
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


def _batch(ask: Ask, topic: str, row: int, offsets: range) -> bytes:
    if not offsets:
        return b""
    builder = DefaultRecordBatchBuilder(
        MAGIC, NO_COMPRESSION, 0, -1, -1, -1, BATCH_BYTES
    )
    for place, offset in enumerate(offsets):
        at = ask.world.logs.history.time_of(row, offset)
        value = f'{{"order": {offset * 7919 % 100_000}, "of": "{topic}"}}'.encode()
        key = f"customer-{offset * 31 % 997}".encode()
        builder.append(
            place, ask.milliseconds(at), key, value, headers=_headers(topic, row, offset)
        )
    batch = builder.build()
    return offsets.start.to_bytes(8, "big") + bytes(batch[8:])


def _headers(topic: str, row: int, offset: int) -> list[tuple[str, bytes]]:
    exception, message = FAILURES[offset % len(FAILURES)]
    return [
        ("kafka_dlt-original-topic", topic.split(".")[0].encode()),
        ("kafka_dlt-original-partition", (row % 4).to_bytes(4, "big")),
        ("kafka_dlt-original-offset", (offset * 421).to_bytes(8, "big")),
        ("kafka_dlt-exception-fqcn", exception.encode()),
        ("kafka_dlt-exception-message", message.encode()),
        ("retry_topic-attempts", (3).to_bytes(4, "big")),
        ("correlation_id", f"c-{offset * 2_654_435_761 % 2**32:08x}".encode()),
    ]
