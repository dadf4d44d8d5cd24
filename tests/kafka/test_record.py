"""A recording of a real Kafka says what `lagtop snapshot` says of it."""

from __future__ import annotations

import csv
import io
from pathlib import Path

from tests.kafka.front_door import Poll, by_place, run, snapshot
from tests.kafka.kafka_tools import Kafka
from tests.kafka.traffic import commit, create_topic, produce

SAME = ("group_state", "log_end_offset", "committed_offset", "lag_messages", "verdict", "leader")


def test_a_recording_has_what_a_snapshot_has(kafka: Kafka, name: str, tmp_path: Path) -> None:
    create_topic(kafka.bootstrap, name, partitions=2)
    produce(kafka.bootstrap, name, {0: 8, 1: 5})
    commit(kafka.bootstrap, name, name, {0: 3, 1: 5})
    path, words = str(tmp_path / "r.jsonl.gz"), ("--group", f"^{name}$")

    recorded = run("record", path, "-b", kafka.bootstrap, "-n", "3", "-d", "0.3", *words)
    assert (recorded.status, recorded.stdout, recorded.stderr) == (0, "", "")
    played = run("snapshot", "--replay", path, "--format", "csv")
    seen = snapshot(kafka.bootstrap, *words)

    replayed = by_place(csv.DictReader(io.StringIO(played.stdout)))
    assert same(replayed) == same(seen)
    assert {row["lag_s_method"] for row in replayed.values()} == {"exact"}


def same(poll: Poll) -> dict[tuple[str, str, int], list[str]]:
    """The cells that do not move while nobody writes."""
    return {place: [row[column] for column in SAME] for place, row in poll.items()}
