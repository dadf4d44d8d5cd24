"""Groups with live members, of both protocols: type, state, owners, and lag while it moves."""

from __future__ import annotations

import signal
from pathlib import Path

from tests.kafka.front_door import snapshot
from tests.kafka.kafka_tools import Kafka, describe_all_groups, kip848_member
from tests.kafka.traffic import classic_member, create_topic, produce
from tests.kafka.waiting import wait_until


def test_a_live_classic_group_shows_its_member_and_its_lag(kafka: Kafka, name: str) -> None:
    create_topic(kafka.bootstrap, name, partitions=2)
    produce(kafka.bootstrap, name, {0: 10})

    with classic_member(kafka.bootstrap, name, name, "reader-of-old", reads=4):
        row = snapshot(kafka.bootstrap)[name, name, 0]
        said = describe_all_groups(kafka)[name, name, 0]

    assert (row["group_type"], row["group_state"]) == ("classic", "Stable")
    assert (row["client_id"], row["lag_messages"]) == ("reader-of-old", "6")
    assert (row["member_id"], row["host"]) == (said.consumer_id, said.host)


def test_a_live_kip_848_group_shows_its_member_and_its_lag(
    kafka: Kafka, libs: Path, tmp_path: Path, name: str
) -> None:
    create_topic(kafka.bootstrap, name, partitions=2)
    produce(kafka.bootstrap, name, {0: 10, 1: 3})

    with kip848_member(libs, tmp_path, kafka.bootstrap, name, name, "reader-of-new") as member:
        wait_until(lambda: lags(kafka, name) == {0: "0", 1: "0"}, "the member to read all")
        # A stopped process stays a member until its session times out, and reads nothing.
        member.signal(signal.SIGSTOP)
        produce(kafka.bootstrap, name, {1: 7})
        row = snapshot(kafka.bootstrap)[name, name, 1]
        said = describe_all_groups(kafka)[name, name, 1]

    assert (row["group_type"], row["group_state"]) == ("consumer", "Stable")
    assert (row["client_id"], row["lag_messages"]) == ("reader-of-new", "7")
    assert (row["member_id"], row["host"]) == (said.consumer_id, said.host)


def test_a_group_keeps_its_lag_and_loses_its_owner_when_its_member_leaves(
    kafka: Kafka, name: str
) -> None:
    create_topic(kafka.bootstrap, name)
    produce(kafka.bootstrap, name, {0: 10})
    with classic_member(kafka.bootstrap, name, name, "short-lived", reads=4):
        pass

    row = snapshot(kafka.bootstrap)[name, name, 0]

    assert (row["group_state"], row["lag_messages"]) == ("Empty", "6")
    assert (row["member_id"], row["client_id"], row["host"]) == ("", "", "")


def test_a_moving_lag_lies_between_what_kafka_says_before_and_after(
    kafka: Kafka, libs: Path, tmp_path: Path, name: str
) -> None:
    create_topic(kafka.bootstrap, name)
    with kip848_member(libs, tmp_path, kafka.bootstrap, name, name, "moving"):
        produce(kafka.bootstrap, name, {0: 500})
        wait_until(lambda: lags(kafka, name).get(0, "") != "", "a first commit")
        for _ in range(3):
            before = describe_all_groups(kafka)[name, name, 0]
            produce(kafka.bootstrap, name, {0: 500})
            row = snapshot(kafka.bootstrap)[name, name, 0]
            produce(kafka.bootstrap, name, {0: 500})
            after = describe_all_groups(kafka)[name, name, 0]

            committed, end = int(row["committed_offset"]), int(row["log_end_offset"])
            assert (before.committed or 0) <= committed <= (after.committed or 0)
            assert (before.log_end or 0) <= end <= (after.log_end or 0)
            assert int(row["lag_messages"]) == end - committed >= 0


def lags(kafka: Kafka, name: str) -> dict[int, str]:
    """The lag of every partition of the group and topic of that name, as lagtop prints it."""
    return {
        place[2]: row["lag_messages"]
        for place, row in snapshot(kafka.bootstrap).items()
        if place[:2] == (name, name)
    }
