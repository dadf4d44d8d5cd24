"""Whether the screen leaves anything behind: real time, a real Kafka, a real pty, with churn.

Run by hand: `python -m tests.bench.screen_soak [MINUTES]` (60 unless told). Topics, groups and
members come and go, keys are pressed; what the process holds is printed every minute.
"""

from __future__ import annotations

import os
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import cycle
from pathlib import Path

from tests.kafka import jars
from tests.kafka.cluster import KafkaCluster
from tests.kafka.flow import Reader, flowing, produce_steadily
from tests.kafka.traffic import commit, create_topic, delete_group, delete_topic, produce
from tests.ui.pty_terminal import PtyTerminal

MINUTES = 60
CHURN_EVERY_S = 15.0
KEPT = 6
STEADY = "steady"
PAGE_BYTES = os.sysconf("SC_PAGE_SIZE")
KEYS = ("2", "3", "\r", "\x1b", "4", "5", "6", "1", "\r", "\x1b", "j", "k", "1")


class Churn:
    """Topics with their groups that come and go, one of each at a time."""

    def __init__(self, bootstrap: str) -> None:
        self._bootstrap = bootstrap
        self._made = 0

    def step(self) -> Reader:
        """Make a topic and a group, let old ones go; gives a member that may join the group."""
        name = f"churn-{self._made}"
        create_topic(self._bootstrap, name, partitions=2)
        produce(self._bootstrap, name, {0: 20, 1: 30})
        commit(self._bootstrap, name, name, {0: 1, 1: 2})
        if self._made >= KEPT:
            gone = f"churn-{self._made - KEPT}"
            delete_group(self._bootstrap, gone)
            delete_topic(self._bootstrap, gone)
        self._made += 1
        return Reader(f"{name}-read", name, f"member-{self._made}", per_s=10)


def report(began: float, pid: int, tasks: Path) -> None:
    """Print what a process holds."""
    proc = Path("/proc") / str(pid)
    pages = int((proc / "statm").read_text(encoding="utf-8").split()[1])
    handles, threads = len(os.listdir(proc / "fd")), len(os.listdir(proc / "task"))
    fields = (proc / "stat").read_text(encoding="utf-8").rpartition(")")[2].split()
    ran_s = sum(map(int, fields[11:13])) / os.sysconf("SC_CLK_TCK")
    counted = tasks.read_text(encoding="utf-8") if tasks.exists() else "?"
    print(
        f"{(time.monotonic() - began) / 60:5.1f} min  RSS {pages * PAGE_BYTES / 1e6:6.1f} MB  "
        f"{handles} open files  {threads} threads  {counted} tasks  "
        f"{ran_s:.1f} s CPU",
        flush=True,
    )


@contextmanager
def screen(bootstrap: str, tasks: Path) -> Iterator[PtyTerminal]:
    """lagtop in a terminal that is read all the time, and in which keys are pressed."""
    words = ("-m", "tests.bench.counted", str(tasks), "-b", bootstrap)
    terminal, stop = PtyTerminal(*words, size=(160, 45)), threading.Event()

    def read() -> None:
        keys, press_at = cycle(KEYS), time.monotonic() + 10
        while not stop.is_set():
            terminal.read(0.5)
            terminal.raw.clear()
            if time.monotonic() > press_at:
                press_at += 10
                terminal.send(next(keys))

    reader = threading.Thread(target=read, daemon=True)
    reader.start()
    try:
        yield terminal
    finally:
        stop.set()
        reader.join()
        print("\n".join(terminal.lines), flush=True)
        terminal.close()


def soak(minutes: float) -> None:
    """Watch a cluster of one broker for so long."""
    with tempfile.TemporaryDirectory() as scratch:
        cluster = KafkaCluster(jars.libs(), Path(scratch) / "kafka")
        try:
            cluster.start()
            create_topic(cluster.bootstrap, STEADY, partitions=6)
            watch(cluster.bootstrap, Path(scratch) / "tasks", minutes)
        finally:
            cluster.stop()


def watch(bootstrap: str, tasks: Path, minutes: float) -> None:
    """Let things happen on a cluster under the screen, and report."""
    steady = Reader("steady-readers", STEADY, "steady-1", per_s=45)
    churn, began = Churn(bootstrap), time.monotonic()
    said = 0.0
    with (
        flowing(produce_steadily(bootstrap, STEADY, 6, per_s=50), steady.run(bootstrap)),
        screen(bootstrap, tasks) as terminal,
    ):
        while time.monotonic() - began < minutes * 60 and terminal.child.isalive():
            with flowing(churn.step().run(bootstrap)):
                time.sleep(CHURN_EVERY_S)
            if time.monotonic() - began >= said:
                said += 60
                report(began, terminal.child.pid, tasks)


if __name__ == "__main__":
    soak(float(sys.argv[1]) if len(sys.argv) > 1 else MINUTES)
