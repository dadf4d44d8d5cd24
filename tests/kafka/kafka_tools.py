"""What Kafka's own command line tools say, and a KIP-848 member made of one of them."""

from __future__ import annotations

import signal
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from tests.kafka.java import Child, command
from tests.kafka.traffic import group_states
from tests.kafka.waiting import wait_until

GROUP_COMMAND = "org.apache.kafka.tools.consumer.group.ConsumerGroupCommand"
ACL_COMMAND = "org.apache.kafka.tools.AclCommand"
CONFIG_COMMAND = "kafka.admin.ConfigCommand"
CONSOLE_CONSUMER = "org.apache.kafka.tools.consumer.ConsoleConsumer"


class Kafka(Protocol):
    """A cluster that tests may use: one that they started, or one that was named to them."""

    @property
    def bootstrap(self) -> str:
        """Its addresses, as `-b` takes them."""

    def tool(self, main_class: str, *arguments: str) -> str:
        """Run one of Kafka's own command line tools and return its stdout."""


def configure(kafka: Kafka, kind: str, name: str, option: str, words: str) -> None:
    """Change what is set for one of `topics` or `clients`: --add-config or --delete-config."""
    which = ("--entity-type", kind, "--entity-name", name)
    where = ("--bootstrap-server", kafka.bootstrap)
    kafka.tool(CONFIG_COMMAND, *where, "--alter", option, words, *which)


@dataclass(frozen=True, slots=True)
class Described:
    """A line of `kafka-consumer-groups --describe`; None where the tool prints a dash."""

    group: str
    topic: str
    partition: int
    committed: int | None
    log_end: int | None
    lag: int | None
    consumer_id: str
    host: str
    client_id: str


Place = tuple[str, str, int]
"""Group, topic and partition: what names a row."""


def describe_all_groups(kafka: Kafka) -> dict[Place, Described]:
    """`kafka-consumer-groups --describe --all-groups`, by place."""
    told = kafka.tool(
        GROUP_COMMAND, "--bootstrap-server", kafka.bootstrap, "--describe", "--all-groups"
    )
    rows = [_row(line.split()) for line in told.splitlines() if len(line.split()) == 9]
    return {(row.group, row.topic, row.partition): row for row in rows if row is not None}


def _row(words: list[str]) -> Described | None:
    group, topic, partition, committed, log_end, lag, consumer_id, host, client_id = words
    if not partition.isdigit():  # the heading, which comes once a group
        return None
    return Described(
        group,
        topic,
        int(partition),
        _number(committed),
        _number(log_end),
        _number(lag),
        consumer_id,
        host,
        client_id,
    )


def _number(word: str) -> int | None:
    return None if word == "-" else int(word)


@contextmanager
def kip848_member(
    libs: Path, directory: Path, bootstrap: str, group: str, topic: str, client_id: str
) -> Iterator[Child]:
    """A live member of a KIP-848 group that owns all of `topic` and reads it as it comes."""
    settings = {
        "group.protocol": "consumer",
        "client.id": client_id,
        "auto.offset.reset": "earliest",
        "auto.commit.interval.ms": "200",
    }
    words = [*command(libs, CONSOLE_CONSUMER), "--bootstrap-server", bootstrap]
    words += ["--topic", topic, "--group", group]
    for key, value in settings.items():
        words += ["--command-property", f"{key}={value}"]
    child = Child(words, directory / f"{group}.log")
    try:
        wait_until(lambda: group_states(bootstrap).get(group) == "Stable", f"{group} to be stable")
        yield child
    finally:
        child.signal(signal.SIGCONT)
        child.kill()
