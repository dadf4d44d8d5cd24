"""What it costs to observe: CPU of a poll's analysis, and memory, at 40,000 and 1,000,000 rows.

Run by hand: `python tests/bench/observe_cost.py [ROWS ...]`; each size in a process of its own.
"""

from __future__ import annotations

import resource
import statistics
import subprocess
import sys
import time
from dataclasses import replace

import numpy as np

from lagtop.analysis.observer import Observer
from lagtop.snapshot import Broker, Commits, Group, Member, Partitions, Snapshot
from tests.analysis.held import held_bytes

SIZES = (40_000, 1_000_000)
PARTITIONS_A_TOPIC = 100
ROWS_A_GROUP = 1_000
MEMBERS_A_GROUP = 10
POLLS, WARM_UP = 40, 10
POLL_S = 2.0


def cluster(rows: int) -> Snapshot:
    """Groups of 1,000 rows that read a tenth as many partitions, everybody with ten members."""
    groups, partitions = rows // ROWS_A_GROUP, max(rows // 10, ROWS_A_GROUP)
    topics = partitions // PARTITIONS_A_TOPIC
    group = np.repeat(np.arange(groups, dtype=np.int32), ROWS_A_GROUP)
    start = (np.arange(groups) * ROWS_A_GROUP) % (partitions - ROWS_A_GROUP + 1)
    partition = (start[:, None] + np.arange(ROWS_A_GROUP)).ravel().astype(np.int32)
    member = group * MEMBERS_A_GROUP + np.tile(
        np.arange(ROWS_A_GROUP, dtype=np.int32) * MEMBERS_A_GROUP // ROWS_A_GROUP, groups
    )
    end = np.full(partitions, 10_000, np.int64)
    return Snapshot(
        cluster="bench",
        captured_at=0.0,
        controller=1,
        brokers=tuple(Broker(node, "host", 9092) for node in (1, 2, 3)),
        groups=tuple(Group(f"group-{n:05}", "classic", "Stable") for n in range(groups)),
        members=tuple(
            Member(n // MEMBERS_A_GROUP, f"m-{n}", f"c-{n}", "/h")
            for n in range(groups * MEMBERS_A_GROUP)
        ),
        partitions=Partitions(
            tuple(f"topic-{n:05}" for n in range(topics)),
            ("",) * topics,
            (False,) * topics,
            np.repeat(np.arange(topics, dtype=np.int32), PARTITIONS_A_TOPIC),
            np.tile(np.arange(PARTITIONS_A_TOPIC, dtype=np.int32), topics),
            np.ones(partitions, np.int32),
            np.zeros(partitions, np.int64),
            end,
            end,
            np.zeros(partitions),
            np.zeros(partitions, np.int32),
        ),
        commits=Commits(
            group,
            partition,
            np.full(rows, 9_000, np.int64),
            member.astype(np.int32),
            np.zeros(rows, np.int32),
            np.zeros(rows),
        ),
    )


def later(snapshot: Snapshot, poll: int, random: np.random.Generator) -> Snapshot:
    """The next poll: every end moved, and two commits in five."""
    at = poll * POLL_S
    partitions, commits = snapshot.partitions, snapshot.commits
    end = partitions.log_end + random.poisson(40, len(partitions.log_end))
    moves = random.random(len(commits.committed)) < 0.4
    committed = np.where(moves, end[commits.partition] - 50, commits.committed)
    times = np.full(len(end), at)
    return replace(
        snapshot,
        captured_at=at,
        partitions=replace(partitions, log_end=end, last_stable=end, read_at=times),
        commits=replace(commits, committed=committed, read_at=np.full(len(committed), at)),
    )


def measure(rows: int) -> None:
    """Observe a while, and print."""
    snapshot, random, observer = cluster(rows), np.random.default_rng(1), Observer()
    costs: list[float] = []
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    for poll in range(POLLS):
        snapshot = later(snapshot, poll, random)
        began = time.process_time()
        observer.observe(snapshot)
        costs.append(time.process_time() - began)
    after = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    steady = costs[WARM_UP:]
    print(
        f"{rows:>9,} rows: {statistics.median(steady) * 1e3:7.1f} ms CPU a poll "
        f"(max {max(steady) * 1e3:.0f}), first {costs[0] * 1e3:.0f} ms, "
        f"{statistics.median(steady) / rows * 1e6:.3f} us a row; "
        f"RSS {after // 1024} MB, {(after - before) // 1024} MB of it since the first poll; "
        f"held {held_bytes(observer) / rows * 1e5 / 1e6:.0f} MB per 100,000 rows"
    )


def main() -> None:
    """Measure the sizes given, or the usual ones."""
    if sys.argv[1:2] == ["--one"]:
        measure(int(sys.argv[2]))
        return
    for rows in [int(text) for text in sys.argv[1:]] or SIZES:
        subprocess.run([sys.executable, __file__, "--one", str(rows)], check=True)


if __name__ == "__main__":
    main()
