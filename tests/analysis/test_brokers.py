"""The health of brokers from replicas, disks and the growth of logs."""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np
import pytest

from lagtop.analysis.brokers import BrokerHealth, Brokers
from lagtop.analysis.observer import Observer
from lagtop.analysis.weights import bytes_a_record
from lagtop.snapshot import UNKNOWN, Broker, Gap, LogDir, Replicas, Snapshot, TopicConfig
from tests.analysis.build import poll, snapshots

THREE = tuple(Broker(node, f"b{node}", 9092) for node in (1, 2, 3))
REPLICAS = ((1, 2, 3), (2, 3, 1), (3, 1, 2))


def cluster(
    leaders: tuple[int, int, int] = (1, 2, 3),
    out_of_sync: frozenset[tuple[int, int]] = frozenset(),
    least: int = 2,
) -> Snapshot:
    """Three partitions with three replicas each, some of them (partition, node) out of sync."""
    rows = [[index, leader, 0, 1_000, 1_000] for index, leader in enumerate(leaders)]
    (snapshot,) = snapshots(poll(100, {"orders": rows}))
    places = [(index, node) for index, nodes in enumerate(REPLICAS) for node in nodes]
    replicas = Replicas(
        partition=np.array([index for index, _ in places], np.int32),
        node=np.array([node for _, node in places], np.int32),
        in_sync=np.array([place not in out_of_sync for place in places]),
        preferred=np.array([node == REPLICAS[index][0] for index, node in places]),
    )
    config = TopicConfig(min_insync_replicas=least)
    return replace(snapshot, brokers=THREE, replicas=replicas, configs={"orders": config})


def health(snapshot: Snapshot) -> tuple[BrokerHealth, ...]:
    """Of each broker, while 10 records a second are written to each partition."""
    return Brokers().health(snapshot, np.full(3, 10.0))


def counts(name: str, snapshot: Snapshot) -> list[int]:
    """One count of each broker."""
    return [getattr(one, name) for one in health(snapshot)]


def test_all_is_well_while_every_replica_is_in_sync_and_leaders_are_where_they_belong() -> None:
    for one in health(cluster()):
        assert (one.leads, one.prefers) == (1, 1)
        assert not any((one.stray, one.leaderless, one.under_replicated, one.under_min))


DEAD_3 = cluster((1, 2, 1), frozenset({(0, 3), (1, 3), (2, 3)}))


@pytest.mark.parametrize(
    ("name", "snapshot", "expected"),
    [
        ("under_replicated", DEAD_3, [2, 1, 0]),
        ("out_of_sync", DEAD_3, [0, 0, 3]),
        ("under_min", DEAD_3, [0, 0, 0]),
        ("under_min", cluster((1, 2, 1), frozenset({(0, 3), (1, 3), (2, 3)}), least=3), [2, 1, 0]),
        ("stray", DEAD_3, [0, 0, 1]),
        ("leads", DEAD_3, [2, 1, 0]),
        ("leaderless", cluster((1, 2, -1)), [0, 0, 1]),
        ("stray", cluster((1, 2, -1)), [0, 0, 0]),
    ],
)
def test_partitions_are_counted_where_the_trouble_is(
    name: str, snapshot: Snapshot, expected: list[int]
) -> None:
    assert counts(name, snapshot) == expected


def test_what_was_not_read_is_unknown_and_not_zero() -> None:
    one = health(replace(cluster(), replicas=None))[0]

    assert (one.leads, one.under_replicated, one.used_bytes) == (UNKNOWN,) * 3
    assert math.isnan(one.disk_share)
    assert math.isnan(one.bytes_in_per_s)


def test_bytes_in_are_records_times_what_one_weighs() -> None:
    seen = replace(cluster(), bytes_each=np.array([50_000, UNKNOWN, 10_000], np.int64))

    told = bytes_a_record(seen) * np.array([10.0, 10.0, 0.0])

    assert told[0] == 500.0
    assert np.isnan(told[1])
    assert told[2] == 0.0
    assert health(seen)[0].bytes_in_per_s == 500.0


def test_the_fullest_volume_decides() -> None:
    dirs = (LogDir("/a", 10, 100, 60), LogDir("/b", 80, 100, 5), LogDir("/c", 7))
    one = health(replace(cluster(), brokers=(replace(THREE[0], dirs=dirs),)))[0]

    assert (one.used_bytes, one.total_bytes, one.usable_bytes) == (97, 200, 65)
    assert one.disk_share == pytest.approx(0.95)


def test_a_directory_that_cannot_be_read_is_not_empty() -> None:
    broken = LogDir("/a", UNKNOWN, gap=Gap("error", "KAFKA_STORAGE_ERROR"))
    brokers = (
        replace(THREE[0], dirs=(broken,)),
        replace(THREE[1], dirs=(broken, LogDir("/b", 80))),
    )
    first, second = health(replace(cluster(), brokers=brokers))

    assert (first.used_bytes, second.used_bytes) == (UNKNOWN, 80)


def test_a_broker_raises_alerts_by_its_id() -> None:
    observer = Observer()
    for at in range(100, 500, 10):
        report = observer.observe(replace(DEAD_3, captured_at=float(at)))

    firing = {(alert.rule.name, alert.group, alert.state.word) for alert in report.alerts}
    assert firing == {("UnderReplicated", "1", "firing"), ("UnderReplicated", "2", "firing")}
