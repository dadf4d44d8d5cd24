"""The last few records of a topic: newest first, few, and each fault a reason."""

from __future__ import annotations

import pytest
from aiokafka.record.default_records import DefaultRecordBatchBuilder
from hypothesis import given
from hypothesis import strategies as st

from lagtop.demo.cluster import DemoCluster
from lagtop.protocol.messages import ApiKey, FetchResponse
from lagtop.snapshot import NO_GAP
from lagtop.wire import peek as peeking
from lagtop.wire.poller import Poller
from tests.wire.truth import poll

TOPIC = "emails"
"""Four partitions, led by three brokers."""


def batch() -> bytes:
    """Five records in one batch, as a broker sends them."""
    builder = DefaultRecordBatchBuilder(2, 0, 0, -1, -1, -1, 100_000)
    for offset in range(5):
        builder.append(offset, 1_000, b"key", b"value", headers=[("h", b"x")])
    return bytes(builder.build())


BATCH = batch()


async def test_the_newest_records_of_all_partitions_come_first(
    cluster: DemoCluster, poller: Poller
) -> None:
    await poll(poller)

    peek = await poller.peek(TOPIC, values=True)

    assert peek.gap == NO_GAP
    assert len(peek.records) == peeking.RECORDS
    times = [record.written_ms for record in peek.records]
    assert times == sorted(times, reverse=True)
    ends = cluster.world.ends()[cluster.world.logs.by_name[TOPIC].rows]
    assert all(record.offset < ends[record.partition] for record in peek.records)
    assert all(len(record.value or b"") == record.value_bytes > 0 for record in peek.records)


async def test_values_come_only_if_they_are_wanted(poller: Poller) -> None:
    await poll(poller)

    peek = await poller.peek(TOPIC, values=False)

    assert {record.value for record in peek.records} == {None}


async def test_before_the_first_poll_there_is_nothing_to_ask_for(poller: Poller) -> None:
    assert (await poller.peek(TOPIC, values=False)).gap.code == "not_asked"


@pytest.mark.parametrize(
    ("code", "reason"), [(29, "no READ on topic emails"), (6, "the broker says not leader")]
)
async def test_an_error_of_one_partition_is_told_beside_the_others(
    cluster: DemoCluster, poller: Poller, code: int, reason: str
) -> None:
    await poll(poller)
    cluster.error(ApiKey.Fetch, code, topic=TOPIC, partition=1)

    peek = await poller.peek(TOPIC, values=False)

    assert peek.gap.reason.startswith(reason)
    assert {record.partition for record in peek.records} == {0, 2, 3}


async def test_a_silent_broker_is_told_beside_the_others(
    cluster: DemoCluster, poller: Poller
) -> None:
    await poll(poller)
    cluster.silence(2)

    peek = await poller.peek(TOPIC, values=False)

    assert peek.gap.code == "timeout"
    assert peek.records


@given(st.lists(st.tuples(st.integers(0, 10_000), st.integers(0, 255)), max_size=5), st.booleans())
def test_a_broken_batch_is_a_reason_and_never_a_crash(
    changes: list[tuple[int, int]], cut: bool
) -> None:
    data = bytearray(BATCH)
    for place, byte in changes:
        data[place % len(data)] = byte
    part = FetchResponse.FetchableTopicResponse.PartitionData(
        partition_index=0, error_code=0, records=bytes(data[: len(data) // 2 if cut else None])
    )

    records, gap = peeking.read_part(TOPIC, part, 0)

    if data != BATCH:
        assert gap.code == "error" or len(records) in (0, 5)
    elif not cut:
        assert (len(records), gap) == (5, NO_GAP)
