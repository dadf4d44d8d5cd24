"""lagtop leaves no trace: no group, no commit, no topic, not even an internal one."""

from __future__ import annotations

from pathlib import Path

from tests.kafka.cluster import KafkaCluster
from tests.kafka.front_door import run
from tests.kafka.kafka_tools import Kafka, Place, describe_all_groups
from tests.kafka.traffic import commit, create_topic, names_on, produce


def test_groups_topics_and_commits_are_the_same_after_as_before(kafka: Kafka, name: str) -> None:
    create_topic(kafka.bootstrap, name)
    produce(kafka.bootstrap, name, {0: 8})
    commit(kafka.bootstrap, name, name, {0: 3})
    before = names_on(kafka.bootstrap), commits(kafka)

    ran = run("snapshot", "-b", kafka.bootstrap, "--format", "csv", "-n", "3", "-d", "0.5")

    assert ran.status == 0, ran.stderr
    assert (names_on(kafka.bootstrap), commits(kafka)) == before


def test_an_empty_cluster_is_no_error_and_stays_empty(libs: Path, tmp_path: Path) -> None:
    fresh = KafkaCluster(libs, tmp_path / "fresh")
    try:
        fresh.start()

        ran = run("snapshot", "-b", fresh.bootstrap, "--format", "csv")

        assert (ran.status, len(ran.stdout.splitlines())) == (0, 1), ran.stderr
        assert ran.stdout.startswith("schema_version,captured_at,cluster,group,")
        # Asking for a group's coordinator would have made Kafka create __consumer_offsets.
        assert names_on(fresh.bootstrap) == (set(), set())
    finally:
        fresh.stop()


def commits(kafka: Kafka) -> dict[Place, int | None]:
    """Every commit of the cluster; members of earlier tests may still be leaving."""
    return {place: said.committed for place, said in describe_all_groups(kafka).items()}
