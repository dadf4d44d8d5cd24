"""A load run: polls the cluster, lets a script decide, sets the rate, and knows when to stop."""

from __future__ import annotations

import asyncio
import math
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace

from lagtop.analysis.observer import Observer
from lagtop.analysis.policy import Policy
from lagtop.errors import UsageError
from lagtop.probe.alarms import Alarms
from lagtop.probe.beside import beside, stopped
from lagtop.probe.ending import Cause, Ending
from lagtop.probe.fleet import Fleet
from lagtop.probe.pace import Pace
from lagtop.probe.prober import PROCESSED, Plan, Prober
from lagtop.probe.scripts import Script
from lagtop.probe.staircase import Reading, Staircase
from lagtop.probe.watched import Watched
from lagtop.settings import Settings
from lagtop.snapshot import Failure, Snapshot
from lagtop.wire.clock import Clock
from lagtop.wire.poller import Poller

POLL_S = 0.5
BLIND_S = 6.0
"""Without the group's offsets nobody knows what a load does: after so long it ends."""

BEFORE_S = 2.0
"""How long it looks on first: what others write is part of the load."""

KEEPS_UP = 0.9
KEEPS_UP_WINDOW_S = 5.0
CERTAIN = 4.0
"""So many standard deviations are not chance: records are written by chance (Poisson)."""

BUSY = 0.8
BEHIND_S = 10.0
"""A group with a backlog of so many seconds of the first rate has to catch up before a load."""

CONSUMED_EDGES = 4
PROBES_PER_S = 20.0


@dataclass(frozen=True, slots=True)
class Limits:
    """What ends a load before its script does: messages of lag, and seconds."""

    lag_messages: float
    time_s: float


@dataclass(frozen=True, slots=True)
class Sample:
    """One poll of a load: `at_s` since it began; rates per second, None where not known yet."""

    at_s: float
    phase: str
    target_per_s: float
    produced_per_s: float | None
    consumed_per_s: float | None
    lag_messages: int


