"""Whether it holds at scale: a million group-partitions, 65,000 groups, 1,000 members, on one run.

Run by hand: `python -m tests.bench.scale [--minutes M] [--every S] [SIZE ...]`. The cluster is a
process of its own (`giant_cluster.py`), each size is measured in another. Its clock leaps from poll
to poll, so that minutes of history cost only their polls. Then the screen, in a pty and real time.
"""

from __future__ import annotations

import argparse
import asyncio
import itertools
import json
import math
import statistics
import subprocess
import sys
import time

import numpy as np

from lagtop.analysis.observer import Observer
from lagtop.live import ROUNDS_A_POLL, search_times
from lagtop.memory import give_back
from lagtop.settings import Settings, parse_bootstrap
from lagtop.snapshot import Snapshot
from lagtop.wire.clock import Clock
from lagtop.wire.poller import Poller
from tests.bench.giant import Size
from tests.bench.giant_cluster import giant
from tests.bench.screen_cost import read_for, rss_mb
from tests.ui.pty_terminal import PtyTerminal

SIZES = {
    "10k": Size(10, 10, 100, 100, members_a_group=10),
    "100k": Size(100, 10, 100, 100, members_a_group=10),
    "1M": Size(1_000, 10, 100, 100, members_a_group=10),
    "65k-groups": Size(65_000, 1, 2_500, 4),
    "1-wide": Size(1, 1_000, 1_000, 100, members_a_group=10),
    "1k-members": Size(1, 100, 100, 100, members_a_group=1_000),
}
SLOPE = ("10k", "100k", "1M")
KEYS = 60
DEADLINE_S = 60.0
PATIENCE_S = 120.0


class LeapingClock(Clock):
    """The machine's clock, and what it has been put forward."""

    def __init__(self) -> None:
        super().__init__()
        self.leapt_s = 0.0

    def now(self) -> float:
        """The present, seconds since the epoch."""
        return super().now() + self.leapt_s


async def poll_all(size: Size, polls: int, every_s: float) -> dict[str, float]:
    """Poll and observe so often; the figures of it."""
    clock, observer = LeapingClock(), Observer()
    with giant(size) as cluster:
        settings = Settings(parse_bootstrap(cluster.bootstrap), deadline_s=DEADLINE_S)
        poller = Poller(settings, clock=clock)
        told, began = [], clock.now()
        for _ in range(polls):
            told.append(await poll_once(poller, observer, size.rows))
            clock.leapt_s += max(every_s - told[-1][3], 0)
            cluster.move_to(clock.now() - began)
        await poller.close()
    return figures(np.array(told), size.rows)


async def poll_once(
    poller: Poller, observer: Observer, rows: int
) -> tuple[float, float, float, float, int]:
    """CPU seconds to poll, to observe and to search by time; wall seconds; requests."""
    wall = time.perf_counter()
    cpu = [time.process_time()]
    snapshot = await poller.poll()
    cpu.append(time.process_time())
    assert isinstance(snapshot, Snapshot), snapshot
    assert len(snapshot.commits.group) == rows
    observer.observe(snapshot)
    cpu.append(time.process_time())
    await search_times(poller, observer, ROUNDS_A_POLL)
    give_back(rows)  # as the poller does between polls
    cpu.append(time.process_time())
    polled, observed, searched = np.diff(cpu).tolist()
    took_s = time.perf_counter() - wall
    return polled, observed, searched, took_s, snapshot.cost.requests


def figures(told: np.ndarray[tuple[int, ...], np.dtype[np.float64]], rows: int) -> dict[str, float]:
    """Medians and means over all polls but the first; RSS now and at its peak."""
    rest = told[1:]
    cpu = rest[:, :3].sum(axis=1)
    with open("/proc/self/status", encoding="ascii") as status:
        kept = dict(line.split(":", 1) for line in status)
    return {
        "rows": rows,
        "polls": len(told),
        "poll_s": statistics.median(rest[:, 0]),
        "observe_s": statistics.median(rest[:, 1]),
        "cpu_s": statistics.median(cpu),
        "mean_cpu_s": float(cpu.mean()),
        "worst_cpu_s": float(cpu.max()),
        "first_cpu_s": float(told[0, :3].sum()),
        "wall_s": statistics.median(rest[:, 3]),
        "requests": statistics.median(rest[:, 4]),
        "rss_mb": int(kept["VmRSS"].split()[0]) / 1e3,
        "peak_mb": int(kept["VmHWM"].split()[0]) / 1e3,
    }


