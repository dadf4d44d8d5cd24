"""What Kafka says of its own health, as lagtop reads it beside the polls."""

from __future__ import annotations

import asyncio

import numpy as np
import pytest

from lagtop.analysis.observer import Observer
from lagtop.analysis.weights import bytes_a_record
from lagtop.settings import Settings, parse_bootstrap
from lagtop.snapshot import NO_GAP, Snapshot
from lagtop.wire import health
from lagtop.wire.connection import CLIENT_ID
from lagtop.wire.poller import Poller
from tests.kafka.kafka_tools import Kafka, configure
from tests.kafka.traffic import PAYLOAD, create_topic, produce
from tests.kafka.waiting import DEADLINE_S

RECORDS = 2_000


async def whole(poller: Poller) -> Snapshot:
    """The first snapshot that has it all."""
    async with asyncio.timeout(DEADLINE_S):
        while True:
            snapshot = await poller.poll()
            assert isinstance(snapshot, Snapshot)
            if snapshot.bytes_each is not None:
                return snapshot
            await asyncio.sleep(0.1)


async def test_quorum_disks_and_replicas_are_read(
    kafka: Kafka, name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(health, "FIRST_AFTER_S", 0.0)
    create_topic(kafka.bootstrap, name)
    produce(kafka.bootstrap, name, {0: RECORDS})

    poller = Poller(Settings(parse_bootstrap(kafka.bootstrap)))
    try:
        snapshot = await whole(poller)
    finally:
        await poller.close()

    assert snapshot.quorum is not None
    assert snapshot.quorum.gap == NO_GAP
    assert {voter.node_id for voter in snapshot.quorum.voters} >= {snapshot.quorum.leader}
    leader = next(v for v in snapshot.quorum.voters if v.node_id == snapshot.quorum.leader)
    assert leader.caught_up_ms / 1000 == pytest.approx(snapshot.captured_at, abs=60)
    assert snapshot.reassigning == 0
    row = np.flatnonzero(
        snapshot.partitions.topic == snapshot.partitions.topics.index(name)
    )
    assert len(PAYLOAD) < bytes_a_record(snapshot)[row][0] < len(PAYLOAD) + 100
    report = Observer().observe(snapshot)
    (broker,), (one,) = report.brokers, report.health
    assert broker.dirs_gap == NO_GAP
    assert one.used_bytes >= RECORDS * len(PAYLOAD)
    assert 0 < one.usable_bytes < one.total_bytes
    assert 0 < one.disk_share < 1
    assert (one.leads, one.under_replicated, one.leaderless) == (one.prefers, 0, 0)
    assert broker.round_trip_median_s is not None


async def test_how_long_a_quota_holds_us_up_is_told(kafka: Kafka) -> None:
    poller = Poller(Settings(parse_bootstrap(kafka.bootstrap)))
    try:
        before = await whole(poller)
        configure(kafka, "clients", CLIENT_ID, "--add-config", "request_percentage=0.01")
        held_s: float | None = 0.0
        async with asyncio.timeout(DEADLINE_S):
            while not held_s:
                held_s = (await whole(poller)).brokers[0].throttle_p95_s
    finally:
        configure(kafka, "clients", CLIENT_ID, "--delete-config", "request_percentage")
        await poller.close()

    assert before.brokers[0].throttle_p95_s == 0.0
    assert held_s is not None
    assert 0.0 < held_s < 60.0
