"""What the screen costs: CPU a refresh and bytes a second, beside top and htop in the same pty.

Run by hand: `python tests/bench/screen_cost.py`. A refresh a second; rows that change keep their
places, a tenth, half or all of them. `python tests/bench/screen_cost.py play SHARE ROWS` is the
program that is watched.
"""

from __future__ import annotations

import os
import shutil
import statistics
import sys
import threading
import time
from collections.abc import Callable, Sequence

import numpy as np
import pexpect  # type: ignore[import-untyped]

from lagtop.live import Update
from tests.ui.pty_terminal import PtyTerminal, environment
from tests.ui.reports import report

SECONDS = 12
WARM_UP_S = 4
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
        base = (self._rows - np.arange(self._rows)) * 100_000
        for moment in range(10_000):
            moved = self._changing * ((moment * 7_919) % 90_000)
            rates = {"consumed_per_s": 90 + self._changing * (moment % 7)}
            self._deliver(report(self._rows, 1, of_groups={"lag_messages": base + moved} | rates))
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
    for rows in (100, 100_000):
        measure_ours(SIZES[0], 0.1, rows, stock=False)
    return 0


if __name__ == "__main__":
    sys.exit(main())
