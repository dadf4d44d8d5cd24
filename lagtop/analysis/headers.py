"""What the headers of a dead letter say, and whether records go round in retries.

Header names are those of Spring Kafka's dead letter and retry topics (KafkaHeaders,
RetryTopicHeaders), of Kafka Connect (KIP-298), and of what people write by hand.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from lagtop.records import Peek, Record

CONNECT = "__connect.errors."
ATTEMPTS = (
    "retry_topic-attempts", "kafka_deliveryAttempt", "retry_count", "retry-count", "x-retry-count",
    "retryCount", "retries", "attempts", "attempt",
)  # fmt: skip
EXCEPTION = (
    "kafka_dlt-exception-cause-fqcn", "kafka_dlt-exception-fqcn", "kafka_exception-cause-fqcn",
    "kafka_exception-fqcn", f"{CONNECT}exception.class.name", "exception", "error",
)  # fmt: skip
MESSAGE = (
    "kafka_dlt-exception-message", "kafka_exception-message", f"{CONNECT}exception.message",
    "error_message", "error-message", "reason",
)  # fmt: skip
TOPIC = (
    "kafka_dlt-original-topic", "kafka_original-topic", f"{CONNECT}topic", "original_topic",
    "original-topic",
)  # fmt: skip
PARTITION = (
    "kafka_dlt-original-partition", "kafka_original-partition", f"{CONNECT}partition",
    "original_partition", "original-partition",
)  # fmt: skip
OFFSET = (
    "kafka_dlt-original-offset", "kafka_original-offset", f"{CONNECT}offset", "original_offset",
    "original-offset",
)  # fmt: skip
GROUP = ("kafka_dlt-original-consumer-group", "kafka_original-consumer-group")
CORRELATION = (
    "kafka_correlationId", "correlation_id", "correlation-id", "correlationId", "x-correlation-id",
)  # fmt: skip
NUMBERS = frozenset(name.lower() for name in (*ATTEMPTS, *PARTITION, *OFFSET))
TOO_OFTEN = 10
"""Retries are to be limited: a record that was tried more often is likely never to succeed."""


Groups = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Told:
    """What a record's headers say of its failure; empty or None where they do not."""

    attempts: int | None
    exception: str
    message: str
    origin: str
    group: str
    correlation: str


def told_by(record: Record) -> Told:
    """Read the headers that are known."""
    headers = {name.lower(): value for name, value in record.headers if value is not None}
    topic, part, offset = (_text(headers, names) for names in (TOPIC, PARTITION, OFFSET))
    origin = "-".join(filter(None, (topic, part))) + (f" at {offset}" if offset else "")
    return Told(
        attempts=next((n for n in map(number, _values(headers, ATTEMPTS)) if n is not None), None),
        exception=_text(headers, EXCEPTION),
        message=_text(headers, MESSAGE),
        origin=origin.strip(),
        group=_text(headers, GROUP),
        correlation=_text(headers, CORRELATION),
    )


def failing_groups(known: Mapping[str, Groups], peek: Peek) -> dict[str, Groups]:
    """By topic the groups that gave its records up, with what a peek at one of them tells."""
    named = {told.group for told in map(told_by, peek.records) if told.group}
    return {**known, peek.topic: tuple(sorted(named))} if named else dict(known)


def number(value: bytes) -> int | None:
    """A number written as text, or as Java's serializers write it: 4 or 8 bytes, big-endian."""
    if value.isdigit() and len(value) <= 20:
        return int(value)
    return int.from_bytes(value, "big", signed=True) if len(value) in (4, 8) else None


def readable(name: str, value: bytes | None) -> str:
    """A header's value for people: its number, its text, or the first of its bytes."""
    if value is None:
        return ""
    found = number(value) if name.lower() in NUMBERS or b"\0" in value else None
    if found is not None:
        return str(found)
    try:
        return value.decode()
    except UnicodeDecodeError:
        more = " ..." if len(value) > 16 else ""
        return f"0x{value[:16].hex()}{more}"


def suspicions(records: Sequence[Record]) -> list[str]:
    """Sentences on records that seem to go round, or that were tried too often."""
    same: defaultdict[tuple[bytes | None, str], list[int | None]] = defaultdict(list)
    for record in records:
        told = told_by(record)
        identity = told.correlation or told.origin
        if identity:
            same[record.key, identity].append(told.attempts)
    found = [
        f"one record goes round: {len(attempts)} of the last {len(records)} are the same"
        f" ({identity}{_tries(attempts)}): limit its retries"
        for (_, identity), attempts in same.items()
        if len(attempts) > 1
    ]
    most = max((told_by(one).attempts or 0 for one in records), default=0)
    if most > TOO_OFTEN:
        found.append(f"a record was tried {most:,} times: limit retries, with back-off, then a DLQ")
    return found


def _tries(attempts: Iterable[int | None]) -> str:
    known = sorted({one for one in attempts if one is not None})
    return f", attempts {', '.join(map(str, known[:5]))}" if known else ""


def _values(headers: dict[str, bytes], names: Iterable[str]) -> list[bytes]:
    return [headers[name.lower()] for name in names if name.lower() in headers]


def _text(headers: dict[str, bytes], names: Iterable[str]) -> str:
    found = _values(headers, names)
    return readable(next(iter(names)), found[0]) if found else ""
