"""The key columns of a Snapshot, built once and shared until a key comes or goes."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np

from lagtop.record.fields import mapping, partition, sequence
from lagtop.snapshot import Codes

PartitionKey = tuple[str, int]
CommitKey = tuple[str, str, int]


@dataclass(frozen=True, slots=True, eq=False)
class Keys:
    """Names and key columns of Partitions and Commits, and each key's row."""

    topics: tuple[str, ...]
    topic: Codes
    index: Codes
    groups: tuple[str, ...]
    group: Codes
    partition: Codes
    partition_rows: dict[PartitionKey, int]
    commit_rows: dict[CommitKey, int]

    def partitions_in(self, value: Any, what: str) -> Iterator[int]:
        """Rows of the partitions that {"topic": [number, ...]} names; others are passed over."""
        for topic, numbers in mapping(value, what).items():
            for number in sequence(numbers, f"{what}, topic {topic}"):
                key = (topic, partition(number, what))
                if (row := self.partition_rows.get(key)) is not None:
                    yield row

    def commits_in(self, value: Any, what: str) -> Iterator[int]:
        """Rows of the commits that {"group": {"topic": [number, ...]}} names."""
        for group, topics in mapping(value, what).items():
            for topic, numbers in mapping(topics, f"{what}, group {group}").items():
                for number in sequence(numbers, f"{what}, topic {topic}"):
                    key = (group, topic, partition(number, what))
                    if (row := self.commit_rows.get(key)) is not None:
                        yield row


def key_columns(
    partitions: list[PartitionKey], commits: list[CommitKey], groups: tuple[str, ...]
) -> Keys:
    """The key columns for sorted keys; every commit's partition must be among `partitions`."""
    topics = tuple(sorted({topic for topic, _ in partitions}))
    topic_rows = {topic: row for row, topic in enumerate(topics)}
    group_rows = {group: row for row, group in enumerate(groups)}
    rows = {key: row for row, key in enumerate(partitions)}
    return Keys(
        topics=topics,
        topic=np.array([topic_rows[topic] for topic, _ in partitions], np.int32),
        index=np.array([index for _, index in partitions], np.int32),
        groups=groups,
        group=np.array([group_rows[group] for group, _, _ in commits], np.int32),
        partition=np.array([rows[topic, index] for _, topic, index in commits], np.int32),
        partition_rows=rows,
        commit_rows={key: row for row, key in enumerate(commits)},
    )
