"""Which row is which from poll to poll, and where each row was before.

Rows are known by name: group, topic, topic id and partition number. A topic that was deleted and
made again has a new id (KIP-516), and nothing that was learnt of the old one holds for it.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from lagtop.snapshot import Codes, Ints, Snapshot

GONE = -1


@dataclass(frozen=True, slots=True, eq=False)
class Layout:
    """The names and key columns of one snapshot, and the runs in which its rows lie.

    topic, number (int32[N]): the row's topic and partition number. starts (int64[G + 1]): where
    each group's rows begin; blocks (int64[B + 1]): where each group's rows of one topic begin.
    topics_per_group (int32[G]).
    """

    topic_names: tuple[str, ...]
    topic_ids: tuple[str, ...]
    group_names: tuple[str, ...]
    partition_topic: Codes
    partition_index: Codes
    group: Codes
    partition: Codes
    topic: Codes
    number: Codes
    starts: Ints
    blocks: Ints
    topics_per_group: Codes


@dataclass(frozen=True, slots=True, eq=False)
class Moves:
    """Where each row was in the last snapshot, GONE for a new one: int64[P], int64[N], int64[G]."""

    partitions: Ints
    rows: Ints
    groups: Ints


def lay_out(snapshot: Snapshot) -> Layout:
    """The layout of a snapshot."""
    partitions, commits = snapshot.partitions, snapshot.commits
    topic = partitions.topic[commits.partition]
    starts = np.searchsorted(commits.group, np.arange(len(snapshot.groups) + 1)).astype(np.int64)
    blocks = _runs(commits.group, topic)
    first = blocks[:-1]
    return Layout(
        topic_names=partitions.topics,
        topic_ids=partitions.topic_ids,
        group_names=tuple(group.name for group in snapshot.groups),
        partition_topic=partitions.topic,
        partition_index=partitions.index,
        group=commits.group,
        partition=commits.partition,
        topic=topic,
        number=partitions.index[commits.partition],
        starts=starts,
        blocks=blocks,
        topics_per_group=np.bincount(commits.group[first], minlength=len(snapshot.groups)).astype(
            np.int32
        ),
    )


def is_current(layout: Layout, snapshot: Snapshot) -> bool:
    """Whether every row of the snapshot is where the layout has it."""
    partitions, commits = snapshot.partitions, snapshot.commits
    return (
        _same(layout.group, commits.group)
        and _same(layout.partition, commits.partition)
        and _same(layout.partition_topic, partitions.topic)
        and _same(layout.partition_index, partitions.index)
        and layout.topic_names == partitions.topics
        and layout.topic_ids == partitions.topic_ids
        and layout.group_names == tuple(group.name for group in snapshot.groups)
    )


def moves(old: Layout, new: Layout) -> Moves:
    """Where each row of `new` was in `old`."""
    partitions = positions(
        _pair(_topics_then_and_now(old, new)[old.partition_topic], old.partition_index),
        _pair(new.partition_topic, new.partition_index),
    )
    now = _inverse(partitions, len(old.partition_topic))[old.partition]
    groups = _names_then_and_now(new.group_names, old.group_names)
    group = _inverse(groups, len(old.group_names))[old.group]
    rows = positions(
        np.where((now == GONE) | (group == GONE), GONE, _pair(group, now)),
        _pair(new.group, new.partition),
    )
    return Moves(partitions, rows, groups)


def all_new(layout: Layout) -> Moves:
    """The moves of rows that were not there before."""
    sizes = (len(layout.partition_topic), len(layout.group), len(layout.group_names))
    return Moves(*(np.full(size, GONE, np.int64) for size in sizes))


def unmoved(layout: Layout) -> Moves:
    """The moves of rows that all stayed where they were."""
    sizes = (len(layout.partition_topic), len(layout.group), len(layout.group_names))
    return Moves(*(np.arange(size) for size in sizes))


def _same(one: Codes, other: Codes) -> bool:
    return one is other or np.array_equal(one, other)


def _runs(group: Codes, topic: Codes) -> Ints:
    changes = np.flatnonzero((np.diff(group) != 0) | (np.diff(topic) != 0)) + 1
    edges = ([0], changes, [len(group)]) if len(group) else ([0],)
    return np.concatenate(edges).astype(np.int64)


def _names_then_and_now(old: tuple[str, ...], new: tuple[str, ...]) -> Ints:
    rows = {name: row for row, name in enumerate(new)}
    return np.array([rows.get(name, GONE) for name in old], np.int64)


def _topics_then_and_now(old: Layout, new: Layout) -> Ints:
    then_now = _names_then_and_now(old.topic_names, new.topic_names)
    for then in np.flatnonzero(then_now != GONE).tolist():
        was, now = old.topic_ids[then], new.topic_ids[then_now[then]]
        if was and now and was != now:
            then_now[then] = GONE
    return then_now


def _pair(high: Codes | Ints, low: Codes | Ints) -> Ints:
    return np.where(high < 0, GONE, (high.astype(np.int64) << 32) | low)


def _inverse(sources: Ints, size: int) -> Ints:
    inverse = np.full(size, GONE, np.int64)
    kept = sources != GONE
    inverse[sources[kept]] = np.flatnonzero(kept)
    return inverse


def positions(keys: Ints, wanted: Ints) -> Ints:
    """Where each wanted key is among `keys`, GONE where it is not (int64)."""
    if not len(keys):
        return np.full(len(wanted), GONE, np.int64)
    order = np.argsort(keys, kind="stable")
    ordered = keys[order]
    at = np.minimum(np.searchsorted(ordered, wanted), len(keys) - 1)
    return np.where(ordered[at] == wanted, order[at], GONE)
