"""The trace: pairs the records of two topics by correlation id and times the way between them.

It only reads. One reader sees both topics, so that both ends of a pair are of one clock.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from lagtop.probe.beside import beside, stopped
from lagtop.probe.clients import READ_MS, reading
from lagtop.probe.correlation import IdPlace
from lagtop.probe.matching import TIDY_S, Matcher
from lagtop.probe.target import Target
from lagtop.settings import Settings
from lagtop.wire.clock import Clock

TRACED = "traced"


@dataclass(frozen=True, slots=True)
class Route:
    """From which topic to which, and where the records of each carry their id.

    `by_record_time` takes the records' own timestamps instead of the time when they were seen.
    """

    source: Target
    sink: Target
    source_place: IdPlace
    sink_place: IdPlace
    timeout_s: float = 30.0
    by_record_time: bool = False


class Tracer:
    """One run; `without_id` counts the records of each topic that carried none."""

    def __init__(self, settings: Settings, route: Route, clock: Clock) -> None:
        self.route = route
        self.matchers = {TRACED: Matcher(route.timeout_s)}
        self.without_id = {route.source.topic: 0, route.sink.topic: 0}
        self._settings = settings
        self._clock = clock

    async def run(
        self, stop: asyncio.Event, seconds: float | None, on_ready: Callable[[], None]
    ) -> None:
        """Read until `stop` is set or the time is over; `on_ready` is called when it begins."""
        places = self.route.source.places + self.route.sink.places
        async with (
            reading(self._settings, places) as reader,
            beside(self._read(reader)),
            beside(self._tidy()),
        ):
            on_ready()
            if seconds is None:
                await stop.wait()
            else:
                await stopped(stop, seconds)

    async def _read(self, reader: Any) -> None:
        while True:
            taken = await reader.getmany(timeout_ms=READ_MS)
            now = self._clock.now()
            for records in taken.values():
                for record in records:
                    self._see(record, now)

    def _see(self, record: Any, now: float) -> None:
        is_source = record.topic == self.route.source.topic
        place = self.route.source_place if is_source else self.route.sink_place
        key = place.read(record.headers, record.value)
        at = record.timestamp / 1000 if self.route.by_record_time else now
        matcher = self.matchers[TRACED]
        if key is None:
            self.without_id[record.topic] += 1
        elif is_source:
            matcher.start(key, record.partition, record.offset, at, now)
        else:
            matcher.arrive(key, at, now)

    async def _tidy(self) -> None:
        while True:
            await asyncio.sleep(TIDY_S)
            self.matchers[TRACED].expire(self._clock.now())
