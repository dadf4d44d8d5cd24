"""A load run: polls the cluster, lets a script decide, sets the rate, and knows when to stop."""

from __future__ import annotations

import asyncio
import math
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace

from lagtop.analysis.observer import Observer
from lagtop.analysis.report import Report
from lagtop.analysis.rules import State
from lagtop.errors import UsageError
from lagtop.probe.beside import beside, stopped
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
BLIND_POLLS = 6
"""After so many polls without the group's offsets the load ends; until then it pauses."""

KEEPS_UP = 0.9
KEEPS_UP_WINDOW_S = 5.0
CERTAIN = 4.0
"""So many standard deviations are not chance: records are written by chance (Poisson)."""

BUSY = 0.8
BEHIND_S = 10.0
"""A group with a backlog of so many seconds of the first rate has to catch up before a load."""

CONSUMED_EDGES = 4
STALLED = "ConsumerStalled"
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
    """One run; `samples` has all polls, `ended` says why it ended before its script did."""

    def __init__(
        self, settings: Settings, watched: Watched, script: Script, limits: Limits, fleet: Fleet
    ) -> None:
        self.samples: list[Sample] = []
        self.ended = ""
        self.highest_acked_per_s = 0.0
        self._poller = Poller(replace(settings, interval_s=POLL_S, groups=None, topics=None))
        self._observer = Observer()
        self._watched, self._script, self._limits, self._fleet = watched, script, limits, fleet
        self._alerts: set[tuple[str, str]] | None = None
        self._blind = 0
        self._began_at: float | None = None
        self._last: Reading | None = None
        self._stairs = Staircase()
        self._pace = Pace(KEEPS_UP_WINDOW_S)

    async def run(self, stop: asyncio.Event, on_sample: Callable[[Sample], None]) -> None:
        """Go on until the script is done, a limit is reached, or `stop` is set."""
        try:
            async for update in self._polls(stop):
                if not isinstance(update, Snapshot):
                    self._see_nothing(update.what)
                else:
                    self._see(update, on_sample)
                if self.ended or self._script.is_done:
                    return
            self.ended = "interrupted"
        finally:
            self._fleet.set_rate(0.0)
            await self._poller.close()

    async def _polls(self, stop: asyncio.Event) -> AsyncIterator[Snapshot | Failure]:
        """One update a poll, until told to stop."""
        while not stop.is_set():
            poll = asyncio.ensure_future(self._poller.poll())
            stopping = asyncio.ensure_future(stop.wait())
            await asyncio.wait({poll, stopping}, return_when=asyncio.FIRST_COMPLETED)
            stopping.cancel()
            if not poll.done():
                poll.cancel()
                return
            yield poll.result()
            if await stopped(stop, POLL_S):
                return

    def _see(self, snapshot: Snapshot, on_sample: Callable[[Sample], None]) -> None:
        report = self._observer.observe(snapshot)
        if self._began_at is None and not self._watched.is_there(snapshot):
            raise UsageError(f"there is no group {self._watched.group}", "start it before the load")
        reading = self._watched.read(snapshot)
        if reading is None:
            self._see_nothing(f"the offsets of {self._watched.group} are not known")
            return
        self._blind = 0
        if self._began_at is None:
            self._began_at = reading.at
            if reading.lag > BEHIND_S * self._script.rate_per_s:
                self.ended = f"the group was {reading.lag:.0f} messages behind before it began"
                return
        self._script.observe(reading)
        self._fleet.set_rate(self._script.rate_per_s)
        self._fleet.poll()
        sample = self._sample(reading, self._began_at)
        self.samples.append(sample)
        self.ended = self._limit(sample) or self._new_alert(report) or self._falls_behind(sample)
        on_sample(sample)

    def _see_nothing(self, why: str) -> None:
        """Nobody knows what the load does: it pauses, and ends if that lasts."""
        self._fleet.set_rate(0.0)
        self._blind += 1
        if self._blind == BLIND_POLLS:
            self.ended = why

    def _sample(self, reading: Reading, began_at: float) -> Sample:
        self._stairs.push(reading)
        self._stairs.edges = self._stairs.edges[-CONSUMED_EDGES:]
        produced = None
        if self._last is not None and reading.at > self._last.at:
            produced = (reading.end - self._last.end) / (reading.at - self._last.at)
        self._last = reading
        consumed = self._stairs.consumed_per_s()
        return Sample(
            at_s=reading.at - began_at,
            phase=self._script.phase,
            target_per_s=self._script.rate_per_s,
            produced_per_s=produced,
            consumed_per_s=None if consumed != consumed else consumed,
            lag_messages=round(reading.lag),
        )

    def _limit(self, sample: Sample) -> str:
        if sample.lag_messages > self._limits.lag_messages:
            return f"the lag is more than {self._limits.lag_messages:g} messages"
        if sample.at_s > self._limits.time_s:
            return f"it took more than {self._limits.time_s:g} s"
        reasons = ", ".join(self._fleet.failed)
        return f"records could not be written: {reasons}" if reasons else ""

    def _new_alert(self, report: Report) -> str:
        """An alert that was not there before: any of another group, or that ours has stalled."""
        firing = {
            (alert.rule.name, alert.group)
            for alert in report.alerts
            if alert.state == State.FIRING
            and (alert.group != self._watched.group or alert.rule.name == STALLED)
        }
        if self._alerts is None:
            self._alerts = firing
        fresh = sorted(firing - self._alerts)
        return f"alert {fresh[0][0]} fires for {fresh[0][1]}" if fresh else ""

    def _falls_behind(self, sample: Sample) -> str:
        """Whether the load is not what it should be, and whose limit that is."""
        target_per_s, acked = sample.target_per_s, self._fleet.acked
        reached = self._pace.push(sample.at_s, acked, self._fleet.cpu_s, target_per_s)
        if reached is None:
            return ""
        self.highest_acked_per_s = max(self.highest_acked_per_s, reached.per_s)
        chance_per_s = CERTAIN * math.sqrt(target_per_s / KEEPS_UP_WINDOW_S)
        if reached.per_s >= KEEPS_UP * target_per_s - chance_per_s:
            return ""
        if reached.busy > BUSY:
            return f"the generator is at its limit: {reached.per_s:.0f} records/s"
        return f"the brokers took only {reached.per_s:.0f} of {target_per_s:.0f} records/s"


@asynccontextmanager
async def answering(
    settings: Settings, plan: Plan, note: Callable[[float], None]
) -> AsyncIterator[None]:
    """Probe beside the block, and pass on how long the user's service takes to answer."""

    def on_latency(stage: str, _created_at: float, latency_s: float) -> None:
        if stage == PROCESSED:
            note(latency_s)

    prober = Prober(settings, plan, Clock(), on_latency)
    async with beside(prober.run(asyncio.Event())):
        yield
