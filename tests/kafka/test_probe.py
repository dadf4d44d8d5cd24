"""`lagtop probe` and `lagtop trace` on a real Kafka, with a service between two topics."""

from __future__ import annotations

import json
import os
import signal
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from aiokafka import AIOKafkaConsumer, AIOKafkaProducer
from kafka import KafkaConsumer
from kafka.structs import TopicPartition

from lagtop.errors import EXIT_INTERRUPTED
from tests.kafka.flow import flowing
from tests.kafka.front_door import LAGTOP, run
from tests.kafka.kafka_tools import Kafka, describe_all_groups
from tests.kafka.traffic import create_topic, names_on
from tests.kafka.waiting import wait_until
from tests.ui.pty_terminal import PtyTerminal

ROUNDS = 10
LOST, TWICE, SWAPPED = 3, 4, 5
TIMEOUT_S = "5"


async def serve(bootstrap: str, topic: str, replies: str) -> None:
    """A faulty service: of each partition it loses one event, answers one twice, swaps two."""
    held: list[bytes] = []
    async with (
        AIOKafkaConsumer(
            topic, bootstrap_servers=bootstrap, auto_offset_reset="earliest"
        ) as events,
        AIOKafkaProducer(bootstrap_servers=bootstrap) as answers,
    ):
        async for event in events:
            key = dict(event.headers)["correlation_id"]
            number = int(key.rpartition(b":")[2])
            if number == SWAPPED:
                held.append(key)
                continue
            times = {LOST: 0, TWICE: 2}.get(number, 1)
            for answer in [key] * times + held * (number == SWAPPED + 1):
                headers = [("correlation_id", answer)]
                await answers.send_and_wait(replies, b"done", headers=headers)
            if number == SWAPPED + 1:
                held.clear()


@contextmanager
def tracing(*arguments: str) -> Iterator[subprocess.Popen[str]]:
    """A `lagtop trace` that reads already."""
    words = [*LAGTOP, "trace", *arguments]
    pipe = subprocess.PIPE
    with subprocess.Popen(words, stdout=pipe, stderr=pipe, text=True) as process:
        try:
            assert process.stderr is not None
            assert "reading" in process.stderr.readline()
            yield process
        finally:
            process.kill()


def stage(found: dict[str, Any], name: str) -> dict[str, Any]:
    """The row of a stage as a whole."""
    return next(row for row in found["rows"] if (row["stage"], row["partition"]) == (name, None))


def test_a_services_faults_are_counted_exactly_by_probe_and_trace(kafka: Kafka, name: str) -> None:
    replies = f"{name}-replies"
    create_topic(kafka.bootstrap, name)
    create_topic(kafka.bootstrap, replies)
    shared = ("-b", kafka.bootstrap, "--timeout", TIMEOUT_S, "--format", "json")
    ways = ("--in", name, "--out", replies, "--key", "header:correlation_id")
    writes = ("--topic", name, "--reply-topic", replies, "--yes", "-n", str(ROUNDS))

    with tracing(*shared, *ways) as trace, flowing(serve(kafka.bootstrap, name, replies)):
        probed = run("probe", *shared, *writes, "--every", "0.1")
        trace.send_signal(signal.SIGINT)
        traced, _ = trace.communicate(timeout=60)

    assert probed.status == 0, probed.stderr
    assert trace.returncode == EXIT_INTERRUPTED
    consumed = stage(json.loads(probed.stdout), "consumed")
    assert {consumed[name] for name in ("sent", "arrived")} == {ROUNDS}
    assert [consumed[name] for name in ("lost", "duplicates", "out_of_order")] == [0, 0, 0]
    for row in (stage(json.loads(probed.stdout), "processed"), stage(json.loads(traced), "traced")):
        assert (row["sent"], row["arrived"]) == (ROUNDS, ROUNDS - 1)
        assert (row["lost"] + row["waiting"], row["duplicates"], row["out_of_order"]) == (1, 1, 1)
        assert 0 < row["p50_s"] <= row["max_s"] < float(TIMEOUT_S)


