"""Whether anything is left behind: hours of churn on a simulated clock, through the whole path.

Run by hand: `python -m tests.bench.soak [HOURS]` (8 unless told, 1 at least). Topics, groups and
members come and go, brokers fall silent, die and return. What this process holds is printed every
hour, and what the cluster beside it does; at last by how much it grew an hour in the second half,
and whether anything still names what is gone.
"""

from __future__ import annotations

import asyncio
import gc
import os
import re
import sys
import time
from collections import Counter
from typing import NamedTuple

import numpy as np

from lagtop.analysis.observer import Observer
from lagtop.live import search_times
from lagtop.settings import Settings, parse_bootstrap
from lagtop.snapshot import NO_GAP, Failure
from lagtop.wire.poller import Poller
from tests.analysis.held import held_bytes
from tests.bench.churning import MADE, Churning, churning, resident_mb
from tests.remembered import ways_to

HOURS = 8
POLL_S = 10.0
POLLS_BETWEEN_EVENTS = 3
POLLS_AN_HOUR = round(3600 / POLL_S)
BROKERS_CALL_AGAIN_S = 0.05
"""In real time: so much of it passes with each poll while one is away, or it would stay so."""

POLLS_TO_RECOVER = 200
"""While the story stands still: one of its brokers is away now and then."""

POLLS_AT_THE_END = 40
MOST_MB_AN_HOUR = 1.0
MOST_OBJECTS_AN_HOUR = 500
EVENT_LOG = "Event < deque"
"""What happened is told after its group is gone: the newest 500 of it."""


class Held(NamedTuple):
    """What this process holds at an hour; `history_mb` are the arrays of observer and poller."""

    hour: float
    rss_mb: float
    history_mb: float
    objects: int
    tasks: int
    files: int


class Soak:
    """Polls and observes what happens on a cluster."""

    def __init__(self, cluster: Churning) -> None:
        self._cluster = cluster
        settings = Settings(parse_bootstrap(cluster.bootstrap), deadline_s=2.0)
        self._poller, self._observer = Poller(settings, clock=cluster), Observer()
        self._seen = Counter[str]()
        self._began_at = cluster.now()
        self.held: list[Held] = []

    async def run(self, hours: int) -> None:
        """Let so many hours pass."""
        for poll in range(hours * POLLS_AN_HOUR + 1):
            if poll % POLLS_AN_HOUR == 0:
                self._report()
            if poll % POLLS_BETWEEN_EVENTS == 0:
                self._seen[self._cluster.happen()] += 1
            await self._poll(POLL_S)

    async def end(self) -> list[str]:
        """Let all go that was made, and time pass; gives what still leads to its names."""
        self._cluster.happen("settle")
        for _ in range(POLLS_TO_RECOVER):
            if await self._poll(0.0):
                break
        for _ in range(POLLS_AT_THE_END):
            await self._poll(60.0)
        roots = [self._poller, self._observer]
        ways = [way for way in ways_to(re.compile(MADE), roots) if EVENT_LOG not in way]
        await self._poller.close()
        return ways

    async def _poll(self, seconds: float) -> bool:
        """Poll once; whether every broker answered."""
        self._cluster.pass_on(seconds)
        update = await self._poller.poll()
        if isinstance(update, Failure):
            self._seen["failed"] += 1
            await asyncio.sleep(BROKERS_CALL_AGAIN_S)
            return False
        self._seen["polls"] += 1
        self._observer.observe(update)
        await search_times(self._poller, self._observer, 2)
        is_whole = all(broker.gap == NO_GAP for broker in update.brokers)
        if not is_whole:
            await asyncio.sleep(BROKERS_CALL_AGAIN_S)
        return is_whole

    def _report(self) -> None:
        gc.collect()
        hour = (self._cluster.now() - self._began_at) / 3600
        held = Held(
            hour,
            resident_mb(),
            (held_bytes(self._observer) + held_bytes(self._poller)) / 1e6,
            len(gc.get_objects()),
            len(asyncio.all_tasks()),
            len(os.listdir("/proc/self/fd")),
        )
        self.held.append(held)
        print(
            f"{hour:5.1f} h  RSS {held.rss_mb:6.1f} MB  history {held.history_mb:5.1f} MB  "
            f"{held.objects:,} objects  {held.tasks} tasks  {held.files} open files  "
            f"(the cluster: RSS {resident_mb(self._cluster.pid):6.1f} MB)  "
            f"{time.process_time():5.0f} s CPU  {dict(self._seen)}",
            flush=True,
        )


def verdict(held: list[Held], ways: list[str]) -> str:
    """By how much each figure grew an hour in the second half, and what that means."""
    late = held[min(len(held) // 2, len(held) - 2) :]
    hours = [one.hour for one in late]
    grown = {
        name: float(np.polyfit(hours, [getattr(one, name) for one in late], 1)[0])
        for name in Held._fields[1:]
    }
    is_flat = grown["rss_mb"] < MOST_MB_AN_HOUR and grown["objects"] < MOST_OBJECTS_AN_HOUR
    slopes = ", ".join(f"{name} {by:+.2f}" for name, by in grown.items())
    lines = [f"an hour, from {hours[0]:.0f} h on: {slopes}"]
    lines += [f"{len(ways)} texts name what is gone", *ways[:20]]
    return "\n".join([*lines, "FLAT" if is_flat and not ways else "RISING"])


async def soak(hours: int) -> str:
    """The whole of it; gives the verdict."""
    with churning("all") as cluster:
        soaking = Soak(cluster)
        await soaking.run(hours)
        return verdict(soaking.held, await soaking.end())


if __name__ == "__main__":
    print(asyncio.run(soak(int(sys.argv[1]) if len(sys.argv) > 1 else HOURS)))
