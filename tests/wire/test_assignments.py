"""What a classic member owns is read as kafka-python does, whatever bytes it sends."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from lagtop.protocol.messages import ConsumerProtocolAssignment
from lagtop.wire.groups import Owned, read_assignment

NUMBERS = st.lists(st.integers(0, 2**31 - 1), max_size=20)
OWNED = st.dictionaries(st.text(min_size=1, max_size=30), NUMBERS, max_size=5)


def encoded(owned: dict[str, list[int]], user_data: bytes | None = None) -> bytes:
    pieces = [
        ConsumerProtocolAssignment.TopicPartition(topic=topic, partitions=numbers)
        for topic, numbers in owned.items()
    ]
    message = ConsumerProtocolAssignment(assigned_partitions=pieces, user_data=user_data)
    data: bytes = message.encode(version=1)
    return data


def lists(owned: Owned) -> dict[str, list[int]]:
    return {topic: numbers.tolist() for topic, numbers in owned.items()}


@given(OWNED, st.none() | st.binary(max_size=20))
def test_it_is_read_as_it_was_written(
    owned: dict[str, list[int]], user_data: bytes | None
) -> None:
    assert lists(read_assignment(encoded(owned, user_data))) == owned


@given(st.binary(max_size=200))
def test_bytes_of_any_other_kind_are_nothing_owned_or_something(data: bytes) -> None:
    assert all(min(numbers, default=0) >= 0 for numbers in read_assignment(data).values())


@given(OWNED.filter(bool), st.data())
def test_an_assignment_that_is_cut_off_owns_nothing(
    owned: dict[str, list[int]], data: st.DataObject
) -> None:
    whole = encoded(owned)[:-4]  # without the length of its user data
    cut = data.draw(st.integers(0, len(whole) - 1))

    assert read_assignment(whole[:cut]) == {}


def test_a_partition_below_zero_owns_nothing() -> None:
    assert read_assignment(encoded({"orders": [0, -1]})) == {}