def print_figures(name: str, found: dict[str, float]) -> None:
    """One line a size."""
    print(
        f"{name:11} {found['rows']:>9,.0f} rows: CPU a poll {found['cpu_s']:.3f} s "
        f"(poll {found['poll_s']:.3f}, analysis {found['observe_s']:.3f}; mean "
        f"{found['mean_cpu_s']:.3f}, worst {found['worst_cpu_s']:.2f}, first "
        f"{found['first_cpu_s']:.2f}), wall {found['wall_s']:.2f} s, "
        f"{found['requests']:.0f} requests; RSS {found['rss_mb']:.0f} MB after "
        f"{found['polls']:.0f} polls (peak {found['peak_mb']:.0f})",
        flush=True,
    )


def print_slope(found: dict[str, dict[str, float]]) -> None:
    """How cost grows with rows: CPU a row between two sizes, and the exponent (1 is linear)."""
    named = [name for name in SLOPE if name in found]
    for small, big in itertools.pairwise(named):
        one, other = found[small], found[big]
        more_s, more = other["mean_cpu_s"] - one["mean_cpu_s"], other["rows"] - one["rows"]
        times_s, times = other["mean_cpu_s"] / one["mean_cpu_s"], other["rows"] / one["rows"]
        print(
            f"{small} to {big}: {more_s / more * 1e6:.2f} us CPU a row, "
            f"cost ~ rows^{math.log(times_s) / math.log(times):.2f}"
        )


def show_on_screen(name: str) -> None:
    """The screen on a cluster of such a size: the first row, keys while it polls, and memory."""
    with giant(SIZES[name]) as cluster:
        at = time.monotonic()
        terminal = PtyTerminal("-m", "lagtop", "-b", cluster.bootstrap, size=(120, 40))
        try:
            first = first_row(terminal, at)
            read_for(terminal, 15)
            rss = rss_mb(terminal.child.pid)
            if SIZES[name].groups == 1:  # whose partitions there is more to see of
                terminal.send("\r")
                read_for(terminal, 5)
            keys = key_times(terminal)
            held = rss_mb(terminal.child.pid)
        finally:
            terminal.close()
    p50, p95 = np.percentile(keys, [50, 95])
    print(
        f"{name:11} screen: first row after {first:.2f} s; key to screen p50 {p50:.0f} ms, "
        f"p95 {p95:.0f} ms, worst {max(keys):.0f}; RSS {rss:.0f} MB, "
        f"{held:.0f} with a picture held",
        flush=True,
    )


def first_row(terminal: PtyTerminal, began: float) -> float:
    """Seconds from the start until a group is on the screen."""
    while "group-" not in terminal.text:
        assert time.monotonic() - began < PATIENCE_S, terminal.text
        terminal.read(0.01)
    return time.monotonic() - began


def key_times(terminal: PtyTerminal) -> list[float]:
    """Milliseconds from a key to what it draws; the picture is held, the polls go on."""
    terminal.send("p")
    terminal.wait_for_quiet()
    took = []
    for turn in range(KEYS):
        at = time.monotonic()
        terminal.send("k" if turn % 2 else "j")
        while not terminal.read(1.0):
            assert time.monotonic() - at < PATIENCE_S, terminal.text
        took.append((time.monotonic() - at) * 1e3)
        read_for(terminal, 0.173)
    return took


def main() -> None:
    """Measure the sizes given, or all."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--minutes", type=float, default=2.0, help="of history")
    parser.add_argument("--every", type=float, default=2.0, help="seconds between polls")
    parser.add_argument("--no-screen", action="store_true")
    parser.add_argument("--one", action="store_true", help="in this process, as JSON")
    parser.add_argument("sizes", nargs="*", metavar="SIZE", help=", ".join(SIZES))
    asked = parser.parse_args()
    names = asked.sizes or list(SIZES)
    polls = max(3, round(asked.minutes * 60 / asked.every))
    if asked.one:
        print(json.dumps(asyncio.run(poll_all(SIZES[names[0]], polls, asked.every))))
        return
    found = {}
    for name in names:
        found[name] = measured(name, asked)
        print_figures(name, found[name])
    print_slope(found)
    for name in () if asked.no_screen else names:
        show_on_screen(name)


def measured(name: str, asked: argparse.Namespace) -> dict[str, float]:
    """The figures of a size, from a process of its own."""
    words = ["--one", "--minutes", str(asked.minutes), "--every", str(asked.every), name]
    command = [sys.executable, "-m", "tests.bench.scale", *words]
    told = subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True).stdout
    figures: dict[str, float] = json.loads(told)
    return figures


if __name__ == "__main__":
    main()
