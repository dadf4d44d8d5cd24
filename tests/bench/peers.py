"""lagtop beside what else shows lag, on the same groups of a real Kafka, in turn, in one run.

Run by hand: `python -m tests.bench.peers`. One whole read as a program of its own, one more read in
a process that stays, and the screen. A peer that is not installed is said; `--kaskade PATH` and
`--kafkatop PATH` say where one is that has an environment of its own.
"""

from __future__ import annotations

import argparse
import asyncio
import logging
import os
import platform
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

from aiokafka import AIOKafkaConsumer, AIOKafkaProducer, TopicPartition
from aiokafka.admin import AIOKafkaAdminClient, NewTopic

from tests.bench.counting_proxy import Counted, CountingProxy
from tests.bench.peer_readers import READERS
from tests.bench.peer_screens import watch
from tests.kafka import jars
from tests.kafka.cluster import KafkaCluster
from tests.kafka.java import command
from tests.kafka.kafka_tools import GROUP_COMMAND

GROUPS, TOPICS, PARTITIONS, TOPICS_A_GROUP = 28, 10, 20, 5
ROWS = GROUPS * TOPICS_A_GROUP * PARTITIONS
RECORDS = 5
ROUNDS = 5
BEHIND = 3
"""Messages by which every group is behind in every partition."""


@dataclass(frozen=True, slots=True)
class Run:
    """What one run of a program took; RSS at its peak."""

    cpu_s: float
    wall_s: float
    rss_mb: float
    counted: Counted
    output: str


def run(words: Sequence[str], proxy: CountingProxy) -> Run:
    """Run a program to its end."""
    proxy.take()
    with tempfile.TemporaryFile() as out:
        began = time.perf_counter()
        process = subprocess.Popen(words, stdout=out, stderr=subprocess.STDOUT)
        _, status, usage = os.wait4(process.pid, 0)
        wall_s = time.perf_counter() - began
        process.returncode = os.waitstatus_to_exitcode(status)
        out.seek(0)
        output = out.read().decode(errors="replace")
    assert process.returncode == 0, output[-2000:]
    cpu_s = usage.ru_utime + usage.ru_stime
    return Run(cpu_s, wall_s, usage.ru_maxrss / 1024, proxy.take(), output)


async def fill(bootstrap: str) -> None:
    """Topics with records, and groups without members that are behind everywhere."""
    logging.getLogger("aiokafka").setLevel(logging.CRITICAL)  # new topics get their leaders later
    admin = AIOKafkaAdminClient(bootstrap_servers=bootstrap)
    await admin.start()
    names = [f"bench-{number:02}" for number in range(TOPICS)]
    await admin.create_topics([NewTopic(name, PARTITIONS, 1) for name in names])
    await admin.close()
    async with AIOKafkaProducer(bootstrap_servers=bootstrap) as producer:
        for name in names:
            for part in range(PARTITIONS):
                for _ in range(RECORDS):
                    await producer.send(name, b"record", partition=part)
    for group in range(GROUPS):
        chosen = [names[(group + turn) % TOPICS] for turn in range(TOPICS_A_GROUP)]
        await commit(bootstrap, f"group-{group:02}", chosen)


async def commit(bootstrap: str, group: str, topics: Sequence[str]) -> None:
    """Commit one offset in each partition."""
    offset = RECORDS - BEHIND
    offsets = {TopicPartition(name, part): offset for name in topics for part in range(PARTITIONS)}
    async with AIOKafkaConsumer(
        bootstrap_servers=bootstrap, group_id=group, enable_auto_commit=False
    ) as consumer:
        consumer.assign(list(offsets))
        await consumer.commit(offsets)


def one_reads(libs: Path, found: dict[str, str]) -> dict[str, Callable[[str], list[str]]]:
    """How each program is told to read once, given the bootstrap servers."""
    java = [*command(libs, GROUP_COMMAND), "--describe", "--all-groups", "--bootstrap-server"]
    ours = [sys.executable, "-m", "lagtop", "snapshot", "--format", "csv", "-b"]
    told = {"lagtop": lambda at: [*ours, at], "kafka-consumer-groups": lambda at: [*java, at]}
    if "confluent-kafka" in found:
        theirs = [sys.executable, "-m", "tests.bench.peer_readers", "confluent-kafka"]
        told["confluent-kafka"] = lambda at: [*theirs, at, "once"]
    if "kafkatop" in found:
        words = [found["kafkatop"], "--all", "--summary-json", "--poll-period", "1"]
        told["kafkatop"] = lambda at: [*words, "--kafka-broker", at]
    return told


def median(values: Sequence[float]) -> float:
    """The middle one."""
    return statistics.median(values)


def measure_reads(
    bootstrap: str, proxy: CountingProxy, told: dict[str, Callable[[str], list[str]]]
) -> None:
    """One whole read by each program, in turn, several times; medians, and ratios to lagtop's."""
    runs: dict[str, list[Run]] = {name: [] for name in told}
    for _ in range(ROUNDS):
        for name, words in told.items():
            runs[name].append(run(words(bootstrap), proxy))
    assert runs["lagtop"][0].output.count("\n") == ROWS + 1, runs["lagtop"][0].output[-500:]
    print(f"\nOne read of {GROUPS} groups, {ROWS:,} rows, by a program (median of {ROUNDS})\n")
    print("| program | CPU s | x | wall s | x | requests | kB down | RSS MB |")
    print("|---|---|---|---|---|---|---|---|")
    own_cpu, own_wall = (
        median([getattr(one, what) for one in runs["lagtop"]]) for what in ("cpu_s", "wall_s")
    )
    for name, of in runs.items():
        cpu, wall = median([one.cpu_s for one in of]), median([one.wall_s for one in of])
        print(
            f"| {name} | {cpu:.2f} | {cpu / own_cpu:.1f} | {wall:.2f} | {wall / own_wall:.1f} | "
            f"{median([one.counted.requests for one in of]):.0f} | "
            f"{median([one.counted.bytes_down for one in of]) / 1e3:.0f} | "
            f"{median([one.rss_mb for one in of]):.0f} |"
        )


