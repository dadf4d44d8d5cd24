"""The worst days of a real cluster of three brokers, while a poller watches: what it saw of them.

Run by hand: `python -m tests.bench.faults`. Nothing moves meanwhile, so every number that is shown
as known must be the true one. For each fault a line: how it was seen, how many polls after its end
all was known again, how many wrong numbers were shown (0), and how long the longest poll took.
A full disk needs the right to mount a small one; without it that fault is left out.
"""

from __future__ import annotations

import asyncio
import subprocess
import tempfile
import time
from collections.abc import Awaitable, Callable, Iterable
from contextlib import suppress
from functools import partial
from pathlib import Path

from kafka.errors import KafkaError

from lagtop.analysis.observer import Observer
from lagtop.analysis.report import Report
from lagtop.security import OPEN_DOOR, Secret, Security
from lagtop.settings import Settings, parse_bootstrap
from lagtop.snapshot import NO_GAP, UNKNOWN, Failure, Snapshot
from lagtop.wire.health import DIRS_EVERY_S
from lagtop.wire.poller import Poller
from tests.kafka import jars
from tests.kafka.cluster import KafkaCluster
from tests.kafka.guarded import PASSWORD, GuardedKafka
from tests.kafka.ports import HOST
from tests.kafka.traffic import commit, create_pinned_topic, create_topic, produce

NODES = (1, 2, 3)
COUNTS = {0: 10, 1: 20, 2: 30}
COMMITTED = {0: 1, 1: 2, 2: 3}
GROUPS = ("billing", "crm", "search", "shipping")
POLL_S = 1.0
LONG_POLLS = 90
SMALL_DISK = "96m"

Act = Callable[[], None]


class Watch:
    """Polls a cluster without end, and keeps what was wrong, missing and slow."""

    def __init__(self, bootstrap: str, security: Security = OPEN_DOOR) -> None:
        settings = Settings(parse_bootstrap(bootstrap), deadline_s=3.0, security=security)
        self._poller, self._observer = Poller(settings), Observer()
        self.polls = self.wrong = 0
        self.longest_s = 0.0
        self.seen: set[str] = set()
        self.is_whole = False
        self._polled = asyncio.Event()

    async def run(self) -> None:
        """Poll until cancelled."""
        try:
            while True:
                began = time.monotonic()
                update = await self._poller.poll()
                self.longest_s = max(self.longest_s, time.monotonic() - began)
                self._take(update)
                self.polls += 1
                self._polled.set()
                await asyncio.sleep(POLL_S)
        finally:
            await self._poller.close()

    def begin(self) -> None:
        """Forget what was seen of the fault before."""
        self.wrong, self.longest_s, self.seen = 0, 0.0, set()

    def _take(self, update: Snapshot | Failure) -> None:
        if isinstance(update, Failure):
            self.is_whole = False
            self.seen.add(f"no data: {update.what[:40]}")
            return
        report = self._observer.observe(update)
        self.wrong += wrong_numbers(report)
        gaps = [one.gap for one in update.brokers] + [one.gap for one in update.groups]
        gaps += [update.gaps[code] for code in {*update.partitions.gap, *update.commits.gap}]
        dirs = [one.gap for broker in update.brokers for one in broker.dirs]
        self.seen.update(gap.code for gap in gaps if gap != NO_GAP)
        self.seen.update(f"directory {gap.reason}" for gap in dirs if gap != NO_GAP)
        self.is_whole = all(gap == NO_GAP for gap in gaps) and all_known(report)

    async def until_whole(self) -> int:
        """Wait until all is known and of this poll; after how many polls that was."""
        began = self.polls
        await self._next()
        while not self.is_whole and self.polls - began < LONG_POLLS:
            await self._next()
        return self.polls - began

    async def _next(self) -> None:
        self._polled.clear()
        await self._polled.wait()


def wrong_numbers(report: Report) -> int:
    """How many lags that are shown as known are not the true ones."""
    rows = report.partitions
    return sum(
        lag not in (UNKNOWN, COUNTS[partition] - COMMITTED[partition])
        for partition, lag in zip(rows.partition.tolist(), rows.lag_messages.tolist(), strict=True)
    )


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
        f"{name:32} {after:30} wrong {watch.wrong}  longest poll {watch.longest_s:.1f} s  "
        f"seen as: {', '.join(sorted(watch.seen)) or 'nothing'}",
        flush=True,
    )


def prepare(bootstrap: str) -> None:
    """A topic without replicas and one with, and groups that stand still on both."""
    create_pinned_topic(bootstrap, "pinned", leaders=NODES)
    create_topic(bootstrap, "safe", partitions=3, replicas=3)
    for topic in ("pinned", "safe"):
        produce(bootstrap, topic, COUNTS)
        for group in GROUPS:
            commit(bootstrap, group, topic, COMMITTED)


