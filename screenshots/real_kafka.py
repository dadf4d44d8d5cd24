"""Makes groups.svg and group.svg: lagtop in a terminal, on a real Apache Kafka with live groups.

Run from the repository's root: `python -m screenshots.real_kafka`. Needs Java, Maven and the test
extra. `settlement` is slower than its topic, `search-index` keeps up, `mailer` has stopped reading
and `audit` has no members.
"""

from __future__ import annotations

import asyncio
import tempfile
import time
from contextlib import AsyncExitStack
from pathlib import Path

from aiokafka import AIOKafkaConsumer, AIOKafkaProducer, TopicPartition

from screenshots.picture import draw
from tests.kafka import jars
from tests.kafka.cluster import KafkaCluster
from tests.kafka.traffic import create_topic
from tests.ui.pty_terminal import PtyTerminal

HERE = Path(__file__).parent
SIZE = (120, 16)
TICK_S = 0.1
WATCH_S = 45.0
TOPICS = {"orders": (6, 900), "pages": (8, 1_500), "mails": (3, 60)}
"""Partitions and records per second."""


def main() -> None:
    """Start Kafka and the traffic, watch lagtop, draw two pictures."""
    with tempfile.TemporaryDirectory() as directory:
        kafka = KafkaCluster(jars.libs(), Path(directory))
        kafka.start()
        try:
            for name, (partitions, _) in TOPICS.items():
                create_topic(kafka.bootstrap, name, partitions)
            asyncio.run(_traffic_and_pictures(kafka.bootstrap))
        finally:
            kafka.stop()


async def _traffic_and_pictures(bootstrap: str) -> None:
    async with AsyncExitStack() as stack:
        producer = await stack.enter_async_context(AIOKafkaProducer(bootstrap_servers=bootstrap))
        await _commit_for_audit(bootstrap)
        jobs = [asyncio.create_task(_produce(producer))]
        for group, topic, members, per_s in (
            ("settlement", "orders", 2, 300),
            ("search-index", "pages", 4, 100_000),
            ("mailer", "mails", 1, 0),
        ):
            for number in range(members):
                client = f"{group}-{number + 1}"
                jobs.append(asyncio.create_task(_consume(bootstrap, group, topic, client, per_s)))
        await asyncio.sleep(8)
        await asyncio.to_thread(_take_pictures, bootstrap)
        for job in jobs:
            job.cancel()
        await asyncio.gather(*jobs, return_exceptions=True)


async def _produce(producer: AIOKafkaProducer) -> None:
    while True:
        for topic, (partitions, per_s) in TOPICS.items():
            for turn in range(round(per_s * TICK_S)):
                partition = 0 if topic == "orders" and turn % 3 == 0 else turn % partitions
                await producer.send(topic, b"record", partition=partition)
        await asyncio.sleep(TICK_S)


async def _consume(bootstrap: str, group: str, topic: str, client: str, per_s: int) -> None:
    async with AIOKafkaConsumer(
        topic,
        bootstrap_servers=bootstrap,
        group_id=group,
        client_id=client,
        auto_offset_reset="earliest",
    ) as consumer:
        await consumer.getmany(timeout_ms=3000, max_records=50)
        while True:
            await asyncio.sleep(TICK_S)
            if per_s:
                await consumer.getmany(timeout_ms=10, max_records=round(per_s * TICK_S))


async def _commit_for_audit(bootstrap: str) -> None:
    async with AIOKafkaConsumer(
        bootstrap_servers=bootstrap, group_id="audit", enable_auto_commit=False
    ) as consumer:
        places = [TopicPartition("orders", part) for part in range(6)]
        consumer.assign(places)
        await consumer.commit(dict.fromkeys(places, 0))


def _take_pictures(bootstrap: str) -> None:
    terminal = PtyTerminal(
        "-m",
        "lagtop",
        "-b",
        bootstrap,
        "--interval",
        "1",
        size=SIZE,
        env={"COLORTERM": "truecolor"},
    )
    try:
        terminal.wait_for("search-index")
        _watch(terminal, WATCH_S)
        draw(terminal.screen, HERE / "groups.svg", "lagtop")
        terminal.send("\r")
        terminal.wait_for("PART")
        _watch(terminal, 5)
        draw(terminal.screen, HERE / "group.svg", "lagtop")
        terminal.send("Q")
        terminal.wait_for_end()
    finally:
        terminal.close()


def _watch(terminal: PtyTerminal, seconds: float) -> None:
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        terminal.read(0.2)


if __name__ == "__main__":
    main()
