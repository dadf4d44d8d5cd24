"""Dead letters on a real Kafka: found by name, counted, aged, and peeked at without a trace."""

from __future__ import annotations

import itertools
import math
import queue
import re
import time
from collections.abc import Callable

import numpy as np
import pytest
from aiokafka import AIOKafkaProducer

from lagtop.analysis.dlq import DeadLetters
from lagtop.analysis.headers import told_by
from lagtop.analysis.observer import Observer
from lagtop.analysis.report import Report
from lagtop.live import Live, Update
from lagtop.records import Peek
from lagtop.settings import Settings, parse_bootstrap
from lagtop.snapshot import NO_GAP, Snapshot
from lagtop.wire.poller import Poller
from tests.kafka.kafka_tools import Kafka
from tests.kafka.traffic import commit, create_topic, names_on, produce, producer
from tests.kafka.waiting import wait_until
from tests.kafka.watching import polling, seen_until

HEADERS = [("kafka_dlt-exception-message", b"no such customer"), ("retry_count", b"3")]
AGE_S = 3_600


async def peeked(bootstrap: str, topic: str, *, values: bool) -> Peek:
    """The last records as lagtop reads them."""
    async with polling(Settings(parse_bootstrap(bootstrap))) as poller:
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


def is_aged(found: list[DeadLetters]) -> bool:
    """Whether it is known how old the oldest is."""
    return bool(found) and found[0].oldest_s > 0 and not found[0].oldest_is_bound


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

    def look(report: Report) -> list[DeadLetters]:
        return [one for one in report.dead_letters if one.topic == topic]

    async with polling(Settings(parse_bootstrap(kafka.bootstrap), 0.5)) as poller:
        (found,) = await seen_until(poller, look, is_aged, rounds=1)

    assert (found.source, found.depth_messages, found.unread_messages) == (source, 5, 3)
    assert (found.readers, found.oldest_is_bound) == (1, False)
    assert found.oldest_s == pytest.approx(AGE_S, abs=120)


async def test_errors_are_a_bound_for_two_groups_until_headers_name_one(
    kafka: Kafka, name: str
) -> None:
    groups = [f"{name}-a", f"{name}-b"]
    for topic in (name, f"{name}-dlt"):
        create_topic(kafka.bootstrap, topic)
    produce(kafka.bootstrap, name, {0: 2_000})
    headers = [("kafka_dlt-original-consumer-group", groups[1].encode())]
    settings = Settings(parse_bootstrap(kafka.bootstrap), 0.5, groups=re.compile(name))
    live = Live(lambda: Poller(settings), Observer)
    seen = queue.Queue[Update]()
    live.begin(seen.put)
    try:
        with producer(kafka.bootstrap) as client:

            def shares_after(read: int) -> list[float]:
                """What is known of each group, and at most, after one more failure."""
                client.send(f"{name}-dlt", b"bad", headers=headers, partition=0)
                client.flush(timeout=30)
                for group in groups:
                    commit(kafka.bootstrap, group, name, {0: read})
                return shares(newest(seen), groups)

            reads = itertools.count(10, 10)
            bound = wait_for(lambda: shares_after(next(reads)), lambda told: told[2] > 0)
            assert np.isnan(bound[:2]).all()
            assert bound[3] > 0

            peeks = queue.Queue[Peek]()
            live.peek(f"{name}-dlt", False, peeks.put)
            assert peeks.get(timeout=60).gap == NO_GAP
            known = wait_for(lambda: shares_after(next(reads)), lambda told: told[1] > 0)
            assert known[1] == known[3]
            assert np.isnan([known[0], known[2]]).all()
    finally:
        live.end()


def newest(seen: queue.Queue[Update]) -> Report:
    """The next report that comes, or the last of those that have come meanwhile."""
    update = seen.get(timeout=60)
    while not seen.empty() or not isinstance(update, Report):
        update = seen.get(timeout=60)
    return update


def shares(report: Report, groups: list[str]) -> list[float]:
    """The share of errors of each group as far as it is known, then at most."""
    names = [facts.name for facts in report.group_facts]
    if not set(groups) <= set(names):
        return [math.nan] * 4
    told = (report.groups.error_share, report.groups.error_share_most)
    return [float(one[names.index(group)]) for one in told for group in groups]


def wait_for(
    ask: Callable[[], list[float]], is_so: Callable[[list[float]], bool]
) -> list[float]:
    """What is told once it is so."""
    told: list[float] = []

    def asked() -> bool:
        told[:] = ask()
        return is_so(told)

    wait_until(asked, "the groups' errors to be told", 90.0)
    return told
