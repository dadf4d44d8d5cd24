"""`lagtop load` on a real Kafka, against a consumer of known capacity."""

from __future__ import annotations

import json
import signal
import subprocess
from pathlib import Path
from typing import Any

from kafka import KafkaConsumer
from kafka.structs import TopicPartition

from tests.kafka.flow import Reader, flowing
from tests.kafka.front_door import LAGTOP, run
from tests.kafka.kafka_tools import Kafka
from tests.kafka.traffic import create_topic, names_on, produce

CAPACITY_PER_S = 400.0
SLOW_PER_S = 40.0
OTHER_RULE = """
[[alerts]]
name = "OtherLags"
metric = "lag_messages"
above = 400
group = "other$"
"""


def test_steps_end_with_the_first_that_a_consumer_of_known_capacity_does_not_bear(
    kafka: Kafka, name: str, tmp_path: Path
) -> None:
    create_topic(kafka.bootstrap, name, partitions=2)
    reader = Reader(name, name, "bucket", CAPACITY_PER_S, commit_every_s=0.3)
    words = ["--topic", name, "--group", name, "--yes", "--format", "json", "--shape", "steps"]
    words += ["--keys", "zipf:20:0.2", "--header", "team=a", "--compression", "gzip"]
    words += ["--rates", "100,1600,3200", "--hold", "4", "--charts", str(tmp_path)]

    with flowing(reader.run(kafka.bootstrap)):
        assert reader.joined.wait(60)
        before = names_on(kafka.bootstrap)
        ran = run("load", "-b", kafka.bootstrap, *words)
        after = names_on(kafka.bootstrap)

    assert ran.status == 0, ran.stderr
    assert after == before
    found = json.loads(ran.stdout)
    assert found["ended"] == "", ran.stderr
    borne, broken = found["steps"]
    assert (borne["target_per_s"], borne["grew"]) == (100, False)
    assert (broken["target_per_s"], broken["grew"]) == (1600, True)
    # A busy machine slows the consumer down; faster than its bucket it never is.
    assert 0 < broken["consumed_per_s"] < 1.3 * CAPACITY_PER_S
    assert broken["produced_per_s"] > 2 * broken["consumed_per_s"]
    assert "6 loads" in found["no_knee"]["reason"]
    assert {path.name for path in tmp_path.iterdir()} == {"lag.svg", "rates.svg", "latency.svg"}
    assert_marked(kafka.bootstrap, name)


def test_a_load_that_ends_early_prints_what_it_found_and_says_so_by_its_status(
    kafka: Kafka, name: str
) -> None:
    create_topic(kafka.bootstrap, name, partitions=2)
    reader = Reader(name, name, "slow", SLOW_PER_S, commit_every_s=0.3)
    words = ["load", "-b", kafka.bootstrap, "--topic", name, "--group", name, "--yes"]
    words += ["--format", "json", "--rates", f"{10 * SLOW_PER_S:g}"]

    with flowing(reader.run(kafka.bootstrap)):
        assert reader.joined.wait(60)
        status, told = interrupted(words)
        lagged = run(*words, "--max-lag", str(round(5 * SLOW_PER_S)))

    assert (status, told["cause"], told["ended"]) == (130, "interrupted", "interrupted")
    found = json.loads(lagged.stdout)
    assert (lagged.status, found["cause"], found["answered"]) == (2, "trouble", False)
    assert "the lag is more than" in found["ended"]
    assert found["ended"] in lagged.stderr


def test_a_load_ends_by_itself_when_an_alert_fires_for_another_group(
    kafka: Kafka, name: str, tmp_path: Path
) -> None:
    rules, other = tmp_path / "rules.toml", f"{name}-other"
    rules.write_text(OTHER_RULE, encoding="utf-8")
    create_topic(kafka.bootstrap, name)
    reader = Reader(name, name, "fast", CAPACITY_PER_S, commit_every_s=0.3)
    bystander = Reader(other, name, "slow", 1.0, commit_every_s=0.3)
    words = ["--topic", name, "--group", name, "--yes", "--format", "json", "--shape", "steps"]
    words += ["--rates", "30", "--hold", "200", "--alerts", str(rules)]

    with flowing(reader.run(kafka.bootstrap), bystander.run(kafka.bootstrap)):
        produce(kafka.bootstrap, name, {0: 3})
        assert bystander.joined.wait(60)
        ran = run("load", "-b", kafka.bootstrap, *words)

    found = json.loads(ran.stdout)
    assert (ran.status, found["cause"]) == (2, "trouble"), ran.stderr
    assert found["ended"] == f"alert OtherLags fires for {other}"


def interrupted(words: list[str]) -> tuple[int, dict[str, Any]]:
    """How a load ends that somebody interrupts as soon as it can write, and what it printed."""
    pipe = subprocess.PIPE
    with subprocess.Popen([*LAGTOP, *words], stdout=pipe, stderr=pipe, text=True) as process:
        try:
            assert process.stderr is not None
            while "can make" not in (line := process.stderr.readline()):
                assert line, "it ended before it could write"
            process.send_signal(signal.SIGINT)
            told, _ = process.communicate(timeout=60)
        finally:
            process.kill()
    return process.returncode, json.loads(told)


def assert_marked(bootstrap: str, topic: str) -> None:
    """Every record of partition 0 has the load's mark, the user's header, a key, and its size."""
    reader = KafkaConsumer(bootstrap_servers=bootstrap.split(","), auto_offset_reset="earliest")
    try:
        reader.assign([TopicPartition(topic, 0)])
        (records,) = reader.poll(timeout_ms=20_000).values()
    finally:
        reader.close()
    for record in records:
        assert [header for header, _ in record.headers] == ["lagtop-load", "team"]
        assert record.key.startswith(b"key-")
        assert len(record.value) == 100


def test_an_unknown_group_is_refused_and_nothing_is_written(kafka: Kafka, name: str) -> None:
    create_topic(kafka.bootstrap, name)

    words = ("--topic", name, "--group", "not-there", "--yes", "--rates", "5")
    ran = run("load", "-b", kafka.bootstrap, *words)

    assert (ran.status, ran.stdout) == (64, ""), ran.stderr
    assert "there is no group not-there" in ran.stderr
    reader = KafkaConsumer(bootstrap_servers=kafka.bootstrap.split(","))
    try:
        assert reader.end_offsets([TopicPartition(name, 0)]) == {TopicPartition(name, 0): 0}
    finally:
        reader.close()
