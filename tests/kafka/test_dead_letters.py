"""Dead letters on a real Kafka: found by name, counted, aged, and peeked at without a trace."""

from __future__ import annotations

import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest
from aiokafka import AIOKafkaProducer

from lagtop.analysis.headers import told_by
from lagtop.analysis.observer import Observer
from lagtop.live import search_times
from lagtop.records import Peek
from lagtop.settings import Settings, parse_bootstrap
from lagtop.snapshot import NO_GAP, Snapshot
from lagtop.wire.poller import Poller
from tests.kafka.kafka_tools import Kafka
from tests.kafka.traffic import commit, create_topic, names_on, produce, producer

HEADERS = [("kafka_dlt-exception-message", b"no such customer"), ("retry_count", b"3")]
AGE_S = 3_600


@asynccontextmanager
async def polling(bootstrap: str) -> AsyncIterator[Poller]:
    """A poller that is closed in the end."""
    poller = Poller(Settings(parse_bootstrap(bootstrap)))
    try:
        yield poller
    finally:
        await poller.close()


async def peeked(bootstrap: str, topic: str, *, values: bool) -> Peek:
    """The last records as lagtop reads them."""
    async with polling(bootstrap) as poller:
        assert isinstance(await poller.poll(), Snapshot)
        return await poller.peek(topic, values=values)


@pytest.mark.parametrize("codec", [None, "gzip", "lz4", "zstd", "snappy"])
async def test_the_last_records_are_peeked_at(kafka: Kafka, name: str, codec: str | None) -> None:
    topic = f"{name}-dlq".replace("[", "-").replace("]", "-")
    create_topic(kafka.bootstrap, topic, partitions=3)
    async with AIOKafkaProducer(
        bootstrap_servers=kafka.bootstrap, compression_type=codec
    ) as client:
        for number in range(30):
            value = b"v%d" % (number + 10)
            await client.send(topic, value, b"k", headers=HEADERS, partition=number % 2)
    before = names_on(kafka.bootstrap)

    bare, full = [await peeked(kafka.bootstrap, topic, values=values) for values in (False, True)]

    assert bare.gap == full.gap == NO_GAP
    assert [one.value for one in bare.records] == [None] * 20
    assert {one.value for one in full.records} == {b"v%d" % number for number in range(20, 40)}
    assert {one.value_bytes for one in bare.records} == {3}
    assert told_by(bare.records[0]).message == "no such customer"
    assert told_by(bare.records[0]).attempts == 3
    assert names_on(kafka.bootstrap) == before


async def test_dead_letters_are_counted_and_aged(kafka: Kafka, name: str) -> None:
    topic, source = f"{name}-dlq", name
    for one in (topic, source):
        create_topic(kafka.bootstrap, one)
    written_ms = round((time.time() - AGE_S) * 1000)
    with producer(kafka.bootstrap) as client:
        client.send(topic, b"old", timestamp_ms=written_ms, partition=0)
        client.flush(timeout=30)
    produce(kafka.bootstrap, topic, {0: 4})
    commit(kafka.bootstrap, name, topic, {0: 2})

    observer = Observer()
    async with polling(kafka.bootstrap) as poller:
        for _ in range(2):
            snapshot = await poller.poll()
            assert isinstance(snapshot, Snapshot)
            report = observer.observe(snapshot)
            await search_times(poller, observer, 1)

    (found,) = [one for one in report.dead_letters if one.topic == topic]
    assert (found.source, found.depth_messages, found.unread_messages) == (source, 5, 3)
    assert (found.readers, found.oldest_is_bound) == (1, False)
    assert found.oldest_s == pytest.approx(AGE_S, abs=120)
