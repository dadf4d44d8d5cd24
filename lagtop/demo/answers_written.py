"""Answers to those who write: Produce, for the topics that the story leaves alone."""

from __future__ import annotations

from typing import Any

from aiokafka.record import MemoryRecords

from lagtop.demo.answers_offsets import leader_error
from lagtop.demo.ask import Ask
from lagtop.demo.written import Record
from lagtop.protocol.codes import TOPIC_AUTHORIZATION_FAILED
from lagtop.protocol.messages import ProduceResponse


def produce(ask: Ask) -> Any:
    """Append records to partitions that this broker leads."""
    return ProduceResponse(
        throttle_time_ms=0,
        responses=[
            ProduceResponse.TopicProduceResponse(
                name=topic.name,
                partition_responses=[
                    _partition(ask, topic.name, part) for part in topic.partition_data
                ],
            )
            for topic in ask.body.topic_data
        ],
    )


def _partition(ask: Ask, topic: str, wanted: Any) -> Any:
    log = ask.world.logs.by_name.get(topic)
    row = None if log is None else log.row(wanted.index)
    error = ask.error(topic=topic, partition=wanted.index) or leader_error(ask, row)
    if not error and not ask.world.written.accepts(topic):
        error = TOPIC_AUTHORIZATION_FAILED
    base = -1
    if not error and row is not None:
        base = int(ask.world.logs.ends[row])
        for record in _records(bytes(wanted.records)):
            ask.world.written.add(topic, row, record)
    return ProduceResponse.TopicProduceResponse.PartitionProduceResponse(
        index=wanted.index,
        error_code=error,
        base_offset=base,
        log_append_time_ms=-1,
        log_start_offset=0,
        record_errors=[],
        error_message=None,
    )


def _records(data: bytes) -> list[Record]:
    batches, found = MemoryRecords(data), []
    while batches.has_next():
        for record in batches.next_batch():
            headers = tuple((name, bytes(value)) for name, value in record.headers)
            found.append(
                Record(record.offset, record.timestamp, record.key, record.value, headers)
            )
    return found
