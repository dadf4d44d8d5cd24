"""What the screen costs: CPU a refresh and bytes a second, beside top and htop in the same pty.

Run by hand: `python -m tests.bench.screen_cost`. A refresh a second; rows that change keep their
places, a tenth, half or all of them. Also: from a key to the screen while 100,000 rows are polled,
memory, and from start to the first frame and the first lag on the demo. With `play SHARE ROWS` it
is the program that is watched.
"""

from __future__ import annotations

import os
import shutil
import statistics
import sys
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import replace

import numpy as np
import pexpect  # type: ignore[import-untyped]

from lagtop.live import Update
from tests.ui.pty_terminal import PtyTerminal, cells_of, environment
from tests.ui.reports import report

SECONDS = 12
WARM_UP_S = 4
KEYS, STARTS = 60, 7
REASON = 38
"""The line under the table at 120x40, which names the row under the cursor."""

SIZES = ((120, 40), (200, 50))
TICKS_PER_S = os.sysconf("SC_CLK_TCK")


class Ticker:
    """Delivers a Report a second in which some rows have changed."""

    def __init__(self, share: float, rows: int) -> None:
        self._rows, self._changing = rows, np.random.default_rng(1).random(rows) < share
        self._deliver: Callable[[Update], None] = lambda _: None

    def begin(self, deliver: Callable[[Update], None]) -> None:
        self._deliver = deliver
        threading.Thread(target=self._tick, daemon=True).start()

    def refresh(self) -> None:
        """There is nothing newer."""

    def set_interval(self, interval_s: float) -> None:
        """The pace is the bench's."""

    def end(self) -> None:
        """The thread is a daemon."""

    def _tick(self) -> None:
        made = report(self._rows, 1)
        place = np.arange(self._rows)
        base = np.where(place < 50, 500_000 - place * 9_000, 40_000 - 30_000 * place // self._rows)
        for moment in range(10_000):
            lag = base + self._changing * ((moment * 1_919) % 8_900)
            consumed = (90 + self._changing * (moment % 7)).astype(np.float64)
            moved = replace(made.groups, lag_messages=lag, consumed_per_s=consumed)
            self._deliver(replace(made, groups=moved))
            time.sleep(1)


def play(share: float, rows: int) -> int:
    """The program that is watched."""
    from lagtop.ui import run
    from lagtop.ui.options import Options

    return run(Ticker(share, rows), Options(target="bench"))


def cpu_s(pid: int) -> float:
    """CPU seconds of a process so far, from /proc."""
    with open(f"/proc/{pid}/stat", encoding="ascii") as stat:
        fields = stat.read().rpartition(") ")[2].split()
    return (int(fields[11]) + int(fields[12])) / TICKS_PER_S


def watch(terminal: PtyTerminal) -> tuple[float, float]:
    """Bytes and CPU milliseconds per second, once it has settled."""
    terminal.wait_for("group-0 ")
    read_for(terminal, WARM_UP_S)
    sent, cpu = len(terminal.raw), cpu_s(terminal.child.pid)
    read_for(terminal, SECONDS)
    return (len(terminal.raw) - sent) / SECONDS, (cpu_s(terminal.child.pid) - cpu) / SECONDS * 1e3


def read_for(terminal: PtyTerminal, seconds: float) -> None:
    """Play the terminal for a while."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        terminal.read(0.1)


def measure_ours(size: tuple[int, int], share: float, rows: int, stock: bool) -> None:
    """Print a line for lagtop."""
    env = {"LAGTOP_STOCK_DRIVER": "1"} if stock else {}
    terminal = PtyTerminal(__file__, "play", str(share), str(rows), size=size, env=env)
    try:
        sent, cpu_ms = watch(terminal)
        terminal.send("p")
        read_for(terminal, 2)
        quiet = len(terminal.raw)
        read_for(terminal, 4)
        paused = (len(terminal.raw) - quiet) / 4
    finally:
        terminal.close()
    name = f"lagtop{' stock driver' if stock else ''}, {rows:,} rows, {share:.0%}"
    print(
        f"  {name:38} {sent:8.0f} B/s  {cpu_ms:6.1f} ms CPU/s  paused {paused:.0f} B/s", flush=True
    )


def measure_other(size: tuple[int, int], words: Sequence[str]) -> None:
    """Print a line for another program."""
    if shutil.which(words[0]) is None:
        print(f"  {' '.join(words):38} is not installed")
        return
    child = pexpect.spawn(
        words[0], list(words[1:]), dimensions=(size[1], size[0]), env=environment({})
    )
    counts: list[int] = []
    for _ in range(2 + SECONDS):
        end, count = time.monotonic() + 1, 0
        while time.monotonic() < end:
            try:
                count += len(child.read_nonblocking(65_536, 0.1))
            except pexpect.TIMEOUT:
                continue
        counts.append(count)
    child.close(force=True)
    print(f"  {' '.join(words):38} {statistics.mean(counts[2:]):8.0f} B/s", flush=True)


def measure_keys(rows: int) -> None:
    """Print how long a key takes to show while many rows are polled, and the memory in use."""
    terminal = PtyTerminal(__file__, "play", "0.1", str(rows), size=SIZES[0])
    took = []
    try:
        terminal.wait_for("group-0 ")
        for turn in range(KEYS):
            key, wanted = ("k", "0") if turn % 2 else ("j", "1")
            at = time.monotonic()
            terminal.send(key)
            while "".join(cells_of(terminal.screen, REASON)[1:8]) != f"group-{wanted}":
                terminal.read(0.002)
            took.append((time.monotonic() - at) * 1e3)
            read_for(terminal, 0.113)
        rss = rss_mb(terminal.child.pid)
    finally:
        terminal.close()
    p50, p95 = np.percentile(took, [50, 95])
    print(f"  key to screen, {rows:,} rows: p50 {p50:.0f} ms, p95 {p95:.0f} ms; RSS {rss:.0f} MB")


def measure_start() -> None:
    """Print the time from start to the first frame and to the first lag, on the demo's cluster."""
    from lagtop.demo.launch import demo_process

    frames, lags = [], []
    with demo_process("all", 1) as bootstrap:
        for _ in range(STARTS):
            at = time.monotonic()
            terminal = PtyTerminal("-m", "lagtop", "-b", bootstrap, size=SIZES[0])
            try:
                terminal.wait_for("? help")
                frames.append(time.monotonic() - at)
                terminal.wait_for("billing")
                lags.append(time.monotonic() - at)
                rss = rss_mb(terminal.child.pid)
            finally:
                terminal.close()
    told = ", ".join(
        f"{name} min {min(took):.2f} s, median {statistics.median(took):.2f} s"
        for name, took in (("first frame", frames), ("first lag", lags))
    )
    print(f"  start to {told}; RSS {rss:.0f} MB")


def rss_mb(pid: int) -> float:
    """Resident memory of a process, megabytes."""
    with open(f"/proc/{pid}/statm", encoding="ascii") as statm:
        return int(statm.read().split()[1]) * os.sysconf("SC_PAGE_SIZE") / 1e6


def main() -> int:
    """Measure everything in one run."""
    if sys.argv[1:2] == ["play"]:
        return play(float(sys.argv[2]), int(sys.argv[3]))
    for size in SIZES:
        print(f"{size[0]}x{size[1]}, a refresh a second")
        for share in (0.1, 0.5, 1.0):
            measure_ours(size, share, 1_000, stock=False)
        measure_ours(size, 0.1, 1_000, stock=True)
        measure_other(size, ["top", "-d1"])
        measure_other(size, ["htop", "-d10"])
    for rows in (100, 10_000, 100_000, 1_000_000):
        measure_ours(SIZES[0], 0.1, rows, stock=False)
    measure_keys(100_000)
    measure_start()
    print(f"  load average {os.getloadavg()[0]:.1f} on {os.cpu_count()} cores")
    return 0


if __name__ == "__main__":
    sys.exit(main())