def test_a_probe_leaves_its_records_and_nothing_else(kafka: Kafka, name: str) -> None:
    create_topic(kafka.bootstrap, name, partitions=2)
    before = names_on(kafka.bootstrap), describe_all_groups(kafka)

    ran = run("probe", "-b", kafka.bootstrap, "--topic", name, "--yes", "-n", "3", "--every", "0.1")

    assert ran.status == 0, ran.stderr
    assert (names_on(kafka.bootstrap), describe_all_groups(kafka)) == before
    published = [line.split() for line in ran.stdout.splitlines() if line.startswith("consumed")]
    assert [line[1:5] for line in published] == [
        ["all", "-", "6", "6"],
        ["0", "1", "3", "3"],
        ["1", "1", "3", "3"],
    ]


def test_the_screen_shows_a_trace_that_runs_beside_and_how_it_ended(
    kafka: Kafka, name: str
) -> None:
    replies = f"{name}-replies"
    create_topic(kafka.bootstrap, name)
    create_topic(kafka.bootstrap, replies)
    shared = ("-b", kafka.bootstrap, "--timeout", "60")
    ways = ("--in", name, "--out", replies, "--key", "header:correlation_id")
    writes = ("--topic", name, "--reply-topic", replies, "--yes", "-n", str(ROUNDS))
    # The service keeps one event of ROUNDS back, and nobody waits for it here.
    arrived = f"traced all - {ROUNDS} {ROUNDS - 1} 0 0 1 1"

    with tracing(*shared, *ways) as trace, flowing(serve(kafka.bootstrap, name, replies)):
        words = ("-m", "lagtop", "-b", kafka.bootstrap)
        terminal = PtyTerminal(*words, size=(120, 40), env=state_home())
        try:
            ran = run("probe", *shared[:2], *writes, "--every", "0.1", "--timeout", "3")
            assert ran.status == 0, ran.stderr
            wait_for_line(terminal, "groups")
            terminal.send("7")
            wait_for_line(terminal, arrived)
            trace.send_signal(signal.SIGINT)
            wait_for_line(terminal, "over, begun")
        finally:
            terminal.close()


def state_home() -> dict[str, str]:
    """Where the runs of these tests tell how they stand."""
    return {"XDG_STATE_HOME": os.environ["XDG_STATE_HOME"]}


def wait_for_line(terminal: PtyTerminal, words: str) -> None:
    """Read until a line has these words in this order."""

    def seen() -> bool:
        terminal.read(0.1)
        return any(words in " ".join(line.split()) for line in terminal.lines)

    try:
        wait_until(seen, words)
    except TimeoutError as waited:
        raise AssertionError(f"{waited}\n{terminal.text}") from None


REFUSED = (
    ("nobody is there to agree", "--topic", "not-there", "--create", "1"),
    ("nobody is there to agree", "--topic", "TOPIC"),
    ("more than 100", "--topic", "TOPIC", "--yes", "--every", "0.001"),
)


def test_what_was_not_agreed_is_not_written(kafka: Kafka, name: str) -> None:
    create_topic(kafka.bootstrap, name)
    before = names_on(kafka.bootstrap)

    for says, *words in REFUSED:
        arguments = [name if word == "TOPIC" else word for word in words]
        ran = run("probe", "-b", kafka.bootstrap, *arguments)
        assert (ran.status, ran.stdout) == (64, ""), ran.stderr
        assert says in ran.stderr
        assert "Traceback" not in ran.stderr

    assert names_on(kafka.bootstrap) == before
    assert log_ends(kafka.bootstrap, name) == [0]


def log_ends(bootstrap: str, topic: str) -> list[int]:
    """The end offset of each partition."""
    reader = KafkaConsumer(bootstrap_servers=bootstrap.split(","))
    try:
        places = [TopicPartition(topic, number) for number in reader.partitions_for_topic(topic)]
        return list(reader.end_offsets(places).values())
    finally:
        reader.close()
