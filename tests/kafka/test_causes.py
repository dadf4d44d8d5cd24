"""Causes on a real Kafka, each of a group that really has it, and no other claimed of it."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field

import pytest

from lagtop.analysis import trend
from lagtop.analysis.diagnosis import rules
from lagtop.analysis.diagnosis.diagnose import diagnose
from lagtop.analysis.report import Report
from lagtop.settings import Settings, parse_bootstrap
from lagtop.wire import health
from tests.kafka.flow import Reader, flowing, produce_each
from tests.kafka.kafka_tools import Kafka, configure
from tests.kafka.traffic import commit, create_topic, open_transaction, produce, producer
from tests.kafka.waiting import wait_until
from tests.kafka.watching import polling, seen_until

READ, WAITING = 5, 7


Causes = dict[str, str]
"""What is wrong with a group, each with its evidence."""


def causes(report: Report) -> dict[str, Causes]:
    """What is found to be wrong, by group."""
    return {
        facts.name: {finding.cause: finding.evidence for finding in diagnose(report, row)}
        for row, facts in enumerate(report.group_facts)
    }


async def test_an_open_transaction_is_told_from_a_group_that_nobody_reads_for(
    kafka: Kafka, name: str
) -> None:
    create_topic(kafka.bootstrap, name)
    produce(kafka.bootstrap, name, {0: READ})
    commit(kafka.bootstrap, name, name, {0: READ})
    settings = Settings(parse_bootstrap(kafka.bootstrap), 0.5, groups=re.compile(name))

    def look(report: Report) -> Causes:
        return causes(report).get(name, {})

    async with polling(settings) as poller:
        assert await seen_until(poller, lambda report: causes(report).get(name), is_nothing) == {}

        with open_transaction(kafka.bootstrap, name, 0, WAITING):
            found = await seen_until(
                poller,
                look,
                lambda seen: f"{WAITING} messages wait" in seen.get("open transaction", ""),
            )
        assert f"offset {READ} of {name}-0" in found["open transaction"]

        await seen_until(poller, look, lambda seen: set(seen) == {"no consumer"})


def is_nothing(seen: Causes | None) -> bool:
    """Whether the group is there, and well."""
    return seen == {}


FAST_PER_S = 500.0
QUOTA_BYTES_PER_S = 20_000
HEAVY = b"x" * 1_000
FETCH_BYTES = 4_000
"""Little against ten seconds of the quota: who fetches as much at once reads by fits and starts."""
PATIENCE_S = 150.0


@dataclass(frozen=True)
class Ill:
    """A group with one trouble: messages a second into each partition, and its readers' most."""

    written_per_s: tuple[float, ...]
    readers_per_s: tuple[float, ...]
    stuck_at: Mapping[int, int] = field(default_factory=dict)
    backlog: int = 0


ILL = {
    "slow consumer": Ill((40.0, 40.0), (15.0, 15.0)),
    "too few consumers": Ill((20.0,) * 4, (40.0,)),
    "hot key": Ill((90.0, 10.0, 10.0), (45.0,) * 3),
    "sick member": Ill((15.0,) * 4, (FAST_PER_S, 10.0)),
    "stalled": Ill((10.0, 10.0), (FAST_PER_S,), stuck_at={0: 60, 1: 60}),
    "poison record": Ill((10.0,) * 3, (FAST_PER_S,), stuck_at={0: 60}),
    "throttling": Ill((30.0, 30.0), (FAST_PER_S,), backlog=1_500),
}


@contextmanager
def ailing(kafka: Kafka, name: str) -> Iterator[dict[str, str]]:
    """All of ILL at once; gives the cause of each group by the group's name, also its topic's."""
    names = {cause: f"{name}-{cause.replace(' ', '-')}" for cause in ILL}
    for cause, ill in ILL.items():
        create_topic(kafka.bootstrap, names[cause], partitions=len(ill.written_per_s))
    readers = [
        Reader(
            names[cause], names[cause], f"{names[cause]}-{number}", most,
            stuck_at=ill.stuck_at, fetch_bytes=FETCH_BYTES,
        )
        for cause, ill in ILL.items()
        for number, most in enumerate(ill.readers_per_s)
    ]  # fmt: skip
    written = {
        (names[cause], partition): per_s
        for cause, ill in ILL.items()
        for partition, per_s in enumerate(ill.written_per_s)
    }
    value = {names["throttling"]: HEAVY}
    quota = f"consumer_byte_rate={QUOTA_BYTES_PER_S}"
    configure(kafka, "clients", f"{names['throttling']}-0", "--add-config", quota)
    fill(kafka, names["throttling"], ILL["throttling"].backlog)
    with flowing(
        produce_each(kafka.bootstrap, written, value),
        *(reader.run(kafka.bootstrap) for reader in readers),
    ):
        for reader in readers:
            wait_until(reader.joined.is_set, f"{reader.client} to own partitions")
        yield {names[cause]: cause for cause in ILL}


def fill(kafka: Kafka, topic: str, count: int) -> None:
    """Write so many heavy records to each of two partitions."""
    with producer(kafka.bootstrap, batch_size=FETCH_BYTES) as client:
        for number in range(2 * count):
            client.send(topic, value=HEAVY, partition=number % 2)
        client.flush(timeout=60)


async def test_each_trouble_of_consumers_is_named_and_no_other(
    kafka: Kafka, name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(rules, "LASTING_S", 10.0)
    monkeypatch.setattr(trend, "PATIENCE_WITH_BATCHES_S", 10.0)
    monkeypatch.setattr(trend, "GRACES_OF_A_BATCH", 2)
    monkeypatch.setattr(health, "FIRST_AFTER_S", 0.0)
    settings = Settings(parse_bootstrap(kafka.bootstrap), 1.0, groups=re.compile(name))

    def look(report: Report) -> dict[str, list[str]]:
        return {group: [*found] for group, found in causes(report).items()}

    with ailing(kafka, name) as true:
        wanted = {group: [cause] for group, cause in true.items()}
        async with polling(settings) as poller:
            await seen_until(poller, look, lambda seen: seen == wanted, PATIENCE_S)