class Disk:
    """A small file system for a second log directory of a node."""

    def __init__(self, cluster_dir: Path, node_id: int) -> None:
        self.path = cluster_dir / f"node-{node_id}" / "small"
        self.path.mkdir()
        words = ["mount", "-t", "tmpfs", "-o", f"size={SMALL_DISK}", "tmpfs", str(self.path)]
        self.is_there = subprocess.run(words, capture_output=True, check=False).returncode == 0
        if self.is_there:
            with (cluster_dir / f"node-{node_id}" / "server.properties").open("a") as file:
                file.write(f"log.dirs={cluster_dir / f'node-{node_id}' / 'data'},{self.path}\n")

    def fill(self, bootstrap: str) -> None:
        """Leave not a byte, and have the node write."""
        with suppress(OSError), (self.path / "filler").open("wb", buffering=0) as file:
            while file.write(bytes(1 << 16)):
                pass
        create_topic(bootstrap, "on-the-full-disk", partitions=12, replicas=3)
        with suppress(KafkaError):
            produce(bootstrap, "on-the-full-disk", dict.fromkeys(range(12), 400))

    def free(self) -> None:
        """Take the filler away."""
        (self.path / "filler").unlink()

    def let_go(self) -> None:
        """Unmount."""
        if self.is_there:
            subprocess.run(["umount", "-l", str(self.path)], check=False)


async def watching(watch: Watch, days: Awaitable[None]) -> None:
    """Play the days while somebody polls."""
    polling = asyncio.create_task(watch.run())
    try:
        await watch.until_whole()
        await days
    finally:
        polling.cancel()
        with suppress(asyncio.CancelledError):
            await polling


async def days_of(cluster: KafkaCluster, watch: Watch, disk: Disk) -> None:
    """Every fault of the cluster in turn."""
    for node in NODES:
        await play(watch, f"broker {node} killed", kill_and_restart(cluster, node), 8)
    for node in NODES:
        one = cluster.nodes[node]
        acts = [one.pause, one.resume, cluster.await_nodes]
        await play(watch, f"broker {node} stopped (SIGSTOP)", acts, 8)
    rolling = [act for node in NODES for act in kill_and_restart(cluster, node)]
    await play(watch, "rolling restart", rolling, 1)
    if disk.is_there:
        fill = partial(disk.fill, cluster.bootstrap)
        await play(watch, "full disk on broker 3", [fill], DIRS_EVERY_S + 5)
        again = [disk.free, *kill_and_restart(cluster, NODES[-1])]
        await play(watch, "room again, broker 3 restarted", again, 1)
    else:
        print("full disk: no right to mount one here", flush=True)


def kill_and_restart(cluster: KafkaCluster, node: int) -> list[Act]:
    """A node goes as in a power failure, and comes back."""
    return [cluster.nodes[node].kill, partial(cluster.restart, node)]


async def certificate_days(kafka: GuardedKafka, watch: Watch) -> None:
    """The broker's certificate is replaced by another of the same authority."""

    def rotate() -> None:
        kafka.authority.issue("broker", ("localhost", HOST)).both()
        kafka.restart()

    await play(watch, "certificate rotated by a restart", [rotate], 1)


def main() -> None:
    """Everything, one cluster after the other."""
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as scratch:
        cluster = KafkaCluster(jars.libs(), Path(scratch) / "three", size=3)
        disk = Disk(Path(scratch) / "three", NODES[-1])
        try:
            cluster.start()
            prepare(cluster.bootstrap)
            watch = Watch(cluster.bootstrap)
            asyncio.run(watching(watch, days_of(cluster, watch, disk)))
        finally:
            cluster.stop()
            disk.let_go()
        (Path(scratch) / "guarded").mkdir()
        guarded = GuardedKafka(jars.libs(), Path(scratch) / "guarded")
        try:
            guarded.start()
            create_topic(guarded.bootstrap, "one", partitions=3)
            produce(guarded.bootstrap, "one", COUNTS)
            commit(guarded.bootstrap, "billing", "one", COMMITTED)
            ca_file = str(guarded.authority.file)
            security = Security("SASL_SSL", "PLAIN", "admin", Secret(PASSWORD), ca_file=ca_file)
            watch = Watch(guarded.address("SECURE"), security)
            asyncio.run(watching(watch, certificate_days(guarded, watch)))
        finally:
            guarded.stop()


if __name__ == "__main__":
    main()
