"""What the tests do to a cluster: topics, records, commits, members, transactions."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any

from kafka import KafkaAdminClient, KafkaConsumer, KafkaProducer
from kafka.admin import NewTopic
from kafka.errors import KafkaError, NoError, RebalanceInProgressError
from kafka.structs import OffsetAndMetadata, TopicPartition

from tests.kafka.waiting import wait_until

PAYLOAD = b"x" * 20
SESSION_MS = 45_000
"""As Kafka's own clients have it (KIP-735): a busy machine makes nobody leave."""


@contextmanager
def admin(bootstrap: str) -> Iterator[KafkaAdminClient]:
    """Kafka's admin client for a few questions."""
    client = KafkaAdminClient(bootstrap_servers=bootstrap.split(","))
    try:
        yield client
    finally:
        client.close()


@contextmanager
def producer(bootstrap: str, **settings: object) -> Iterator[KafkaProducer]:
    """A producer that waits for all replicas."""
    client = KafkaProducer(bootstrap_servers=bootstrap.split(","), acks="all", **settings)
    try:
        yield client
    finally:
        client.close(timeout=10)


def create_topic(bootstrap: str, name: str, partitions: int = 1, replicas: int = 1) -> None:
    """A topic that is ready to be written to."""
    _create(bootstrap, NewTopic(name, num_partitions=partitions, replication_factor=replicas))


def create_pinned_topic(bootstrap: str, name: str, leaders: Sequence[int]) -> None:
    """A topic without replicas: partition n lives on node leaders[n] and nowhere else."""
    places = {partition: [node_id] for partition, node_id in enumerate(leaders)}
    _create(bootstrap, NewTopic(name, replica_assignments=places))


def _create(bootstrap: str, topic: NewTopic) -> None:
    with admin(bootstrap) as client:
        client.create_topics([topic])
        client.wait_for_topics([topic.name], timeout_ms=30_000)


def delete_topic(bootstrap: str, name: str) -> None:
    """Delete a topic and wait until the cluster no longer names it."""
    with admin(bootstrap) as client:
        client.delete_topics([name])
        wait_until(lambda: name not in client.list_topics(), f"topic {name} to be gone")


def produce(bootstrap: str, topic: str, counts: Mapping[int, int]) -> None:
    """Write counts[p] records to partition p; returns when the brokers have them."""
    # Idempotent producers need a question that Kafka 2.8 without ZooKeeper does not know.
    with producer(bootstrap, enable_idempotence=False) as client:
        for partition, count in counts.items():
            for _ in range(count):
                client.send(topic, value=PAYLOAD, partition=partition)
        client.flush(timeout=30)


def commit(bootstrap: str, group: str, topic: str, offsets: Mapping[int, int]) -> None:
    """Set the offsets of a group without members; Kafka takes any number, past the end too."""
    wanted = {
        TopicPartition(topic, partition): OffsetAndMetadata(offset, "", -1)
        for partition, offset in offsets.items()
    }
    with admin(bootstrap) as client:
        wait_until(lambda: _committed(client, group, wanted), f"the commit of {group}")


def _committed(
    client: KafkaAdminClient, group: str, wanted: dict[TopicPartition, OffsetAndMetadata]
) -> bool:
    """Whether every commit was taken; not while the cluster makes its first coordinator."""
    try:
        answers = client.alter_group_offsets(group, wanted)
    except KafkaError:
        return False
    return all(error is NoError for error in answers.values())


def delete_records(bootstrap: str, topic: str, before: Mapping[int, int]) -> None:
    """Delete the records of partition p before offset before[p], as retention would."""
    wanted = {TopicPartition(topic, partition): offset for partition, offset in before.items()}
    with admin(bootstrap) as client:
        client.delete_records(wanted)


def delete_group(bootstrap: str, group: str) -> None:
    """Delete a group without members."""
    with admin(bootstrap) as client:
        client.delete_groups([group])


def names_on(bootstrap: str) -> tuple[set[str], set[str]]:
    """All groups and all topics, internal ones too, that the cluster knows."""
    with admin(bootstrap) as client:
        return {str(row["group_id"]) for row in client.list_groups()}, set(client.list_topics())


def group_states(bootstrap: str) -> dict[str, str]:
    """The state of every group, as the broker lists it."""
    with admin(bootstrap) as client:
        return {str(row["group_id"]): str(row["group_state"]) for row in client.list_groups()}


@contextmanager
def classic_member(
    bootstrap: str, group: str, topic: str, client_id: str, reads: int = 0
) -> Iterator[KafkaConsumer]:
    """A live member of a classic group that owns all of `topic`, and has committed `reads` records.

    It then polls no more: its heartbeats go on, its offsets stand still.
    """
    consumer = KafkaConsumer(
        bootstrap_servers=bootstrap.split(","),
        group_id=group,
        client_id=client_id,
        enable_auto_commit=False,
        auto_offset_reset="earliest",
        max_poll_records=max(reads, 1),
        session_timeout_ms=SESSION_MS,
    )
    try:
        # A leader that joins before it has heard of the topic may assign nothing, for good.
        wait_until(lambda: consumer.partitions_for_topic(topic), f"the partitions of {topic}")
        consumer.subscribe([topic])
        _read_and_commit(consumer, reads)
        yield consumer
    finally:
        consumer.close(autocommit=False)


def _read_and_commit(consumer: KafkaConsumer, reads: int) -> None:
    """Join, then consume exactly `reads` records and commit after them."""
    next_offsets: dict[TopicPartition, OffsetAndMetadata] = {}
    seen = 0

    def poll() -> bool:
        nonlocal seen
        for place, records in consumer.poll(timeout_ms=200).items():
            taken = records[: reads - seen]
            seen += len(taken)
            if taken:
                next_offsets[place] = OffsetAndMetadata(taken[-1].offset + 1, "", -1)
        return bool(consumer.assignment()) and seen >= reads

    wait_until(poll, f"the member to own partitions and read {reads} records")

    def committed() -> bool:
        try:
            consumer.commit(next_offsets)
        except RebalanceInProgressError:  # somebody, perhaps itself, joined meanwhile
            consumer.poll(timeout_ms=2000)
            return False
        return True

    if next_offsets:
        wait_until(committed, "the member's commit")


@contextmanager
def open_transaction(
    bootstrap: str, topic: str, partition: int, count: int
) -> Iterator[KafkaProducer]:
    """`count` records of a transaction that is still open inside the `with`, and aborted after."""
    name: dict[str, Any] = {"transactional_id": f"{topic}-transaction"}
    with producer(bootstrap, **name) as client:
        client.init_transactions()
        client.begin_transaction()
        for _ in range(count):
            client.send(topic, value=PAYLOAD, partition=partition)
        client.flush(timeout=30)
        try:
            yield client
        finally:
            client.abort_transaction()
