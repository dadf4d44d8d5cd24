"""How right `lagtop load` is on a real Kafka, beside what its consumer says really happened.

    python -m tests.bench.load_accuracy [maximum|recovery|knee] [RUNS] [BOOTSTRAP]

Without a bootstrap address a real Apache Kafka is started. A busy machine slows the consumers down:
so each keeps a log, and what lagtop found is held against the log, not against what was wished.
"""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
from collections.abc import Callable, Coroutine, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from uuid import uuid4

from tests.bench.queues import Bucket, Queue
from tests.kafka import jars
from tests.kafka.cluster import KafkaCluster
from tests.kafka.flow import flowing
from tests.kafka.front_door import LAGTOP
from tests.kafka.traffic import create_topic
from tests.kafka.waiting import wait_until

CAPACITY_PER_S = 1_000.0
BASE_PER_S, PEAK_PER_S, SPIKE_S = 400.0, 2_500.0, 20.0
SERVICE_S, SERVERS = 0.04, 12
LOADS = (0.15, 0.35, 0.5, 0.62, 0.72, 0.8, 0.86, 0.91)
HALF = 0.693
"""The median of an exponential time is so much of its mean."""


def say(line: str) -> None:
    """One line of the report."""
    print(line, flush=True)


def load(bootstrap: str, topic: str, *words: str) -> dict[str, Any]:
    """What `lagtop load` finds of the group that has its topic's name."""
    where = ("-b", bootstrap, "--topic", topic, "--group", topic)
    told = subprocess.run(
        [*LAGTOP, "load", *where, "--yes", "--format", "json", *words],
        stdout=subprocess.PIPE,
        stdin=subprocess.DEVNULL,
        text=True,
        check=False,
    ).stdout
    found: dict[str, Any] = json.loads(told)
    if found["ended"]:
        say(f"  it ended early: {found['ended']}")
    return found


def against(found: float | None, truth: float, unit: str) -> str:
    """A figure beside the truth."""
    if found is None:
        return f"nothing found; truth {truth:.1f} {unit}"
    return f"{found:.1f} {unit}, truth {truth:.1f}: {100 * (found / truth - 1):+.1f} %"


def maximum(bootstrap: str) -> None:
    """The sustainable rate of a token bucket, beside what it consumed while it had a backlog."""
    topic, bucket = new_topic(bootstrap, 2), Bucket(CAPACITY_PER_S)
    with serving(bucket.run(bootstrap, topic), lambda: bucket.has_joined):
        found = load(bootstrap, topic, "--rates", "300", "--hold", "12")["maximum"]
    say("maximum:  " + against(found["low_per_s"], bucket.capacity_per_s(), "/s"))


def recovery(bootstrap: str) -> None:
    """The time to recover from a spike, beside the fluid law with the rate really consumed."""
    topic, bucket = new_topic(bootstrap, 2), Bucket(CAPACITY_PER_S)
    words = ("--shape", "spike", "--rates", f"{BASE_PER_S:g},{PEAK_PER_S:g}")
    with serving(bucket.run(bootstrap, topic), lambda: bucket.has_joined):
        found = load(bootstrap, topic, *words, "--hold", f"{SPIKE_S:g}")["recovery"] or {}
    truth_s = found.get("peak_lag", 0.0) / (bucket.capacity_per_s() - BASE_PER_S)
    say("recovery: " + against(found.get("recovery_s"), truth_s, "s"))


def knee(bootstrap: str) -> None:
    """Capacity and inflection of queues whose service times are drawn from a known law.

    The floor is what the lowest load took, less its wait; the knee follows from it by the law.
    """
    topic = new_topic(bootstrap, SERVERS)
    replies, queue = new_topic(bootstrap, 1), Queue(SERVICE_S)
    rates = ",".join(f"{share * SERVERS / SERVICE_S:.0f}" for share in LOADS)
    words = ("--shape", "steps", "--rates", rates, "--hold", "60", "--keys", "uniform:5000")
    with serving(queue.run(bootstrap, topic, replies), lambda: queue.has_joined):
        found = load(bootstrap, topic, *words, "--reply-topic", replies)
    capacity = SERVERS / queue.mean_service_s
    law = found.get("knee") or {}
    lowest, wait_s = found["steps"][0], HALF * queue.mean_service_s
    used = lowest["produced_per_s"] / capacity
    floor_s = lowest["p50_s"] - wait_s * used / (1 - used)
    say("capacity: " + against(law.get("capacity_per_s"), capacity, "/s"))
    truth_per_s = capacity * floor_s / (floor_s + wait_s)
    say("knee:     " + against(law.get("knee_per_s"), truth_per_s, "/s"))


def new_topic(bootstrap: str, partitions: int) -> str:
    """A topic of a name of its own."""
    name = f"accuracy-{uuid4().hex[:8]}"
    create_topic(bootstrap, name, partitions)
    return name


@contextmanager
def serving(job: Coroutine[Any, Any, None], has_joined: Callable[[], bool]) -> Iterator[None]:
    """A consumer runs beside the block, which begins when it is a member."""
    with flowing(job):
        wait_until(has_joined, "the consumer joins")
        yield


QUESTIONS = {"maximum": maximum, "recovery": recovery, "knee": knee}


def main() -> None:
    """Ask the questions that are named, or all, on the given cluster or on one of our own."""
    words = sys.argv[1:]
    asked = [word for word in words if word in QUESTIONS] or list(QUESTIONS)
    runs = next((int(word) for word in words if word.isdigit()), 1)
    bootstrap = next((word for word in words if ":" in word), None)
    if bootstrap is not None:
        ask(asked, runs, bootstrap)
        return
    with tempfile.TemporaryDirectory() as directory:
        cluster = KafkaCluster(jars.libs(), Path(directory) / "kafka")
        try:
            cluster.start()
            ask(asked, runs, cluster.bootstrap)
        finally:
            cluster.stop()


def ask(asked: list[str], runs: int, bootstrap: str) -> None:
    """Ask each question so many times."""
    for name in asked:
        for _ in range(runs):
            QUESTIONS[name](bootstrap)


if __name__ == "__main__":
    main()
