"""Estimates on a real Kafka, against what then really happened."""

from __future__ import annotations

import json
import re
import statistics
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np

from lagtop.analysis.report import GroupRows
from lagtop.settings import Settings, parse_bootstrap
from tests.kafka.flow import Reader, flowing, produce_steadily
from tests.kafka.front_door import LAGTOP
from tests.kafka.kafka_tools import Kafka
from tests.kafka.traffic import create_topic, produce
from tests.kafka.waiting import wait_until
from tests.kafka.watching import polling, seen_until

Row = dict[str, Any]

PARTITIONS = 2
PRODUCED_PER_S = 100.0
CAPACITY_PER_S = 300.0
BACKLOG = 7_000
GRACE_S = 15.0
"""1.5 commit spacings of 5 s, two polls of 2 s at most, and the time a process takes to start."""

HABITS_KNOWN_S = 200.0
"""A log of commits that was made after the first poll is seen 30 s later, and counts after 60."""


@contextmanager
def watching(kafka: Kafka, group: str, path: Path) -> Iterator[None]:
    """Record lagtop's rows of a group, one poll a second, while the block runs."""
    words = ["snapshot", "-b", kafka.bootstrap, "--group", f"^{group}$", "--format", "ndjson"]
    with (
        path.open("w", encoding="utf-8") as file,
        subprocess.Popen([*LAGTOP, *words, "-n", "1000", "-d", "1"], stdout=file) as process,
    ):
        try:
            yield
        finally:
            process.terminate()


def polls(path: Path) -> list[list[Row]]:
    """The rows of each whole poll so far."""
    by_time: dict[float, list[Row]] = {}
    for line in path.read_text(encoding="utf-8").splitlines():
        if line.endswith("}"):
            row = json.loads(line)
            by_time.setdefault(row["captured_at"], []).append(row)
    return [rows for rows in by_time.values() if len(rows) == PARTITIONS]


def test_a_drain_is_foretold_at_half_time_and_a_pause_is_a_stall(
    kafka: Kafka, name: str, tmp_path: Path
) -> None:
    create_topic(kafka.bootstrap, name, partitions=PARTITIONS)
    produce(kafka.bootstrap, name, dict.fromkeys(range(PARTITIONS), BACKLOG // PARTITIONS))
    reader = Reader(name, name, f"{name}-reader", CAPACITY_PER_S)
    seen = tmp_path / "rows.ndjson"

    with (
        flowing(
            produce_steadily(kafka.bootstrap, name, PARTITIONS, PRODUCED_PER_S),
            reader.run(kafka.bootstrap),
        ),
        watching(kafka, name, seen),
    ):
        wait_until(reader.joined.is_set, "the reader to own partitions")
        began_at = time.time()
        wait_until(lambda: reader.caught_up_at, "the reader to catch up", 120)
        reader.per_s = 0.0
        paused_at = time.time()
        wait_until(lambda: all(row["stalled"] for row in polls(seen)[-1]), "the stall")
        stalled_at = time.time()

    ended_at = reader.caught_up_at
    assert ended_at is not None
    half, took_s = (began_at + ended_at) / 2, ended_at - began_at
    misses = [
        max(row["drain_s"] for row in rows) / (ended_at - rows[0]["captured_at"]) - 1
        for rows in polls(seen)
        if abs(rows[0]["captured_at"] - half) <= took_s / 10
    ]
    assert abs(statistics.median(misses)) <= 0.2, misses
    assert stalled_at - paused_at <= GRACE_S


def are_habits_known(groups: GroupRows) -> bool:
    """Whether it is known how each of them commits, and that one commits each message."""
    return bool(groups.commits_each.any() and not np.isnan(groups.messages_per_commit).any())


async def test_a_reader_that_commits_every_record_is_told_from_one_that_commits_batches(
    kafka: Kafka, name: str
) -> None:
    create_topic(kafka.bootstrap, name, partitions=PARTITIONS)
    each, usual = f"{name}-each", f"{name}-usual"
    dear = Reader(each, name, each, 10 * PRODUCED_PER_S)
    cheap = Reader(usual, name, usual, 10 * PRODUCED_PER_S, commit_every_s=3.0)
    settings = Settings(parse_bootstrap(kafka.bootstrap), 1.0, groups=re.compile(f"^{name}-"))

    with flowing(
        produce_steadily(kafka.bootstrap, name, PARTITIONS, PRODUCED_PER_S),
        dear.commit_each(kafka.bootstrap),
        cheap.run(kafka.bootstrap),
    ):
        async with polling(settings) as poller:
            groups = await seen_until(
                poller, lambda report: report.groups, are_habits_known, HABITS_KNOWN_S
            )

    assert groups.commits_each.tolist() == [True, False]
    assert groups.messages_per_commit[1] > 10


def test_a_healthy_reader_with_usual_commits_is_never_growing_nor_stalled(
    kafka: Kafka, name: str, tmp_path: Path
) -> None:
    create_topic(kafka.bootstrap, name, partitions=PARTITIONS)
    reader = Reader(name, name, f"{name}-reader", 10 * PRODUCED_PER_S, commit_every_s=5.0)
    seen = tmp_path / "rows.ndjson"

    with flowing(
        produce_steadily(kafka.bootstrap, name, PARTITIONS, PRODUCED_PER_S),
        reader.run(kafka.bootstrap),
    ):
        wait_until(lambda: reader.caught_up_at, "the reader to catch up")
        with watching(kafka, name, seen):
            wait_until(lambda: seen.exists() and len(polls(seen)) >= 40, "forty polls")

    rows = [row for poll in polls(seen) for row in poll]
    assert {row["verdict"] for row in rows} <= {"ok", "no_commit"}
    assert not {"growing", "stalled"} & {row["trend"] for row in rows}
    assert all(row["lag_messages"] <= 6 * PRODUCED_PER_S for row in rows if row["lag_messages"])
