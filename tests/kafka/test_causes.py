"""Causes on a real Kafka: what waits behind an open transaction, and what nobody reads."""

from __future__ import annotations

from lagtop.analysis.diagnosis.verdict import diagnose
from lagtop.analysis.observer import Observer
from lagtop.settings import Settings, parse_bootstrap
from lagtop.snapshot import Snapshot
from lagtop.wire.poller import Poller
from tests.kafka.kafka_tools import Kafka
from tests.kafka.traffic import commit, create_topic, open_transaction, produce

READ, WAITING = 5, 7


async def causes(bootstrap: str, group: str) -> dict[str, str]:
    """What is found to be wrong with a group at a first look, with the evidence."""
    poller = Poller(Settings(parse_bootstrap(bootstrap)))
    try:
        snapshot = await poller.poll()
    finally:
        await poller.close()
    assert isinstance(snapshot, Snapshot)
    report = Observer().observe(snapshot)
    row = [facts.name for facts in report.group_facts].index(group)
    return {finding.cause: finding.evidence for finding in diagnose(report, row)}


async def test_an_open_transaction_is_told_from_a_group_that_nobody_reads_for(
    kafka: Kafka, name: str
) -> None:
    create_topic(kafka.bootstrap, name)
    produce(kafka.bootstrap, name, {0: READ})
    commit(kafka.bootstrap, name, name, {0: READ})
    assert await causes(kafka.bootstrap, name) == {}

    with open_transaction(kafka.bootstrap, name, 0, WAITING):
        found = await causes(kafka.bootstrap, name)
    assert f"{WAITING} messages wait" in found["open transaction"]
    assert f"offset {READ} of {name}-0" in found["open transaction"]

    later = await causes(kafka.bootstrap, name)
    assert set(later) == {"no consumer"}
