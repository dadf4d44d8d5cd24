"""How fast `lagtop load` can write beside kafka-producer-perf-test, on the same broker, in turn.

Run by hand: `python tests/bench/load_throughput.py [BOOTSTRAP]`; without one a real Apache Kafka is
started. Both write records of RECORD_BYTES to PARTITIONS partitions with acks=all, as fast as they
can, ROUNDS times in turn; the ratio of the medians is printed.
"""

from __future__ import annotations

import asyncio
import re
import statistics
import sys
import tempfile
import time
from pathlib import Path
from uuid import uuid4

from lagtop.probe.fleet import running_fleet
from lagtop.probe.flow import Flow
from lagtop.settings import Settings, parse_bootstrap
from tests.kafka import jars
from tests.kafka.cluster import KafkaCluster
from tests.kafka.java import run_tool
from tests.kafka.traffic import create_topic

PARTITIONS = 6
RECORD_BYTES = 100
SECONDS = 6.0
ROUNDS = 3
AS_FAST_AS_IT_CAN = 5e6
PERF_TEST = "org.apache.kafka.tools.ProducerPerformance"
LAST_RATE = re.compile(r"([0-9.]+) records/sec")


async def written_per_s(bootstrap: str, topic: str) -> tuple[float, float]:
    """What one generator process wrote in a second, and the share of a processor that it took."""
    flow = Flow(topic, tuple(range(PARTITIONS)), uuid4().hex, size_bytes=RECORD_BYTES)
    async with running_fleet(Settings(parse_bootstrap(bootstrap)), flow, 1) as fleet:
        fleet.set_rate(AS_FAST_AS_IT_CAN)
        await asyncio.sleep(1.0)
        fleet.poll()
        began_at, acked, cpu_s = time.monotonic(), fleet.acked, fleet.cpu_s
        await asyncio.sleep(SECONDS)
        fleet.poll()
        took_s = time.monotonic() - began_at
        return (fleet.acked - acked) / took_s, (fleet.cpu_s - cpu_s) / took_s


def perf_test_per_s(libs: Path, bootstrap: str, topic: str, records: int) -> float:
    """What kafka-producer-perf-test wrote in a second."""
    told = run_tool(
        libs,
        PERF_TEST,
        *("--topic", topic, "--num-records", str(records), "--record-size", str(RECORD_BYTES)),
        *("--throughput", "-1", "--producer-props"),
        *(f"bootstrap.servers={bootstrap}", "acks=all", "linger.ms=5", "batch.size=262144"),
    )
    return float(LAST_RATE.findall(told)[-1])


def compare(libs: Path, bootstrap: str) -> None:
    """Run both in turn and print what they reached."""
    topic = f"bench-load-{uuid4().hex[:6]}"
    create_topic(bootstrap, topic, PARTITIONS)
    ours: list[float] = []
    theirs: list[float] = []
    for _ in range(ROUNDS):
        per_s, busy = asyncio.run(written_per_s(bootstrap, topic))
        ours.append(per_s)
        records = max(100_000, int(per_s * SECONDS))
        theirs.append(perf_test_per_s(libs, bootstrap, topic, records))
        told = f"lagtop {per_s:9.0f}/s ({busy:.0%} busy)   perf-test {theirs[-1]:9.0f}/s"
        print(told, flush=True)
    ratio = statistics.median(ours) / statistics.median(theirs)
    print(f"lagtop load, one process / kafka-producer-perf-test = {ratio:.2f}")


def main() -> None:
    """Compare on the given cluster, or on one of our own."""
    libs = jars.libs()
    if len(sys.argv) > 1:
        compare(libs, sys.argv[1])
        return
    with tempfile.TemporaryDirectory() as directory:
        cluster = KafkaCluster(libs, Path(directory) / "kafka")
        try:
            cluster.start()
            compare(libs, cluster.bootstrap)
        finally:
            cluster.stop()


if __name__ == "__main__":
    main()
