"""The probe: writes marked events at an interval and times them through the cluster and back.

created -> published (the broker's acknowledgement) -> consumed (read back by an assigned reader)
-> processed (a service of the user's answers to another topic). Every time is of one clock.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable
from contextlib import AsyncExitStack
from dataclasses import dataclass
from typing import Any
from uuid import uuid4

from aiokafka.errors import KafkaError

from lagtop.probe.beside import beside, stopped
from lagtop.probe.clients import READ_MS, producing, reading
from lagtop.probe.correlation import IdPlace
from lagtop.probe.matching import TIDY_S, Matcher
from lagtop.probe.target import Target
from lagtop.settings import Settings
from lagtop.wire.clock import Clock

MARK = "lagtop-probe"

PUBLISHED, CONSUMED, PROCESSED = "published", "consumed", "processed"
DEFAULT_PLACE = IdPlace(header="correlation_id")

OnLatency = Callable[[str, float, float], None]
"""Told of a stage, of when the event was created, and of its latency, seconds."""


@dataclass(frozen=True, slots=True)
class Plan:
    """What a probe does: every `interval_s` one event to each partition, `rounds` times or on.

    `place` is where events carry their id, in the reply as well; `size_bytes` is the least size
    of a value.
    """

    target: Target
    interval_s: float = 1.0
    rounds: int | None = None
    timeout_s: float = 30.0
    size_bytes: int = 0
    reply: Target | None = None
    place: IdPlace = DEFAULT_PLACE


class Prober:
    """One run; `matchers` has what became of the events, by stage."""

    def __init__(
        self,
        settings: Settings,
        plan: Plan,
        clock: Clock,
        on_latency: OnLatency = lambda *_: None,
    ) -> None:
        self.plan = plan
        self.run_id = uuid4().hex[:12]
        stages = [PUBLISHED, CONSUMED] + [PROCESSED] * (plan.reply is not None)
        self.matchers = {stage: Matcher(plan.timeout_s) for stage in stages}
        self.failed: dict[str, int] = {}
        self._settings = settings
        self._clock = clock
        self._on_latency = on_latency
        self._sending: set[asyncio.Task[None]] = set()

    async def run(self, stop: asyncio.Event) -> None:
        """Probe until the rounds are over or `stop` is set; then wait for what is on its way.

        A second `stop` ends the waiting: clear the first one and set it again.
        """
        async with AsyncExitStack() as stack:
            enter = stack.enter_async_context
            producer = await enter(producing(self._settings, self.plan.timeout_s, acks="all"))
            reader = await enter(reading(self._settings, self.plan.target.places))
            await enter(beside(self._read(reader, CONSUMED)))
            if self.plan.reply is not None:
                replies = await enter(reading(self._settings, self.plan.reply.places))
                await enter(beside(self._read(replies, PROCESSED)))
            await enter(beside(self._tidy()))
            # The first event must not pay for the connections.
            await producer.partitions_for(self.plan.target.topic)
            for leader in set(self.plan.target.leaders.values()):
                await producer.client.ready(leader)
            await self._send_all(producer, stop)
            stop.clear()
            await self._settle(stop)

    async def _send_all(self, producer: Any, stop: asyncio.Event) -> None:
        """Send on schedule; the events of a round are spread over the interval."""
        partitions = list(self.plan.target.leaders)
        began_at, number = self._clock.now(), 0
        while self.plan.rounds is None or number < self.plan.rounds:
            for turn, partition in enumerate(partitions):
                due_s = (number + turn / len(partitions)) * self.plan.interval_s
                if await stopped(stop, began_at + due_s - self._clock.now()):
                    return
                self._create(producer, partition, number)
            number += 1

    def _create(self, producer: Any, partition: int, number: int) -> None:
        key = f"{self.run_id}:{partition}:{number}"
        now = self._clock.now()
        for matcher in self.matchers.values():
            matcher.start(key, partition, number, now, now)
        sending = asyncio.create_task(self._send(producer, partition, key, now))
        self._sending.add(sending)
        sending.add_done_callback(self._sending.discard)

    async def _send(self, producer: Any, partition: int, key: str, now: float) -> None:
        value, headers = self._event(key, now)
        try:
            sent = await producer.send(
                self.plan.target.topic, value, partition=partition, headers=headers
            )
            await sent
        except KafkaError as error:
            reason = type(error).__name__.removesuffix("Error")
            self.failed[reason] = self.failed.get(reason, 0) + 1
            for matcher in self.matchers.values():
                matcher.withdraw(key)
            return
        self._arrived(PUBLISHED, key)

    def _event(self, key: str, now: float) -> tuple[bytes, list[tuple[str, bytes]]]:
        value: dict[str, object] = {"lagtop_probe": self.run_id, "created_at": round(now, 6)}
        headers = [(MARK, key.encode()), *self.plan.place.write(key, value)]
        short = self.plan.size_bytes - len(json.dumps(value))
        if short > 0:
            value["padding"] = "x" * max(0, short - len(', "padding": ""'))
        return json.dumps(value).encode(), headers

    async def _read(self, reader: Any, stage: str) -> None:
        place = IdPlace(header=MARK) if stage == CONSUMED else self.plan.place
        while True:
            taken = await reader.getmany(timeout_ms=READ_MS)
            for records in taken.values():
                for record in records:
                    key = place.read(record.headers, record.value)
                    if key is not None and key.startswith(self.run_id):
                        self._arrived(stage, key)

    def _arrived(self, stage: str, key: str) -> None:
        now = self._clock.now()
        latency_s = self.matchers[stage].arrive(key, now, now)
        if latency_s is not None:
            self._on_latency(stage, now - latency_s, latency_s)

    async def _tidy(self) -> None:
        while True:
            await asyncio.sleep(TIDY_S)
            for matcher in self.matchers.values():
                matcher.expire(self._clock.now())

    async def _settle(self, stop: asyncio.Event) -> None:
        """Wait until every event has arrived or is lost, or until told to stop."""
        while any(matcher.waiting for matcher in self.matchers.values()):
            if await stopped(stop, TIDY_S):
                break
        for sending in list(self._sending):
            sending.cancel()
