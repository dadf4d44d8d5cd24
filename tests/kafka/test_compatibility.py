"""Older Kafkas, which answer in older versions and know fewer questions.

Versions are those of `LAGTOP_TEST_KAFKA_VERSIONS`, else `OLDER`; each starts a broker of its own.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from tests.kafka import jars
from tests.kafka.cluster import KafkaCluster
from tests.kafka.front_door import snapshot
from tests.kafka.traffic import classic_member, create_topic, produce

OLDER = ("2.8.2", "3.9.1")
VERSIONS = tuple(filter(None, os.environ.get("LAGTOP_TEST_KAFKA_VERSIONS", "").split(","))) or OLDER
FIRST_TO_NAME_TYPES = (3, 8)


@pytest.fixture(scope="module")
def clusters(
    libs: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[dict[str, KafkaCluster]]:
    """One broker of each version, started side by side."""
    assert libs.is_dir()
    running = {
        version: KafkaCluster(jars.libs(version), tmp_path_factory.mktemp(f"kafka-{version}"))
        for version in VERSIONS
    }
    try:
        with ThreadPoolExecutor() as pool:
            list(pool.map(KafkaCluster.start, running.values()))
        yield running
    finally:
        for cluster in running.values():
            cluster.stop()


@pytest.mark.parametrize("version", VERSIONS)
def test_an_older_kafka_is_read_in_full(
    clusters: dict[str, KafkaCluster], version: str, name: str
) -> None:
    bootstrap = clusters[version].bootstrap
    create_topic(bootstrap, name, partitions=2)
    produce(bootstrap, name, {0: 10})

    with classic_member(bootstrap, name, name, "reader", reads=4):
        rows = snapshot(bootstrap)

    lags = {place: (row["lag_messages"], row["verdict"]) for place, row in rows.items()}
    assert lags == {(name, name, 0): ("6", "ok"), (name, name, 1): ("", "no_commit")}
    row = rows[name, name, 0]
    assert row["reason"] == ""
    names_types = tuple(map(int, version.split(".")[:2])) >= FIRST_TO_NAME_TYPES
    assert row["group_type"] == ("classic" if names_types else "")
    assert (row["group_state"], row["client_id"]) == ("Stable", "reader")
    assert (row["lag_s_method"], float(row["lag_s"]) > 0) == ("exact", True)
