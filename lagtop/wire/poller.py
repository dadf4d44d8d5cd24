"""Polls a cluster: an async iterator of Snapshot or Failure, never two polls at once."""

from __future__ import annotations

import asyncio
import random
import time
from collections.abc import AsyncIterator, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from lagtop.memory import give_back
from lagtop.records import Peek
from lagtop.settings import Settings
from lagtop.snapshot import NO_GAP, Failure, PollCost, Snapshot, TimeAnswer, TimeQuestion
from lagtop.wire.access import Access
from lagtop.wire.clock import Clock
from lagtop.wire.health import Health
from lagtop.wire.link import Link, Tally
from lagtop.wire.meter import Meter, Tell
from lagtop.wire.question import LinkError
from lagtop.wire.reader import Reader
from lagtop.wire.replicas import Places
from lagtop.wire.roster import Roster
from lagtop.wire.survey import Survey
from lagtop.wire.tempo import Spending, Tempo, tempo
from lagtop.wire.trouble import explain

if TYPE_CHECKING:
    from lagtop.endpoints import Endpoint
    from lagtop.wire.metrics import Metrics

JITTER = 0.2
HEAD_START_GROUPS = 15
"""Of each coordinator: a screenful of three brokers', whatever else there is."""


class Poller:
    """Reads one cluster again and again, every `interval_s` or seldomer: see `tempo`.

    `interval_s` may be changed at any time. `tell` hears how far the first poll is. With
    `head_start` the first Snapshot has a few groups only, where there are many, and says how many
    it leaves `unread`: somebody waits for something to look at.
    """

    def __init__(
        self,
        settings: Settings,
        tell: Tell | None = None,
        clock: Clock | None = None,
        *,
        head_start: bool = False,
    ) -> None:
        self.interval_s = settings.interval_s
        self._settings = settings
        self._clock = clock or Clock()
        self._link = Link(self._clock, settings.deadline_s, Access(settings.security))
        bootstrap = [self._link.node(host, port) for host, port in settings.bootstrap]
        self._meter = Meter(tell)
        self._survey = Survey(self._link, bootstrap)
        self._roster = Roster(self._link, settings.groups, self._meter)
        self._reader = Reader(self._link, self._survey, self._roster, self._meter)
        self._health, self._places = Health(self._link), Places()
        self._metrics = _metrics(settings.metrics)
        self._wake = asyncio.Event()
        self._head_start = head_start
        self._spending, self._tempo = Spending(), Tempo(self.interval_s)

    def refresh(self) -> None:
        """Poll now instead of at the next interval."""
        self._wake.set()

    async def close(self) -> None:
        """Let go of every connection."""
        self._health.close()
        if self._metrics is not None:
            self._metrics.close()
        await self._survey.close()
        await self._link.close()

    async def __aiter__(self) -> AsyncIterator[Snapshot | Failure]:
        """Poll for ever; the interval is jittered, so that it cannot lock on to commit periods."""
        if self._head_start and (head := await self._read_head()) is not None:
            yield head
        while True:
            self._wake.clear()
            started_at, cpu_s = self._clock.now(), time.thread_time()
            requests = self._link.tally.requests
            yield self._at_tempo(await self.poll())
            give_back(self._reader.rows)
            self._spend(time.thread_time() - cpu_s, self._link.tally.requests - requests)
            pause_s = self._tempo.every_s * random.uniform(1 - JITTER, 1 + JITTER)
            await self._pause(started_at + pause_s - self._clock.now())

    async def _read_head(self) -> Snapshot | None:
        """A few groups of a cluster that has many; None where one poll is as quick, or fails."""
        now, cpu_s, before = self._clock.now(), time.thread_time(), replace(self._link.tally)
        try:
            await self._survey.refresh(now)
        except LinkError:
            return None
        await self._roster.list_all(now, HEAD_START_GROUPS)
        if not self._roster.unread:
            return None
        await self._roster.describe(now)
        await self._reader.read_some(now)
        cost = self._cost(now, cpu_s, before)
        head = self._reader.snapshot(self._settings.address, self._clock.now(), cost)
        return replace(head, controller=self._health.controller(head.controller))

    def _cost(self, started_at: float, cpu_s: float, before: Tally) -> PollCost:
        """What was spent since then."""
        return PollCost(
            self._clock.now() - started_at,
            time.thread_time() - cpu_s,
            self._link.tally.requests - before.requests,
            self._link.tally.bytes_in - before.bytes_in,
        )

    def _at_tempo(self, update: Snapshot | Failure) -> Snapshot | Failure:
        if isinstance(update, Failure):
            return update
        every_s, why_slow = self._tempo.every_s, self._tempo.why
        return replace(update, cost=replace(update.cost, every_s=every_s, why_slow=why_slow))

    def _spend(self, cpu_s: float, requests: int) -> None:
        """Find the tempo from what this poll took, and what was made of it before the next."""
        self._spending.take(cpu_s, requests / max(len(self._link.nodes), 1))
        spent = self._spending
        before_s = self._tempo.every_s
        self._tempo = tempo(self.interval_s, spent.cpu_s, spent.requests, before_s)

    async def poll(self) -> Snapshot | Failure:
        """Read everything that is due once: what changes seldom first, then the offsets."""
        started_at, cpu_s = self._clock.now(), time.thread_time()
        before = replace(self._link.tally)
        try:
            await self._survey.refresh(started_at)
        except LinkError as error:
            return await self._unreachable(error)
        await self._roster.refresh(started_at)
        await self._reader.read(started_at)
        if all(broker.gap != NO_GAP for broker in self._survey.brokers()):
            return self._silent()
        self._meter.end()
        cost = self._cost(started_at, cpu_s, before)
        self._health.refresh(started_at)
        snapshot = self._reader.snapshot(self._settings.address, self._clock.now(), cost)
        table, survey = self._reader.table, self._survey
        return replace(
            snapshot,
            controller=self._health.controller(snapshot.controller),
            replicas=self._places.place(table, survey.topology, survey.replication),
            brokers=self._health.with_disks(snapshot.brokers),
            bytes_each=self._health.bytes_each(table),
            quorum=self._health.quorum,
            reassigning=self._health.reassigning,
            readings={} if self._metrics is None else self._metrics.readings(),
            quotas=self._health.quotas,
        )

    async def find_times(self, questions: Sequence[TimeQuestion]) -> list[TimeAnswer]:
        """Ask for records by time, one question a partition (needs DESCRIBE, moves no record)."""
        return await self._reader.find_times(questions)

    async def look_around(self) -> None:
        """Ask now what is usually asked beside the polls, later; the next poll has it."""
        await self._health.ask(self._clock.now())

    async def peek(self, topic: str, *, values: bool) -> Peek:
        """Read the last few records of a topic (needs READ on it, and joins no group)."""
        # Codecs and records are loaded when somebody looks at some.
        from lagtop.wire.peek import peek

        return await peek(self._link, topic, self._reader.tails(topic), values=values)

    async def _pause(self, seconds: float) -> None:
        try:
            async with asyncio.timeout(max(seconds, 0)):
                await self._wake.wait()
        except TimeoutError:
            return

    async def _unreachable(self, error: LinkError) -> Failure:
        if error.refusal is not None:
            what, hint = error.refusal.what, error.refusal.hint
        else:
            host, port = self._settings.bootstrap[0]
            what, hint = await explain(host, port, error.gap, self._settings.security)
        return Failure(self._clock.now(), what, hint, self.interval_s)

    def _silent(self) -> Failure:
        gaps = [broker.gap for broker in self._survey.brokers() if broker.gap != NO_GAP]
        self._survey.doubt_topology()
        why = gaps[0].reason if gaps else self._settings.address
        hint = "the numbers are as old as they say; lagtop goes on trying"
        return Failure(self._clock.now(), f"no broker answers: {why}", hint, self.interval_s)


def _metrics(endpoints: Sequence[Endpoint]) -> Metrics | None:
    """What reads endpoints, where there are any: HTTP is loaded for nobody else."""
    if not endpoints:
        return None
    from lagtop.wire.metrics import Metrics

    return Metrics(endpoints)
