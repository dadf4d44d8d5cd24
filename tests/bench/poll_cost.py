"""What a poll costs beside confluent-kafka's admin client, on the same broker, in turn.

Run by hand: `python tests/bench/poll_cost.py [BOOTSTRAP]`; without one a real Apache Kafka is
started and filled: 50 topics of 100 partitions, 20 groups with 2,000 commits each.
"""

from __future__ import annotations

import asyncio
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from aiokafka import AIOKafkaConsumer, TopicPartition
from confluent_kafka import ConsumerGroupTopicPartitions
from confluent_kafka import TopicPartition as ConfluentPartition
from confluent_kafka.admin import AdminClient, NewTopic, OffsetSpec

from lagtop.analysis.observer import Observer
from lagtop.settings import Settings, parse_bootstrap
from lagtop.snapshot import Snapshot
from lagtop.wire.poller import Poller
from tests.kafka import jars
from tests.kafka.cluster import KafkaCluster

TOPICS, PARTITIONS, GROUPS, TOPICS_A_GROUP = 50, 100, 20, 20
ROWS = GROUPS * TOPICS_A_GROUP * PARTITIONS
ROUNDS = 7

Cost = tuple[float, float]
"""CPU and wall seconds."""


def create_topics(admin: AdminClient) -> list[str]:
    """Create the topics that are not there yet."""
    names = [f"bench-{number:02}" for number in range(TOPICS)]
    for name in names:
        if name not in admin.list_topics(timeout=30).topics:
            admin.create_topics([NewTopic(name, PARTITIONS, 1)], request_timeout=120)[name].result()
    return names


async def commit(bootstrap: str, names: list[str]) -> None:
    """Commit one offset in each partition of each group's topics, by groups without members."""
    for group in range(GROUPS):
        chosen = [names[(group + turn) % TOPICS] for turn in range(TOPICS_A_GROUP)]
        offsets = {TopicPartition(name, part): 0 for name in chosen for part in range(PARTITIONS)}
        async with AIOKafkaConsumer(
            bootstrap_servers=bootstrap, group_id=f"bench-{group:02}", enable_auto_commit=False
        ) as consumer:
            consumer.assign(list(offsets))
            await consumer.commit(offsets)


def read_with_confluent(admin: AdminClient) -> None:
    """Read the same offsets: a question a group, then all log ends."""
    asked = [
        admin.list_consumer_group_offsets(
            [ConsumerGroupTopicPartitions(f"bench-{group:02}")], request_timeout=60
        )
        for group in range(GROUPS)
    ]
    found = {
        (one.topic, one.partition)
        for futures in asked
        for future in futures.values()
        for one in future.result().topic_partitions
    }
    latest = {ConfluentPartition(topic, part): OffsetSpec.latest() for topic, part in found}
    for future in admin.list_offsets(latest, request_timeout=60).values():
        future.result()


def cost_of(act: Callable[[], object]) -> Cost:
    """CPU seconds of this process and wall seconds."""
    cpu, wall = time.process_time(), time.perf_counter()
    act()
    return time.process_time() - cpu, time.perf_counter() - wall


async def measure(bootstrap: str, admin: AdminClient) -> None:
    """Both readers in turn, after one round each to warm up."""
    poller, observer = Poller(Settings(parse_bootstrap(bootstrap))), Observer()
    ours: list[Cost] = []
    theirs: list[Cost] = []
    looks: list[float] = []
    requests: list[int] = []
    for _ in range(ROUNDS + 1):
        cpu, wall = time.process_time(), time.perf_counter()
        snapshot = await poller.poll()
        ours.append((time.process_time() - cpu, time.perf_counter() - wall))
        assert isinstance(snapshot, Snapshot)
        assert len(snapshot.commits.group) >= ROWS
        requests.append(snapshot.cost.requests)
        looks.append(cost_of(lambda seen=snapshot: observer.observe(seen))[0])  # type: ignore[misc]
        theirs.append(cost_of(lambda: read_with_confluent(admin)))
        await asyncio.sleep(1)
    await poller.close()
    report(ours[1:], theirs[1:], looks[1:], requests[1:])


def report(ours: list[Cost], theirs: list[Cost], looks: list[float], requests: list[int]) -> None:
    """Print medians and the ratio round by round."""
    for name, costs in (("lagtop poll", ours), ("confluent-kafka", theirs)):
        cpu, wall = (statistics.median(column) for column in zip(*costs, strict=True))
        print(f"{name:16} cpu {cpu * 1e3:7.1f} ms  wall {wall * 1e3:7.1f} ms  "
              f"{cpu / ROWS * 1e6:6.3f} us/row")  # fmt: skip
    ratios = sorted(their[0] / max(our[0], 1e-9) for our, their in zip(ours, theirs, strict=True))
    print(f"confluent / lagtop, cpu: median {statistics.median(ratios):.1f} "
          f"(min {ratios[0]:.1f}, max {ratios[-1]:.1f})")  # fmt: skip
    print(f"lagtop observe   cpu {statistics.median(looks) * 1e3:7.1f} ms")
    print(f"requests a poll: {min(requests)} to {max(requests)}, one broker")
    print(f"RSS with both clients: {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024} MB")


def first_rows(bootstrap: str) -> None:
    """Whole-process figures of one snapshot."""
    command = [sys.executable, "-m", "lagtop", "snapshot", "-b", bootstrap]
    began = time.perf_counter()
    process = subprocess.Popen(command, stdout=subprocess.PIPE)
    assert process.stdout is not None
    process.stdout.readline()
    first = time.perf_counter() - began
    process.communicate()
    print(f"lagtop snapshot: first row after {first:.2f} s, all {ROWS:,} rows after "
          f"{time.perf_counter() - began:.2f} s")  # fmt: skip
    peak = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss // 1024
    print(f"largest child (lagtop, or the broker that this run started): {peak} MB")


def main() -> None:
    """Measure on the broker given, or on one of our own."""
    if len(sys.argv) > 1:
        run_on(sys.argv[1])
        return
    with tempfile.TemporaryDirectory() as directory:
        kafka = KafkaCluster(jars.libs(), Path(directory))
        kafka.start()
        try:
            run_on(kafka.bootstrap)
        finally:
            kafka.stop()


def run_on(bootstrap: str) -> None:
    """Fill a broker if it is new, then measure."""
    admin = AdminClient({"bootstrap.servers": bootstrap})
    asyncio.run(commit(bootstrap, create_topics(admin)))
    first_rows(bootstrap)
    asyncio.run(measure(bootstrap, admin))


if __name__ == "__main__":
    main()
