"""A demo cluster in a process of its own, on which things happen when they are asked to.

What the cluster holds of all that ever was is so not counted as lagtop's; the clock is shared.
"""

from __future__ import annotations

import asyncio
import multiprocessing
import os
import random
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

from lagtop.demo.cluster import DemoCluster
from lagtop.demo.story import Group, Topic
from lagtop.wire.clock import Clock

NOON = 1_767_268_800.0
PAGE_BYTES = os.sysconf("SC_PAGE_SIZE")
KEPT = 12
"""So many made topics and groups live at a time."""

MADE = r"\bmade-\d+"
"""What names all that comes and goes."""


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
        choices: list[Callable[[], None]] = [self._come, self._come, self._recreate]
        happening = self._random.choice(choices)
        chance = self._random.random()
        if chance < 0.1 or self._dead:
            await self._die_or_return()
            return "die_or_return"
        if chance < 0.2 or self._silent:
            happening = self._silence
        happening()
        return happening.__name__.strip("_")

    async def settle(self) -> str:
        """Let all that was made go, and every broker be well."""
        for number in range(max(self._made - KEPT, 0), self._made):
            self._go(number)
        self._cluster.faults.clear()
        if self._dead:
            await self._die_or_return()
        return "settle"

    def _come(self) -> None:
        """A topic, its dead letters and its groups come, and old ones go."""
        name = f"made-{self._made}"
        self._cluster.add_topic(Topic(name, self._random.randint(1, 8), 50, backlog=20_000))
        self._cluster.add_topic(Topic(f"{name}.DLQ", 1, 2))
        kind = self._random.choice(["classic", "consumer"])
        members = self._random.randint(1, 4)
        self._cluster.add_group(Group(f"{name}-fast", (name,), members, 60, type=kind))
        self._cluster.add_group(Group(f"{name}-slow", (name,), members, 5, type=kind))
        self._cluster.set_committed(f"{name}-slow", name, 0, 0)
        self._made += 1
        if self._made > KEPT:
            self._go(self._made - KEPT - 1)

    def _go(self, number: int) -> None:
        name = f"made-{number}"
        for group in (f"{name}-fast", f"{name}-slow"):
            self._cluster.delete_group(group)
        for topic in (name, f"{name}.DLQ"):
            self._cluster.delete_topic(topic)

    def _recreate(self) -> None:
        if self._made:
            self._cluster.recreate_topic(f"made-{self._made - 1}")

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


class Churning(Clock):
    """The cluster as its client has it: where it listens, the clock, and a bell for events."""

    def __init__(self, pipe: Connection, at: Any, pid: int) -> None:
        self.bootstrap = str(pipe.recv())
        self.pid = pid
        self._pipe, self._at = pipe, at

    def now(self) -> float:
        """The time there, seconds since the epoch."""
        return float(self._at.value)

    def pass_on(self, seconds: float) -> None:
        """Let time pass."""
        self._at.value += seconds

    def happen(self, what: str = "event") -> str:
        """Let something happen, and say what."""
        self._pipe.send(what)
        return str(self._pipe.recv())


@contextmanager
def churning(story: str) -> Iterator[Churning]:
    """Such a cluster, for as long as the `with` block."""
    spawning = multiprocessing.get_context("spawn")
    ours, theirs = spawning.Pipe()
    at = spawning.Value("d", NOON)
    process = spawning.Process(target=_serve, args=(theirs, at, story), daemon=True)
    process.start()
    theirs.close()
    try:
        yield Churning(ours, at, process.pid or 0)
    finally:
        ours.close()
        process.join()


def resident_mb(pid: int | str = "self") -> float:
    """Memory that a process holds now, MB."""
    pages = int(Path(f"/proc/{pid}/statm").read_text(encoding="utf-8").split()[1])
    return pages * PAGE_BYTES / 1e6


def _serve(pipe: Connection, at: Any, story: str) -> None:
    asyncio.run(_play(pipe, lambda: float(at.value), story))


async def _play(pipe: Connection, clock: Callable[[], float], story: str) -> None:
    """Let things happen until the other side closes the pipe."""
    told, loop = asyncio.Event(), asyncio.get_running_loop()
    async with DemoCluster(story, seed=3, clock=clock, history_s=60) as cluster:
        churn = Churn(cluster)
        pipe.send(cluster.bootstrap)
        loop.add_reader(pipe.fileno(), told.set)
        with suppress(EOFError):
            while True:
                await told.wait()
                told.clear()
                while pipe.poll():
                    pipe.send(await getattr(churn, pipe.recv())())
        loop.remove_reader(pipe.fileno())