def measure_one_more(bootstrap: str, proxy: CountingProxy, readers: Sequence[str]) -> None:
    """One more read in a process that stays: ours with all of its analysis, theirs bare."""
    print("\nOne more read, in a process that stays\n")
    print("| reader | CPU ms | wall ms | requests |\n|---|---|---|---|")
    for name in readers:
        of = costs_of(name, bootstrap, proxy)[1:]
        cpu_s, wall_s, requests = (median(column) for column in zip(*of, strict=True))
        print(f"| {name} | {cpu_s * 1e3:.1f} | {wall_s * 1e3:.1f} | {requests:.0f} |")


def costs_of(
    reader: str, bootstrap: str, proxy: CountingProxy
) -> list[tuple[float, float, float]]:
    """CPU, wall and requests of each read; the first warms up."""
    words = [sys.executable, "-m", "tests.bench.peer_readers", reader, bootstrap]
    costs = []
    with subprocess.Popen(words, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as child:
        assert child.stdin is not None
        assert child.stdout is not None
        for _ in range(ROUNDS + 3):
            proxy.take()
            print("read", file=child.stdin, flush=True)
            cpu_s, wall_s, rows = map(float, child.stdout.readline().split())
            assert rows == ROWS, rows
            costs.append((cpu_s, wall_s, float(proxy.take().requests)))
            time.sleep(1)
        child.stdin.close()
    return costs


def measure_screens(bootstrap: str, found: dict[str, str]) -> None:
    """The screens, one after the other, with nobody at the keys."""
    told: dict[str, tuple[list[str], bytes]] = {
        "lagtop": ([sys.executable, "-m", "lagtop", "-b", bootstrap], b"group-"),
    }
    if "kafkatop" in found:
        words = ["--all", "--poll-period", "2", "--poll-iterations", "-1", "--kafka-broker"]
        told["kafkatop"] = ([found["kafkatop"], *words, bootstrap], b"group-")
    if "kaskade" in found:
        words = ["admin", "--refresh-interval", "5", "-b", bootstrap]
        told["kaskade"] = ([found["kaskade"], *words], b"bench-")
    print("\nThe screen, 120x40, every 2 s, nothing changes (kaskade: topics, every 5 s)\n")
    print("| program | first figure s | bytes/s | CPU of a core | RSS MB |\n|---|---|---|---|---|")
    for name, (command_line, first) in told.items():
        try:
            seen = watch(command_line, first)
        except EOFError as error:
            print(f"{name} ended by itself: {error}")
            continue
        begun = "-" if seen.first_s is None else f"{seen.first_s:.2f}"
        print(
            f"| {name} | {begun} | {seen.bytes_per_s:.0f} | {seen.cpu_share:.1%} | "
            f"{seen.rss_mb:.0f} |",
            flush=True,
        )


def peers(asked: argparse.Namespace) -> dict[str, str]:
    """What there is to compare with: names, and where programs lie; says what is missing."""
    found = {"confluent-kafka": "", "kafkatop": asked.kafkatop, "kaskade": asked.kaskade}
    for name in list(found):
        place = shutil.which(found[name] or name, path=search_path())
        if place is None and not (name == "confluent-kafka" and version_of(name)):
            del found[name]
            print(f"{name} is not installed: pip install {name}")
        else:
            found[name] = place or ""
    return found


def search_path() -> str:
    """Where programs lie: beside this Python, then as always."""
    return os.pathsep.join([str(Path(sys.executable).parent), os.environ.get("PATH", "")])


def version_of(package: str) -> str:
    """Its version, or nothing."""
    try:
        return version(package)
    except PackageNotFoundError:
        return ""


def main() -> None:
    """Measure everything in one run."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--kafkatop", default="", help="where that program is")
    parser.add_argument("--kaskade", default="", help="where that program is")
    found = peers(parser.parse_args())
    libs, proxy = jars.libs(), CountingProxy()
    proxy.begin()
    with tempfile.TemporaryDirectory() as directory:
        kafka = KafkaCluster(libs, Path(directory), advertised=proxy.address)
        proxy.target = int(kafka.bootstrap.rpartition(":")[2])
        try:
            kafka.start()
            asyncio.run(fill(proxy.address))
            print_machine()
            measure_reads(proxy.address, proxy, one_reads(libs, found))
            readers = [name for name in READERS if name in found or "lagtop" in name]
            measure_one_more(proxy.address, proxy, readers)
            measure_screens(proxy.address, found)
        finally:
            kafka.stop()
    print(f"\nload average {os.getloadavg()[0]:.1f}")


def print_machine() -> None:
    """What it was measured on."""
    known = ("lagtop", "textual", "aiokafka", "confluent-kafka", "kafkatop")
    versions = ", ".join(f"{name} {version_of(name)}" for name in known if version_of(name))
    print(
        f"{os.cpu_count()} cores, {platform.system()}, Python {platform.python_version()}, "
        f"Kafka {jars.KAFKA_VERSION}; {versions}"
    )


if __name__ == "__main__":
    main()
