"""Answers about offsets: what groups have committed, and where logs start and end."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from lagtop.demo.ask import Ask
from lagtop.protocol.codes import NOT_LEADER, UNKNOWN_TOPIC
from lagtop.protocol.messages import ListOffsetsResponse, OffsetFetchResponse
from lagtop.snapshot import NO_COMMIT, Ints

LATEST, EARLIEST, MAX_TIMESTAMP = -1, -2, -3
READ_COMMITTED = 1
NOT_FOUND = (-1, -1)
MANY_GROUPS_SINCE = 8


@dataclass(frozen=True, slots=True)
class Commit:
    """What a group has committed in one partition."""

    topic: str
    index: int
    offset: int
    metadata: str


def offset_fetch(ask: Ask) -> Any:
    """Committed offsets of one group (to v7) or many (v8, KIP-709); null topics means all."""
    response = OffsetFetchResponse
    if ask.version >= MANY_GROUPS_SINCE:
        group_class = response.OffsetFetchResponseGroup
        topic_class = group_class.OffsetFetchResponseTopics
        part_class = topic_class.OffsetFetchResponsePartitions
        groups = []
        for wanted in ask.body.groups:
            error, topics = _fetched(ask, wanted.group_id, wanted.topics, topic_class, part_class)
            groups.append(group_class(group_id=wanted.group_id, topics=topics, error_code=error))
        return response(throttle_time_ms=0, groups=groups)
    topic_class = response.OffsetFetchResponseTopic
    part_class = topic_class.OffsetFetchResponsePartition
    body = ask.body
    error, topics = _fetched(ask, body.group_id, body.topics, topic_class, part_class)
    return response(throttle_time_ms=0, topics=topics, error_code=error)


def list_offsets(ask: Ask) -> Any:
    """Where logs start, end, are stable, or have reached at a time."""
    response = ListOffsetsResponse
    ends = ask.world.ends()
    reach = ask.world.stable() if ask.body.isolation_level == READ_COMMITTED else ends
    return response(
        throttle_time_ms=0,
        topics=[
            response.ListOffsetsTopicResponse(
                name=topic.name,
                partitions=[_listed(ask, topic.name, wanted, reach) for wanted in topic.partitions],
            )
            for topic in ask.body.topics
        ],
    )


def _fetched(
    ask: Ask, group: str, wanted: Any, topic_class: Any, part_class: Any
) -> tuple[int, list[Any]]:
    error = ask.group_error(group)
    if error:
        return error, []
    asked = None if wanted is None else {item.name: item.partition_indexes for item in wanted}
    found: dict[str, list[Any]] = {}
    for commit in _commits(ask, group, asked):
        code = ask.error(group=group, topic=commit.topic, partition=commit.index)
        found.setdefault(commit.topic, []).append(
            part_class(
                partition_index=commit.index,
                committed_offset=NO_COMMIT if code else commit.offset,
                committed_leader_epoch=-1,
                metadata=commit.metadata,
                error_code=code,
            )
        )
    return 0, [topic_class(name=name, partitions=parts) for name, parts in found.items()]


def _commits(ask: Ask, name: str, asked: dict[str, list[int]] | None) -> Iterator[Commit]:
    known = {(commit.topic, commit.index): commit for commit in _stored(ask, name)}
    if asked is None:
        yield from known.values()
        return
    for topic, indexes in asked.items():
        for index in indexes:
            yield known.get((topic, index), Commit(topic, index, NO_COMMIT, ""))


def _stored(ask: Ask, name: str) -> Iterator[Commit]:
    group = ask.world.consumers.by_name.get(name)
    if group is None:
        return
    consumers, logs = ask.world.consumers, ask.world.logs
    for row in group.rows.tolist():
        offset = int(consumers.committed[row])
        if offset != NO_COMMIT:
            partition = int(consumers.partition[row])
            log = logs.every[logs.topic_of[partition]]
            note = group.metadata.get(row, "")
            yield Commit(log.spec.name, partition - log.first, offset, note)


def _listed(ask: Ask, topic: str, wanted: Any, reach: Ints) -> Any:
    log, index = ask.world.logs.by_name.get(topic), wanted.partition_index
    row = None if log is None else log.row(index)
    error = ask.error(topic=topic, partition=index) or leader_error(ask, row)
    timestamp, offset = NOT_FOUND
    if not error and row is not None:
        timestamp, offset = _located(ask, row, wanted.timestamp, int(reach[row]))
    return ListOffsetsResponse.ListOffsetsTopicResponse.ListOffsetsPartitionResponse(
        partition_index=index,
        error_code=error,
        timestamp=timestamp,
        offset=offset,
        leader_epoch=-1 if error or row is None else int(ask.world.epochs[row]),
    )


def leader_error(ask: Ask, row: int | None) -> int:
    """The error code of a partition row that this broker does not lead; 0 where it does."""
    if row is None:
        return UNKNOWN_TOPIC
    return 0 if ask.world.leaders[row] == ask.node else NOT_LEADER


def _located(ask: Ask, row: int, timestamp: int, end: int) -> tuple[int, int]:
    start, history = int(ask.world.logs.starts[row]), ask.world.logs.history
    if timestamp == LATEST:
        return -1, end
    if timestamp == EARLIEST:
        return -1, start
    if timestamp == MAX_TIMESTAMP:
        offset = end - 1
    else:
        found = history.first_since(row, timestamp / 1_000 - ask.epoch_s)
        offset = max(found, start)
    if not start <= offset < end:
        return NOT_FOUND
    return max(ask.milliseconds(history.time_of(row, offset)), timestamp), offset
