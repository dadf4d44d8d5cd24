"""Who polls a cluster while faults befall it, and what was wrong, missing and slow meanwhile.

Nobody reads and nothing is written but what a fault itself does, so the truth is known: a lag that
is shown is one of those that `Watch.allowed` names, and whatever is consumed is nothing.
"""

from __future__ import annotations

import asyncio
import os
import time
from collections.abc import Awaitable, Callable, Iterable
from contextlib import suppress
from pathlib import Path

from lagtop.analysis.observer import Observer
from lagtop.analysis.report import Report
from lagtop.security import OPEN_DOOR, Security
from lagtop.settings import Settings, parse_bootstrap
from lagtop.snapshot import NO_GAP, UNKNOWN, Failure, Snapshot
from lagtop.wire.poller import Poller
from tests.kafka.traffic import admin, commit, create_pinned_topic, create_topic, produce

COUNTS = {0: 10, 1: 20, 2: 30}
COMMITTED = {0: 1, 1: 2, 2: 3}
NODES = (1, 2, 3)
GROUPS = ("billing", "crm", "search", "shipping")
USUAL = {partition: frozenset({COUNTS[partition] - COMMITTED[partition]}) for partition in COUNTS}
POLL_S = 1.0
LONG_POLLS = 90

Act = Callable[[], None]
Lags = dict[int, frozenset[int]]


class Watch:
    """Polls a cluster without end; `allowed` names the true lags of topics that have not USUAL."""

    def __init__(
        self, bootstrap: str, security: Security = OPEN_DOOR, every_s: float = POLL_S
    ) -> None:
        settings = Settings(parse_bootstrap(bootstrap), deadline_s=3.0, security=security)
        self._poller, self._observer = Poller(settings), Observer()
        self._every_s = every_s
        self.polls = 0
        self.wrong: list[str] = []
        self.longest_s = 0.0
        self.seen: set[str] = set()
        self.allowed: dict[str, Lags] = {}
        self.report: Report | None = None
        self.is_whole = False
        self.whole = 0
        self._polled = asyncio.Event()

    async def run(self) -> None:
        """Poll until cancelled."""
        try:
            while True:
                began = time.monotonic()
                update = await self._poller.poll()
                self.longest_s = max(self.longest_s, time.monotonic() - began)
                self._take(update)
                self.whole += self.is_whole
                self.polls += 1
                self._polled.set()
                await asyncio.sleep(self._every_s)
        finally:
            await self._poller.close()

    def begin(self) -> None:
        """Forget what was seen of the fault before."""
        self.wrong, self.longest_s, self.seen, self.whole = [], 0.0, set(), 0

    def _take(self, update: Snapshot | Failure) -> None:
        if isinstance(update, Failure):
            self.is_whole = False
            self.seen.add(f"no data: {update.what}")
            return
        report = self.report = self._observer.observe(update)
        self.wrong += self.wrong_numbers(report)
        gaps = [one.gap for one in update.brokers] + [one.gap for one in update.groups]
        gaps += [update.gaps[code] for code in {*update.partitions.gap, *update.commits.gap}]
        dirs = [one.gap for broker in update.brokers for one in broker.dirs]
        self.seen.update(gap.code for gap in gaps if gap != NO_GAP)
        self.seen.update(f"directory {gap.reason}" for gap in dirs if gap != NO_GAP)
        self.is_whole = all(gap == NO_GAP for gap in gaps) and all_known(report)

    def wrong_numbers(self, report: Report) -> list[str]:
        """Each lag and each rate that is shown as known and is not true."""
        rows = report.partitions
        columns = (rows.topic, rows.partition, rows.lag_messages, rows.consumed_per_s)
        wrong = []
        for code, partition, lag, rate in zip(*(one.tolist() for one in columns), strict=True):
            topic = report.topics[code]
            if lag not in {UNKNOWN, *self.allowed.get(topic, USUAL)[partition]}:
                wrong.append(f"{topic}-{partition} has a lag of {lag}")
            if rate > 0:
                wrong.append(f"{rate:.1f}/s are read of {topic}-{partition}")
        return wrong

    async def until_whole(self) -> int:
        """Wait until all is known and of this poll; after how many polls that was."""
        began = self.polls
        await self.next()
        while not self.is_whole and self.polls - began < LONG_POLLS:
            await self.next()
        return self.polls - began

    async def next(self) -> None:
        """Wait for the next poll."""
        self._polled.clear()
        await self._polled.wait()


def all_known(report: Report) -> bool:
    """Whether no lag is unknown."""
    return bool(len(report.partitions.group)) and UNKNOWN not in report.partitions.lag_messages


async def play(watch: Watch, name: str, acts: Iterable[Act], lasts_s: float) -> None:
    """Let a fault begin, last and end, and print what was seen of it."""
    begin, *rest = acts
    watch.begin()
    await asyncio.to_thread(begin)
    await asyncio.sleep(lasts_s)
    for act in rest:
        await asyncio.to_thread(act)
    polls = await watch.until_whole()
    after = f"known again after {polls} polls" if watch.is_whole else f"not known in {polls} polls"
    print(
        f"{name:40} {after:30} wrong {len(watch.wrong)}  longest poll {watch.longest_s:.1f} s  "
        f"seen as: {', '.join(sorted(watch.seen)) or 'nothing'}",
        *(f"\n  wrong: {what}" for what in sorted(set(watch.wrong))[:3]),
        sep="",
        flush=True,
    )


async def watching(watch: Watch, days: Awaitable[None]) -> None:
    """Play the days while somebody polls, and print what the poller left behind."""
    tasks, sockets = len(asyncio.all_tasks()), open_sockets()
    polling = asyncio.create_task(watch.run())
    try:
        await watch.until_whole()
        await days
    finally:
        polling.cancel()
        with suppress(asyncio.CancelledError):
            await polling
    await asyncio.sleep(0)
    left = len(asyncio.all_tasks()) - tasks, open_sockets() - sockets
    print(f"left behind: {left[0]} tasks, {left[1]} sockets", flush=True)


def open_sockets() -> int:
    """How many sockets this process holds."""
    count = 0
    for link in Path("/proc/self/fd").iterdir():
        with suppress(OSError):
            count += os.readlink(link).startswith("socket:")
    return count


def new_groups(bootstrap: str) -> None:
    """A topic without replicas and one with, and groups that stand still in them."""
    create_pinned_topic(bootstrap, "pinned", leaders=NODES)
    create_topic(bootstrap, "safe", partitions=3, replicas=3)
    for topic in ("pinned", "safe"):
        stand_still(bootstrap, topic)


def stand_still(bootstrap: str, topic: str) -> None:
    """Fill a topic, and let every group stand somewhere in it."""
    produce(bootstrap, topic, COUNTS)
    for group in GROUPS:
        commit(bootstrap, group, topic, COMMITTED)


def leaders_amiss(bootstrap: str, report: Report | None) -> int:
    """How many partitions of groups have another leader than the report says."""
    if report is None:
        return 0
    with admin(bootstrap) as client:
        told = {
            (topic["name"], part["partition_index"]): part["leader_id"]
            for topic in client.describe_topics()
            for part in topic["partitions"]
        }
    rows = report.partitions
    places = zip(rows.topic, rows.partition, rows.leader.tolist(), strict=True)
    return sum(
        told[report.topics[topic], int(partition)] != leader for topic, partition, leader in places
    )
