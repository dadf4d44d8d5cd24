"""Steady traffic on a real Kafka: producers of a set rate and consumers of a set capacity.

It runs on a thread with an event loop of its own, while lagtop watches as a process.
"""

from __future__ import annotations

import asyncio
import threading
import time
from collections.abc import Coroutine, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from typing import Any

from aiokafka import AIOKafkaConsumer, AIOKafkaProducer, TopicPartition
from aiokafka.errors import CommitFailedError, IllegalStateError

from tests.kafka.traffic import SESSION_MS

TICK_S = 0.05
START_S = 30.0


@dataclass
class Reader:
    """A consumer that takes at most `per_s` records a second; 0 pauses it, membership goes on.

    `caught_up_at` is when it first had nothing left to read, seconds since the epoch. It reads no
    more of a partition once it is past the offset that `stuck_at` has for it. `fetch_bytes` is how
    much it fetches of a partition at a time.
    """

    group: str
    topic: str
    client: str
    per_s: float
    commit_every_s: float = 1.0
    caught_up_at: float | None = None
    stuck_at: Mapping[int, int] = field(default_factory=dict)
    fetch_bytes: int = 1_048_576
    joined: threading.Event = field(default_factory=threading.Event)

    async def run(self, bootstrap: str) -> None:
        """Read until cancelled."""
        interval_ms = round(self.commit_every_s * 1000)
        async with self._member(bootstrap, auto_commit_interval_ms=interval_ms) as consumer:
            due = 0.0
            while True:
                due = min(due + self.per_s * TICK_S, max(self.per_s, 1.0))
                if self.per_s and due >= 1:
                    taken = await consumer.getmany(timeout_ms=20, max_records=int(due))
                    due -= sum(map(len, taken.values()))
                    consumer.pause(*(one for one in taken if self._is_stuck(one, taken[one])))
                    await self._note(consumer)
                await asyncio.sleep(TICK_S)

    def _is_stuck(self, place: TopicPartition, taken: Sequence[Any]) -> bool:
        offset = self.stuck_at.get(place.partition)
        return offset is not None and taken[-1].offset >= offset

    async def commit_each(self, bootstrap: str) -> None:
        """Read until cancelled, and commit after every single record.

        Where the group rebalances in between, the record is the next owner's to commit.
        """
        async with self._member(bootstrap, enable_auto_commit=False) as consumer:
            async for record in consumer:
                place = TopicPartition(record.topic, record.partition)
                with suppress(CommitFailedError, IllegalStateError):
                    await consumer.commit({place: record.offset + 1})
                    self.joined.set()

    def _member(self, bootstrap: str, **commits: Any) -> AIOKafkaConsumer:
        return AIOKafkaConsumer(
            self.topic,
            bootstrap_servers=bootstrap,
            group_id=self.group,
            client_id=self.client,
            auto_offset_reset="earliest",
            session_timeout_ms=SESSION_MS,
            max_partition_fetch_bytes=self.fetch_bytes,
            **commits,
        )

    async def _note(self, consumer: AIOKafkaConsumer) -> None:
        places = consumer.assignment()
        if places:
            self.joined.set()
        ends = [consumer.highwater(place) for place in places]
        if self.caught_up_at is None and places and None not in ends:
            read = [await consumer.position(place) for place in places]
            if sum(ends) - sum(read) <= self.per_s * TICK_S:
                self.caught_up_at = time.time()


async def produce_each(
    bootstrap: str, per_s: Mapping[tuple[str, int], float], value: Mapping[str, bytes]
) -> None:
    """Write to each (topic, partition) at its own rate until cancelled; `value` is by topic."""
    async with AIOKafkaProducer(bootstrap_servers=bootstrap) as producer:
        began, sent = time.monotonic(), dict.fromkeys(per_s, 0)
        while True:
            for (topic, partition), rate in per_s.items():
                due = round((time.monotonic() - began) * rate)
                for _ in range(sent[topic, partition], due):
                    await producer.send(topic, value.get(topic, b"record"), partition=partition)
                sent[topic, partition] = due
            await asyncio.sleep(TICK_S)


async def produce_steadily(bootstrap: str, topic: str, partitions: int, per_s: float) -> None:
    """Write evenly to all partitions until cancelled."""
    async with AIOKafkaProducer(bootstrap_servers=bootstrap) as producer:
        began, sent = time.monotonic(), 0
        while True:
            due = round((time.monotonic() - began) * per_s)
            for number in range(sent, due):
                await producer.send(topic, b"record", partition=number % partitions)
            sent = due
            await asyncio.sleep(TICK_S)


@contextmanager
def flowing(*jobs: Coroutine[Any, Any, None]) -> Iterator[None]:
    """Run jobs beside the `with` block, and cancel them at its end; one that fails is raised."""
    loop = asyncio.new_event_loop()
    thread = threading.Thread(target=loop.run_forever, daemon=True)
    thread.start()
    running = [asyncio.run_coroutine_threadsafe(job, loop) for job in jobs]
    try:
        yield
        failed = [job.exception() for job in running if job.done()]
    finally:
        for job in running:
            job.cancel()
        asyncio.run_coroutine_threadsafe(_settle(), loop).result(START_S)
        loop.call_soon_threadsafe(loop.stop)
        thread.join(START_S)
        loop.close()
    assert not failed, failed


async def _settle() -> None:
    others = asyncio.all_tasks() - {asyncio.current_task()}
    await asyncio.gather(*others, return_exceptions=True)


async def read_assigned(
    bootstrap: str, group: str, places: Sequence[TopicPartition], per_s: float
) -> None:
    """Read partitions without joining the group until cancelled, and commit what was read."""
    consumer = AIOKafkaConsumer(
        bootstrap_servers=bootstrap,
        group_id=group,
        auto_offset_reset="earliest",
        enable_auto_commit=False,
    )
    async with consumer:
        consumer.assign(places)
        began, read = time.monotonic(), 0
        while True:
            due = round((time.monotonic() - began) * per_s) - read
            if due > 0:
                taken = await consumer.getmany(timeout_ms=20, max_records=due)
                read += sum(map(len, taken.values()))
                await consumer.commit()
            await asyncio.sleep(TICK_S)