class LoadRun:
    """One run; `samples` has all polls, `ending` says why it ended before its script did."""

    def __init__(
        self,
        settings: Settings,
        watched: Watched,
        script: Script,
        limits: Limits,
        fleet: Fleet,
        policy: Policy,
    ) -> None:
        self.samples: list[Sample] = []
        self.ending: Ending | None = None
        self.highest_acked_per_s = 0.0
        self.able_per_s = fleet.able_per_s
        self._poller = Poller(replace(settings, interval_s=POLL_S, groups=None, topics=None))
        self._observer = Observer(policy)
        self._watched, self._script, self._limits, self._fleet = watched, script, limits, fleet
        self._alarms = Alarms(watched.group)
        self.background_per_s: float | None = None
        self._first: Reading | None = None
        self._last: Reading | None = None
        self._stairs = Staircase()
        self._pace = Pace(KEEPS_UP_WINDOW_S)

    @property
    def ended(self) -> str:
        """Why it ended before its script did, in a sentence; empty if it did not."""
        return self.ending.words if self.ending is not None else ""

    async def run(self, stop: asyncio.Event, on_sample: Callable[[Sample], None]) -> None:
        """Go on until the script is done, a limit is reached, or `stop` is set."""
        try:
            async for alarm, reading in self._readings(stop):
                self._advance(reading)
                sample = self._sample(reading)
                self.samples.append(sample)
                self.ending = self._reason_to_end(alarm, sample)
                on_sample(sample)
                if self.ending or self._script.is_done:
                    return
            self.ending = self.ending or Ending(Cause.INTERRUPTED, "interrupted")
        finally:
            self._fleet.set_rate(0.0)
            await self._poller.close()

    async def _readings(self, stop: asyncio.Event) -> AsyncIterator[tuple[str, Reading]]:
        """What each poll saw, with an alarm, until told to stop or nothing was seen for long."""
        seen_at = asyncio.get_running_loop().time()
        while True:
            update = await self._poll(stop)
            if update is None:
                return
            reading = None
            if isinstance(update, Snapshot):
                alarm = self._alarms.fresh(update, self._observer.observe(update).alerts)
                reading = self._read(update)
            if reading is not None:
                seen_at = asyncio.get_running_loop().time()
                yield alarm, reading
            elif asyncio.get_running_loop().time() - seen_at > BLIND_S:
                words = f"the offsets of {self._watched.group} could not be read"
                self.ending = Ending(Cause.BLIND, words)
                return
            if await stopped(stop, POLL_S):
                return

    async def _poll(self, stop: asyncio.Event) -> Snapshot | Failure | None:
        """One poll; None when told to stop, or when no answer comes."""
        poll = asyncio.ensure_future(self._poller.poll())
        stopping = asyncio.ensure_future(stop.wait())
        await asyncio.wait({poll, stopping}, timeout=BLIND_S, return_when=asyncio.FIRST_COMPLETED)
        stopping.cancel()
        if poll.done():
            return poll.result()
        poll.cancel()
        if not stop.is_set():
            words = f"the cluster did not answer for {BLIND_S:g} s"
            self.ending = Ending(Cause.BLIND, words)
        return None

    def _read(self, snapshot: Snapshot) -> Reading | None:
        if self._first is None and not self._watched.is_there(snapshot):
            raise UsageError(f"there is no group {self._watched.group}", "start it before the load")
        return self._watched.read(snapshot)

    def _advance(self, reading: Reading) -> None:
        """Let the script see the poll, and write what it wants beyond what others write."""
        self._fleet.poll()
        if self._first is None:
            self._first = reading
            if reading.lag > BEHIND_S * self._script.rate_per_s:
                words = f"the group was {reading.lag:.0f} messages behind before it began"
                self.ending = Ending(Cause.BLIND, words)
        elapsed_s = reading.at - self._first.at
        if elapsed_s < BEFORE_S:
            return
        if self.background_per_s is None:
            self.background_per_s = (reading.end - self._first.end) / elapsed_s
        self._script.observe(reading)
        self._fleet.set_rate(self._wanted_per_s())

    def _wanted_per_s(self) -> float:
        """What we have to write so that the topic gets what the script wants."""
        if self.background_per_s is None:
            return 0.0
        return max(0.0, self._script.rate_per_s - self.background_per_s)

    def _reason_to_end(self, alarm: str, sample: Sample) -> Ending | None:
        """Why the load must end before its script does; None while it need not."""
        return (
            self.ending
            or self._limit(sample)
            or (Ending(Cause.TROUBLE, alarm) if alarm else None)
            or self._falls_behind(sample.at_s)
        )

    def _sample(self, reading: Reading) -> Sample:
        assert self._first is not None
        self._stairs.push(reading)
        self._stairs.edges = self._stairs.edges[-CONSUMED_EDGES:]
        produced = None
        if self._last is not None and reading.at > self._last.at:
            produced = (reading.end - self._last.end) / (reading.at - self._last.at)
        self._last = reading
        consumed = self._stairs.consumed_per_s()
        return Sample(
            at_s=reading.at - self._first.at,
            phase="before" if self.background_per_s is None else self._script.phase,
            target_per_s=0.0 if self.background_per_s is None else self._script.rate_per_s,
            produced_per_s=produced,
            consumed_per_s=None if consumed != consumed else consumed,
            lag_messages=round(reading.lag),
        )

    def _limit(self, sample: Sample) -> Ending | None:
        limits, reasons = self._limits, ", ".join(self._fleet.failed)
        if sample.lag_messages > limits.lag_messages:
            words = f"the lag is more than {limits.lag_messages:g} messages"
            return Ending(Cause.TROUBLE, words)
        if reasons:
            return Ending(Cause.TROUBLE, f"records could not be written: {reasons}")
        if sample.at_s > limits.time_s:
            return Ending(Cause.LIMIT, f"it took more than {limits.time_s:g} s")
        return None

    def _falls_behind(self, at_s: float) -> Ending | None:
        """Whether the load is not what it should be, and whose limit that is."""
        target_per_s, acked = self._wanted_per_s(), self._fleet.acked
        reached = self._pace.push(at_s, acked, self._fleet.cpu_s, target_per_s)
        if reached is None:
            return None
        self.highest_acked_per_s = max(self.highest_acked_per_s, reached.per_s)
        chance_per_s = CERTAIN * math.sqrt(target_per_s / KEEPS_UP_WINDOW_S)
        if reached.per_s >= KEEPS_UP * target_per_s - chance_per_s:
            return None
        if reached.busy > BUSY:
            words = f"the generator is at its limit: {reached.per_s:.0f} records/s"
            return Ending(Cause.LIMIT, words)
        words = f"the brokers took only {reached.per_s:.0f} of {target_per_s:.0f} records/s"
        return Ending(Cause.TROUBLE, words)


@asynccontextmanager
async def answering(
    settings: Settings, plan: Plan, note: Callable[[float], None]
) -> AsyncIterator[Prober]:
    """Probe beside the block, and pass on how long the user's service takes to answer."""

    def on_latency(stage: str, _created_at: float, latency_s: float) -> None:
        if stage == PROCESSED:
            note(latency_s)

    prober = Prober(settings, plan, Clock(), on_latency)
    async with beside(prober.run(asyncio.Event())):
        yield prober
