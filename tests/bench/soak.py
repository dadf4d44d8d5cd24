"""Whether anything is left behind: hours of churn on a simulated clock, through the whole path.

Run by hand: `python -m tests.bench.soak [HOURS]` (8 unless told). Topics, groups and members come
and go, brokers fall silent, die and return; memory, tasks and open files are printed every hour.
"""

from __future__ import annotations

import asyncio
import gc
import os
import random
import sys
from collections import Counter
from collections.abc import Callable
from pathlib import Path

from lagtop.analysis.observer import Observer
from lagtop.demo.cluster import DemoCluster
from lagtop.demo.story import Group, Topic
from lagtop.live import search_times
from lagtop.settings import Settings, parse_bootstrap
from lagtop.snapshot import Snapshot
from lagtop.wire.poller import Poller
from screenshots.stage import HandClock

HOURS = 8
POLL_S = 2.0
POLLS_BETWEEN_EVENTS = 15
PAGE_BYTES = os.sysconf("SC_PAGE_SIZE")
KEPT = 12
"""So many made topics and groups live at a time."""


class Churn:
    """What happens to the cluster, one event at a time."""

    def __init__(self, cluster: DemoCluster) -> None:
        self._cluster = cluster
        self._made = 0
        self._random = random.Random(1)
        self._silent: int | None = None
        self._dead: int | None = None

    async def event(self) -> str:
        """Let something happen, and say what."""
        choices: list[Callable[[], None]] = [self._come, self._come, self._recreate, self._silence]
        happening = self._random.choice(choices)
        if self._random.random() < 0.15:
            await self._die_or_return()
            return "die_or_return"
        happening()
        return happening.__name__.strip("_")

    def _come(self) -> None:
        """A topic and its group come, and old ones go."""
        topic, group = f"topic-{self._made}", f"group-{self._made}"
        self._cluster.add_topic(Topic(topic, self._random.randint(1, 8), 50))
        self._cluster.add_group(Group(group, (topic,), self._random.randint(1, 4), 60))
        gone = self._made - KEPT
        if gone >= 0:
            self._cluster.delete_group(f"group-{gone}")
            self._cluster.delete_topic(f"topic-{gone}")
        self._made += 1

    def _recreate(self) -> None:
        if self._made:
            self._cluster.recreate_topic(f"topic-{self._made - 1}")

    def _silence(self) -> None:
        self._cluster.faults.clear()
        self._silent = None if self._silent else self._random.randint(1, 3)
        if self._silent:
            self._cluster.silence(self._silent)

    async def _die_or_return(self) -> None:
        if self._dead:
            await self._cluster.revive(self._dead)
            self._dead = None
        else:
            self._dead = self._random.randint(1, 3)
            await self._cluster.kill(self._dead)


def resident_mb() -> float:
    """Memory that this process holds now, MB."""
    pages = int(Path("/proc/self/statm").read_text(encoding="utf-8").split()[1])
    return pages * PAGE_BYTES / 1e6


async def soak(hours: float) -> None:
    """Poll and observe all those hours."""
    clock, observer, seen = HandClock(), Observer(), Counter[str]()
    began = clock.now()
    async with DemoCluster("all", seed=3, clock=clock.now, history_s=60) as cluster:
        settings = Settings(parse_bootstrap(cluster.bootstrap), deadline_s=0.5)
        source = Poller(settings, clock=clock)
        churn = Churn(cluster)
        polls = int(hours * 3600 / POLL_S)
        for poll in range(polls + 1):
            if poll % int(3600 / POLL_S) == 0:
                report(clock.now() - began, seen)
            clock.at += POLL_S
            if poll % POLLS_BETWEEN_EVENTS == 0:
                seen[await churn.event()] += 1
            update = await source.poll()
            seen[getattr(update, "what", "polls")] += 1
            if isinstance(update, Snapshot):
                observer.observe(update)
                await search_times(source, observer, 2)
        await source.close()


def report(passed_s: float, seen: Counter[str]) -> None:
    """Print what the process holds."""
    gc.collect()
    files = len(os.listdir("/proc/self/fd"))
    objects = len(gc.get_objects())
    print(
        f"{passed_s / 3600:5.1f} h  RSS {resident_mb():6.1f} MB  {objects:,} objects  "
        f"{len(asyncio.all_tasks())} tasks  {files} open files  {dict(seen)}",
        flush=True,
    )


if __name__ == "__main__":
    asyncio.run(soak(float(sys.argv[1]) if len(sys.argv) > 1 else HOURS))
