"""lagtop's numbers are those that Kafka's own kafka-consumer-groups prints."""

from __future__ import annotations

from tests.kafka.front_door import Poll, snapshot
from tests.kafka.kafka_tools import Described, Kafka, Place, describe_all_groups
from tests.kafka.traffic import classic_member, commit, create_topic, produce

TOPICS, PARTITIONS, GROUPS = 4, 3, 6


def test_every_lag_of_many_groups_and_topics_is_what_kafka_says(kafka: Kafka, name: str) -> None:
    topics = [f"{name}-t{number}" for number in range(TOPICS)]
    for number, topic in enumerate(topics):
        create_topic(kafka.bootstrap, topic, PARTITIONS)
        produce(kafka.bootstrap, topic, {p: 10 * number + p for p in range(PARTITIONS)})
    for number in range(GROUPS):
        for topic in topics[number % 2 :]:
            # Partition 2 of some groups is never committed: the tools then print no row or a dash.
            read = {p: min(number, p) for p in range(2 + number % 2)}
            commit(kafka.bootstrap, f"{name}-g{number}", topic, read)
    with (
        classic_member(kafka.bootstrap, f"{name}-live-a", topics[2], "reader-a", reads=7),
        classic_member(kafka.bootstrap, f"{name}-live-b", topics[3], "reader-b", reads=0),
    ):
        said = describe_all_groups(kafka)
        shown = snapshot(kafka.bootstrap)

    ours = {place: row for place, row in said.items() if place[0].startswith(name)}
    assert len(ours) >= GROUPS * 3 * 2
    assert differences(ours, {place: row for place, row in shown.items() if place in ours}) == {}
    assert {place[:2] for place in shown if place[0].startswith(name)} == {
        place[:2] for place in ours
    }


def differences(said: dict[Place, Described], shown: Poll) -> dict[Place, tuple[str, str]]:
    """Where lagtop prints something else than Kafka's tool; empty when they agree."""
    found = {}
    for place, kafka_row in said.items():
        row = shown.get(place)
        theirs = (
            _text(kafka_row.committed),
            _text(kafka_row.log_end),
            _text(kafka_row.lag),
            _owner(kafka_row.consumer_id),
            _owner(kafka_row.host),
            _owner(kafka_row.client_id),
        )
        columns = ("committed_offset", "log_end_offset", "lag_messages")
        members = ("member_id", "host", "client_id")
        mine = tuple(row[column] for column in columns + members) if row else ()
        if mine != theirs:
            found[place] = (str(mine), str(theirs))
    return found


def _text(number: int | None) -> str:
    return "" if number is None else str(number)


def _owner(word: str) -> str:
    return "" if word == "-" else word
