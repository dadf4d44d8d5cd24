"""The worst days of a real cluster of three brokers, while a poller watches: what it saw of them.

Run by hand: `python -m tests.bench.faults [brokers] [topics] [certificates] [network]`, or without
a word for all. For each fault a line: how many polls after its end all was known again, how many
wrong numbers were shown (0), how long the longest poll took, and how it was seen. A full disk needs
the right to mount a small one, and the network's faults that to make namespaces; without it they
are left out.
"""

from __future__ import annotations

import asyncio
import sys
import tempfile
from collections.abc import Awaitable, Callable
from pathlib import Path

from lagtop.security import Secret, Security
from tests.bench.apart import may_be_apart, run_apart
from tests.bench.broker_days import Disk, broker_days
from tests.bench.certificate_days import certificate_days
from tests.bench.topic_days import topic_days
from tests.bench.watch import NODES, Watch, new_groups, stand_still, watching
from tests.kafka import jars
from tests.kafka.cluster import KafkaCluster
from tests.kafka.guarded import PASSWORD, GuardedKafka
from tests.kafka.traffic import create_topic


def brokers(scratch: Path) -> None:
    """What befalls brokers, controllers, coordinators and a disk."""
    cluster = KafkaCluster(jars.libs(), scratch / "three", size=3)
    disk = Disk(scratch / "three", NODES[-1])
    try:
        on_three(cluster, lambda watch: broker_days(cluster, watch, disk))
    finally:
        disk.let_go()


def topics(scratch: Path) -> None:
    """What befalls topics and offsets."""
    cluster = KafkaCluster(jars.libs(), scratch / "topics", size=3)
    on_three(cluster, lambda watch: topic_days(cluster, watch))


def on_three(cluster: KafkaCluster, days: Callable[[Watch], Awaitable[None]]) -> None:
    """Three brokers with a topic without replicas and one with, and groups that stand still."""
    try:
        cluster.start()
        new_groups(cluster.bootstrap)
        watch = Watch(cluster.bootstrap)
        asyncio.run(watching(watch, days(watch)))
    finally:
        cluster.stop()


def certificates(scratch: Path) -> None:
    """What befalls certificates."""
    kafka = GuardedKafka(jars.libs(), scratch)
    try:
        kafka.start()
        create_topic(kafka.bootstrap, "one", partitions=3)
        stand_still(kafka.bootstrap, "one")
        ca_file = str(kafka.authority.file)
        security = Security("SASL_SSL", "PLAIN", "admin", Secret(PASSWORD), ca_file=ca_file)
        watch = Watch(kafka.address("SECURE"), security)
        asyncio.run(watching(watch, certificate_days(kafka, watch, scratch)))
    finally:
        kafka.stop()


def network(_: Path) -> None:
    """What befalls the lines between brokers and lagtop."""
    if not may_be_apart():
        print("network: no right to make namespaces here", flush=True)
        return
    jars.libs()  # there is no network to fetch them from, there
    run_apart("tests.bench.network_days")


PARTS = {"brokers": brokers, "topics": topics, "certificates": certificates, "network": network}


def main(names: list[str]) -> None:
    """One cluster after the other."""
    for name in names or PARTS:
        with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as scratch:
            PARTS[name](Path(scratch))


if __name__ == "__main__":
    main(sys.argv[1:])
