"""Consumers of known capacity that keep a log of what they really did."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Iterator
from typing import Any

import numpy as np
from aiokafka import AIOKafkaConsumer, AIOKafkaProducer, TopicPartition

from tests.kafka.traffic import SESSION_MS

TICK_S = 0.02
BUCKET_S = 0.25
COMMIT_S = 0.5
BEHIND_S = 1.5
MOST_A_TIME = 500


def member(bootstrap: str, topic: str, **options: Any) -> AIOKafkaConsumer:
    """A member of the group that has its topic's name."""
    return AIOKafkaConsumer(
        topic,
        bootstrap_servers=bootstrap,
        group_id=topic,
        session_timeout_ms=SESSION_MS,
        **options,
    )


class Bucket:
    """Takes at most `per_s` records a second (a token bucket), and commits once a second."""

    def __init__(self, per_s: float) -> None:
        self.has_joined = False
        self._per_s = per_s
        self._log: list[tuple[float, int, int]] = []

    def capacity_per_s(self) -> float:
        """What it took in a second while it was behind."""
        spans = [(after[0] - at, after[1] - taken) for (at, taken, _), after in self._behind()]
        return sum(taken for _, taken in spans) / sum(span_s for span_s, _ in spans)

    async def run(self, bootstrap: str, topic: str) -> None:
        """Read until cancelled."""
        async with member(bootstrap, topic, auto_commit_interval_ms=1000) as consumer:
            last, due, taken = time.monotonic(), 0.0, 0
            while True:
                now = time.monotonic()
                due, last = min(due + (now - last) * self._per_s, self._per_s * BUCKET_S), now
                if due >= 1:
                    records = await consumer.getmany(timeout_ms=0, max_records=int(due))
                    count = sum(map(len, records.values()))
                    taken, due = taken + count, due - count
                places = consumer.assignment()
                self.has_joined = self.has_joined or bool(places)
                ends = sum(consumer.highwater(place) or 0 for place in places)
                read = sum([await consumer.position(place) for place in places])
                self._log.append((now, taken, ends - read))
                await asyncio.sleep(TICK_S)

    def _behind(self) -> Iterator[tuple[tuple[float, int, int], tuple[float, int, int]]]:
        """Two neighbours of the log each, where both were far behind."""
        enough = BEHIND_S * self._per_s
        for one, other in zip(self._log, self._log[1:], strict=False):
            if one[2] > enough and other[2] > enough:
                yield one, other


class Queue:
    """Serves each partition one record at a time, for exponential times with a given mean.

    It answers what has a correlation id, and commits what was served (M/M/1 for each partition).
    """

    def __init__(self, service_s: float) -> None:
        self.has_joined = False
        self._service_s = service_s
        self._random = np.random.default_rng()
        self._served: list[float] = []
        self._free_at: dict[TopicPartition, float] = {}
        self._done: dict[TopicPartition, int] = {}
        self._answers: set[asyncio.Future[Any]] = set()

    @property
    def mean_service_s(self) -> float:
        """The mean of the times that were really drawn, seconds."""
        return float(np.mean(self._served))

    async def run(self, bootstrap: str, topic: str, replies: str) -> None:
        """Serve until cancelled."""
        loop, committed_at = asyncio.get_running_loop(), 0.0
        async with (
            member(bootstrap, topic, enable_auto_commit=False) as consumer,
            AIOKafkaProducer(bootstrap_servers=bootstrap) as producer,
        ):
            while True:
                taken = await consumer.getmany(timeout_ms=50, max_records=MOST_A_TIME)
                now = loop.time()
                for place, records in taken.items():
                    for record in records:
                        at = self._finish_at(place, now)
                        loop.call_at(at, self._finish, producer, replies, place, record)
                self.has_joined = self.has_joined or bool(consumer.assignment())
                if self._done and now - committed_at > COMMIT_S:
                    committed_at = now
                    await consumer.commit(dict(self._done))

    def _finish_at(self, place: TopicPartition, now: float) -> float:
        service_s = float(self._random.exponential(self._service_s))
        self._served.append(service_s)
        self._free_at[place] = max(self._free_at.get(place, 0.0), now) + service_s
        return self._free_at[place]

    def _finish(self, producer: Any, replies: str, place: TopicPartition, record: Any) -> None:
        self._done[place] = record.offset + 1
        key = dict(record.headers).get("correlation_id")
        if key is not None:
            answer = asyncio.ensure_future(
                producer.send(replies, b"done", headers=[("correlation_id", key)])
            )
            self._answers.add(answer)
            answer.add_done_callback(self._answers.discard)
