"""`lagtop check` of a real Kafka: what is fine is fine, and what stands still never is."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from tests.kafka.flow import Reader, flowing, produce_steadily
from tests.kafka.front_door import run
from tests.kafka.kafka_tools import Kafka
from tests.kafka.ports import HOST, free_ports
from tests.kafka.traffic import classic_member, commit, create_topic, produce
from tests.kafka.waiting import wait_until


def checked(kafka: Kafka, group: str, *words: str) -> dict[str, Any]:
    """What `lagtop check --format json` says of a group; its exit status must agree."""
    ran = run("check", "-b", kafka.bootstrap, "--group", f"^{group}$", "--format", "json", *words)
    verdict: dict[str, Any] = json.loads(ran.stdout)
    assert (ran.status, ran.stderr) == (verdict["exit_status"], "")
    return verdict


def test_a_group_that_has_read_all_is_ok_and_one_that_has_not_is_over_a_limit(
    kafka: Kafka, name: str
) -> None:
    create_topic(kafka.bootstrap, name)
    produce(kafka.bootstrap, name, {0: 8})
    commit(kafka.bootstrap, f"{name}-all", name, {0: 8})
    commit(kafka.bootstrap, f"{name}-some", name, {0: 3})

    some = checked(kafka, f"{name}-some", "--max-lag", "4")

    assert checked(kafka, f"{name}-all")["status"] == "ok"
    assert some["status"] == "critical"
    assert [one["rule"] for one in some["findings"]] == ["--max-lag", "ConsumerStalled"]
    assert some["findings"][1]["what"].startswith("no member, 5 messages to read")


def test_a_group_that_reads_is_seen_to_move(kafka: Kafka, name: str) -> None:
    create_topic(kafka.bootstrap, name, partitions=2)
    reader = Reader(name, name, "reads", per_s=2_000)

    with flowing(produce_steadily(kafka.bootstrap, name, 2, per_s=50), reader.run(kafka.bootstrap)):
        assert reader.joined.wait(60)
        wait_until(lambda: checked(kafka, name)["status"] == "ok", "the group to be seen moving")


def test_a_member_that_stands_still_is_never_ok(kafka: Kafka, name: str, tmp_path: Path) -> None:
    create_topic(kafka.bootstrap, name)
    produce(kafka.bootstrap, name, {0: 8})
    impatient = tmp_path / "rules.toml"
    impatient.write_text('[[alerts]]\nname = "ConsumerStalled"\nfor = "1s"\n')

    with classic_member(kafka.bootstrap, name, name, "stuck", reads=2):
        young = checked(kafka, name, "--for", "2", "--interval", "1")
        old = checked(kafka, name, "--for", "2", "--interval", "1", "--alerts", str(impatient))

    assert (young["status"], old["status"]) == ("warning", "critical")
    assert "nothing consumed for" in old["findings"][0]["what"]


def test_a_group_that_is_not_there_is_unknown(kafka: Kafka, name: str) -> None:
    assert checked(kafka, name)["status"] == "unknown"


def test_a_cluster_that_is_not_there_is_unknown() -> None:
    ran = run("check", "-b", f"{HOST}:{free_ports(1)[0]}")

    assert ran.status == 3
    assert ran.stdout.startswith("UNKNOWN: nothing listens")
