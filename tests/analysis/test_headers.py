"""What headers of dead letters say: Spring's, Connect's, people's; and records that go round."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lagtop.analysis.headers import (
    Told,
    failing_groups,
    number,
    readable,
    suspicions,
    told_by,
)
from lagtop.records import Peek, Record

Headers = dict[str, bytes | None]


def record(headers: Headers, key: bytes | None = b"k", offset: int = 0) -> Record:
    """A record with these headers."""
    return Record(0, offset, 1, tuple(headers.items()), key, 3)


SPRING: Headers = {
    "kafka_dlt-original-topic": b"orders",
    "kafka_dlt-original-partition": (3).to_bytes(4, "big"),
    "kafka_dlt-original-offset": (412).to_bytes(8, "big"),
    "kafka_dlt-original-consumer-group": b"billing",
    "kafka_dlt-exception-fqcn": b"o.s.k.ListenerExecutionFailedException",
    "kafka_dlt-exception-cause-fqcn": b"java.lang.IllegalStateException",
    "kafka_dlt-exception-message": b"no such customer",
    "retry_topic-attempts": (4).to_bytes(4, "big"),
}
CONNECT: Headers = {
    "__connect.errors.topic": b"orders",
    "__connect.errors.partition": b"2",
    "__connect.errors.offset": b"17",
    "__connect.errors.exception.class.name": b"org.apache.kafka.connect.errors.DataException",
    "__connect.errors.exception.message": b"Unknown magic byte!",
}
BY_HAND: Headers = {"retry_count": b"2", "error": b"timeout", "correlation_id": b"c-1"}


@pytest.mark.parametrize(
    ("headers", "told"),
    [
        (
            SPRING,
            Told(4, "java.lang.IllegalStateException", "no such customer", "orders-3 at 412",
                 "billing", ""),
        ),
        (
            CONNECT,
            Told(None, "org.apache.kafka.connect.errors.DataException", "Unknown magic byte!",
                 "orders-2 at 17", "", ""),
        ),
        (BY_HAND, Told(2, "timeout", "", "", "", "c-1")),
        ({}, Told(None, "", "", "", "", "")),
        ({"retry_count": None}, Told(None, "", "", "", "", "")),
    ],
    ids=["spring", "connect", "by hand", "none", "null"],
)  # fmt: skip
def test_headers_tell_of_the_failure(headers: Headers, told: Told) -> None:
    assert told_by(record(headers)) == told


@pytest.mark.parametrize(
    ("value", "expected"),
    [(b"12", 12), (b"\0\0\0\x05", 5), (b"\0" * 7 + b"\x09", 9), (b"often", None), (b"", None)],
)
def test_a_number_is_text_or_big_endian(value: bytes, expected: int | None) -> None:
    assert number(value) == expected


@given(st.text(max_size=20), st.none() | st.binary(max_size=64))
def test_any_header_can_be_shown(name: str, value: bytes | None) -> None:
    assert isinstance(readable(name, value), str)
    assert isinstance(told_by(record({name: value})), Told)


def test_a_record_that_comes_again_and_again_goes_round() -> None:
    tries = [record(BY_HAND | {"retry_count": str(n).encode()}, offset=n) for n in (3, 4, 5)]

    (sentence,) = suspicions([*tries, record({"correlation_id": b"c-2"})])

    assert "3 of the last 4 are the same (c-1, attempts 3, 4, 5)" in sentence


def test_a_record_that_was_tried_very_often_is_told() -> None:
    (sentence,) = suspicions([record({"retry_count": b"250"})])

    assert "tried 250 times" in sentence


def test_different_records_are_not_suspicious() -> None:
    other = SPRING | {"kafka_dlt-original-offset": (413).to_bytes(8, "big")}

    assert suspicions([record(SPRING), record(other), record({}), record({})]) == []
    assert suspicions([]) == []


def test_headers_name_the_groups_that_gave_records_up() -> None:
    other: Headers = {**SPRING, "kafka_dlt-original-consumer-group": b"audit"}
    both = Peek("orders-dlt", tuple(record(one, offset=n) for n, one in enumerate((SPRING, other))))

    known = failing_groups({"mails-dlt": ("post",)}, both)
    assert known == {"mails-dlt": ("post",), "orders-dlt": ("audit", "billing")}
    news = failing_groups(known, Peek("orders-dlt", (record(SPRING),)))
    assert news["orders-dlt"] == ("billing",)
    assert failing_groups(known, Peek("orders-dlt", (record(BY_HAND),))) == known
