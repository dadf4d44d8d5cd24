"""Topics and groups that come and go under a running lagtop."""

from __future__ import annotations

from tests.kafka.front_door import Poll, watching
from tests.kafka.kafka_tools import Kafka
from tests.kafka.traffic import commit, create_topic, delete_group, delete_topic, produce


def lag_in(poll: Poll, group: str, topic: str) -> str | None:
    """The lag of partition 0 as printed, or None when the row is not there."""
    row = poll.get((group, topic, 0))
    return row["lag_messages"] if row else None


def test_a_deleted_topic_stops_having_a_lag_and_the_others_go_on(kafka: Kafka, name: str) -> None:
    stays, goes = f"{name}-stays", f"{name}-goes"
    for topic in (stays, goes):
        create_topic(kafka.bootstrap, topic)
        produce(kafka.bootstrap, topic, {0: 8})
        commit(kafka.bootstrap, name, topic, {0: 3})

    with watching(kafka.bootstrap) as watch:
        watch.until(lambda poll: lag_in(poll, name, goes) == "5", "both lags")
        delete_topic(kafka.bootstrap, goes)
        gone = watch.until(lambda poll: lag_in(poll, name, goes) in (None, ""), "the topic's end")

    # Kafka deletes a topic's commits some time after the topic.
    if row := gone.get((name, goes, 0)):
        assert row["verdict"] == "deleted"
    assert lag_in(gone, name, stays) == "5"
    assert all(lag_in(poll, name, stays) == "5" for poll in watch.polls)


def test_a_topic_made_anew_under_its_old_name_has_its_own_offsets(kafka: Kafka, name: str) -> None:
    create_topic(kafka.bootstrap, name)
    produce(kafka.bootstrap, name, {0: 8})
    commit(kafka.bootstrap, name, name, {0: 3})

    with watching(kafka.bootstrap) as watch:
        watch.until(lambda poll: lag_in(poll, name, name) == "5", "the old lag")
        delete_topic(kafka.bootstrap, name)
        create_topic(kafka.bootstrap, name)
        produce(kafka.bootstrap, name, {0: 2})
        commit(kafka.bootstrap, name, name, {0: 1})
        watch.until(lambda poll: lag_in(poll, name, name) == "1", "the new lag")

    shown = {lag_in(poll, name, name) for poll in watch.polls}
    assert shown <= {None, "", "5", "1", "2"}


def test_a_deleted_group_leaves_and_the_others_stay(kafka: Kafka, name: str) -> None:
    stays, goes = f"{name}-stays", f"{name}-goes"
    create_topic(kafka.bootstrap, name)
    produce(kafka.bootstrap, name, {0: 8})
    for group in (stays, goes):
        commit(kafka.bootstrap, group, name, {0: 3})

    with watching(kafka.bootstrap) as watch:
        watch.until(lambda poll: lag_in(poll, goes, name) == "5", "both groups")
        delete_group(kafka.bootstrap, goes)
        watch.until(lambda poll: lag_in(poll, goes, name) is None, "the group's end")

    assert all(lag_in(poll, stays, name) == "5" for poll in watch.polls)


def test_a_group_that_begins_is_seen(kafka: Kafka, name: str) -> None:
    create_topic(kafka.bootstrap, name)
    produce(kafka.bootstrap, name, {0: 8})
    commit(kafka.bootstrap, f"{name}-first", name, {0: 8})

    with watching(kafka.bootstrap) as watch:
        watch.until(lambda poll: lag_in(poll, f"{name}-first", name) == "0", "the first group")
        commit(kafka.bootstrap, f"{name}-second", name, {0: 6})
        watch.until(lambda poll: lag_in(poll, f"{name}-second", name) == "2", "the second group")
