"""What stands in the way of a plain lag has its own verdict, and no number is made up for it."""

from __future__ import annotations

from tests.kafka.cluster import KafkaCluster
from tests.kafka.front_door import Row, snapshot
from tests.kafka.kafka_tools import ACL_COMMAND, Kafka, describe_all_groups
from tests.kafka.traffic import (
    classic_member,
    commit,
    create_topic,
    delete_records,
    open_transaction,
    produce,
)


def only_row(kafka: Kafka, group: str, topic: str) -> Row:
    """The row of partition 0 in a fresh snapshot."""
    return snapshot(kafka.bootstrap)[group, topic, 0]


def test_a_member_that_never_committed_reads_no_commit_and_no_lag(kafka: Kafka, name: str) -> None:
    create_topic(kafka.bootstrap, name)
    produce(kafka.bootstrap, name, {0: 5})

    with classic_member(kafka.bootstrap, name, name, "new-here"):
        row = only_row(kafka, name, name)
        said = describe_all_groups(kafka)[name, name, 0]

    assert row["verdict"] == "no_commit"
    assert (row["lag_messages"], said.lag) == ("", None)
    assert (row["log_end_offset"], row["client_id"]) == ("5", "new-here")


def test_records_deleted_before_they_were_read_are_lost_and_not_lag(
    kafka: Kafka, name: str
) -> None:
    create_topic(kafka.bootstrap, name)
    produce(kafka.bootstrap, name, {0: 100})
    commit(kafka.bootstrap, name, name, {0: 10})
    delete_records(kafka.bootstrap, name, {0: 40})

    row = only_row(kafka, name, name)

    assert row["verdict"] == "lost"
    assert (row["log_start_offset"], row["log_end_offset"]) == ("40", "100")
    assert (row["lag_messages"], row["lost_messages"]) == ("60", "30")
    assert describe_all_groups(kafka)[name, name, 0].lag == 60 + 30


def test_a_commit_at_the_log_start_has_lost_nothing(kafka: Kafka, name: str) -> None:
    create_topic(kafka.bootstrap, name)
    produce(kafka.bootstrap, name, {0: 100})
    commit(kafka.bootstrap, name, name, {0: 40})
    delete_records(kafka.bootstrap, name, {0: 40})

    row = only_row(kafka, name, name)

    assert (row["verdict"], row["lag_messages"]) == ("ok", "60")


def test_a_commit_past_the_end_is_said_and_is_no_negative_lag(kafka: Kafka, name: str) -> None:
    create_topic(kafka.bootstrap, name)
    produce(kafka.bootstrap, name, {0: 5})
    commit(kafka.bootstrap, name, name, {0: 50})

    row = only_row(kafka, name, name)

    assert (row["verdict"], row["committed_offset"], row["log_end_offset"]) == (
        "past_end",
        "50",
        "5",
    )
    assert not row["lag_messages"].startswith("-")


def test_an_open_transaction_holds_the_last_stable_offset_back(kafka: Kafka, name: str) -> None:
    create_topic(kafka.bootstrap, name)
    produce(kafka.bootstrap, name, {0: 3})
    commit(kafka.bootstrap, name, name, {0: 1})

    with open_transaction(kafka.bootstrap, name, partition=0, count=4):
        blocked = only_row(kafka, name, name)
    free = only_row(kafka, name, name)

    assert (blocked["last_stable_offset"], blocked["log_end_offset"]) == ("3", "7")
    assert (blocked["lag_messages"], blocked["verdict"]) == ("6", "ok")
    # The abort wrote a marker, which is an offset too; everything is stable now.
    assert (free["last_stable_offset"], free["log_end_offset"]) == ("8", "8")


def test_a_group_that_one_may_not_see_is_said_and_the_others_go_on(
    own_kafka: KafkaCluster, name: str
) -> None:
    create_topic(own_kafka.bootstrap, name)
    produce(own_kafka.bootstrap, name, {0: 9})
    commit(own_kafka.bootstrap, f"{name}-open", name, {0: 2})
    commit(own_kafka.bootstrap, f"{name}-secret", name, {0: 2})
    deny = ("--deny-principal", "User:ANONYMOUS", "--operation", "Describe")
    where = ("--bootstrap-server", own_kafka.bootstrap, "--group", f"{name}-secret")
    own_kafka.tool(ACL_COMMAND, "--add", *deny, *where)

    shown = snapshot(own_kafka.bootstrap)

    own_kafka.tool(ACL_COMMAND, "--remove", "--force", *where)
    assert shown[f"{name}-open", name, 0]["lag_messages"] == "7"
    secret = [row for place, row in shown.items() if place[0] == f"{name}-secret"]
    assert [row["verdict"] for row in secret] in ([], ["unauthorized"])
    assert all(row["lag_messages"] == "" for row in secret)
