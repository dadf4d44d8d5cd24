"""Snapshots as the lines of a recording: all of it at first, then what changed."""

from __future__ import annotations

from typing import Any

import numpy as np

from lagtop.record.brokers import write_broker, write_gap
from lagtop.record.configs import write_configs
from lagtop.record.health import health_line
from lagtop.record.moments import gap_notes, reading_times
from lagtop.record.times import write_times
from lagtop.snapshot import (
    UNKNOWN,
    Commits,
    Group,
    Ints,
    Member,
    Partitions,
    Snapshot,
)

FULL_EVERY = 300
"""Lines between two full ones, so that a reader may begin near the place that matters."""

Line = dict[str, Any]
Column = np.ndarray[Any, Any]
Rows = np.ndarray[Any, np.dtype[np.bool_]]


class Lines:
    """Makes each Snapshot's line, remembering the one before."""

    def __init__(self) -> None:
        self._last: Snapshot | None = None
        self._until_full = 0

    def line(self, snapshot: Snapshot) -> Line:
        """The line of the next snapshot: full when keys came or went, else what changed."""
        last, self._last = self._last, snapshot
        if last is None or self._until_full <= 0 or not _same_keys(last, snapshot):
            self._until_full = FULL_EVERY
            return _full_line(snapshot)
        self._until_full -= 1
        return _changes(last, snapshot)


def _full_line(snapshot: Snapshot) -> Line:
    partitions = snapshot.partitions
    everything = np.flatnonzero(~_ghosts(snapshot))
    named = zip(partitions.topics, partitions.topic_ids, strict=True)
    line: Line = {
        "t": snapshot.captured_at,
        "full": True,
        "cluster": snapshot.cluster,
        "controller": snapshot.controller,
        "brokers": [write_broker(broker) for broker in snapshot.brokers],
        "topic_ids": {topic: id_ for topic, id_ in named if id_},
        "internal": [
            topic
            for topic, internal in zip(partitions.topics, partitions.internal, strict=True)
            if internal
        ],
        "topics": _topics(partitions, everything),
        "groups": _groups(snapshot, np.arange(len(snapshot.commits.group))),
    }
    members = _members(snapshot)
    for group, facts in enumerate(snapshot.groups):
        said = line["groups"].setdefault(facts.name, {})
        said.update(_group(facts), members=members.get(group, []))
    if snapshot.configs:
        line["configs"] = write_configs(snapshot.configs)
    line["configs_refused"] = sorted(snapshot.configs_refused)
    return line | health_line(snapshot, None) | _notes(snapshot)


def _changes(last: Snapshot, snapshot: Snapshot) -> Line:
    line: Line = {"t": snapshot.captured_at}
    if snapshot.controller != last.controller:
        line["controller"] = snapshot.controller
    if snapshot.configs != last.configs:
        line["configs"] = write_configs(snapshot.configs)
    if snapshot.configs_refused != last.configs_refused:
        line["configs_refused"] = sorted(snapshot.configs_refused)
    if snapshot.brokers != last.brokers:
        line["brokers"] = [write_broker(broker) for broker in snapshot.brokers]
    moved = _moved_partitions(last.partitions, snapshot.partitions) & ~_ghosts(snapshot)
    line["topics"] = _topics(snapshot.partitions, np.flatnonzero(moved))
    committed = snapshot.commits.committed != last.commits.committed
    line["groups"] = _groups(snapshot, np.flatnonzero(committed))
    _changed_groups(last, snapshot, line["groups"])
    return line | health_line(snapshot, last) | _notes(snapshot)


def _changed_groups(last: Snapshot, snapshot: Snapshot, groups: Line) -> None:
    for was, is_ in zip(last.groups, snapshot.groups, strict=True):
        if was != is_:
            groups.setdefault(is_.name, {}).update(_group(is_))
    before, after = _members(last), _members(snapshot)
    for group in before.keys() | after.keys():
        if before.get(group) != after.get(group):
            said = groups.setdefault(snapshot.groups[group].name, {})
            said["members"] = after.get(group, [])


def _same_keys(last: Snapshot, snapshot: Snapshot) -> bool:
    old, new = last.partitions, snapshot.partitions
    return (
        _same(last.commits.group, snapshot.commits.group)
        and _same(last.commits.partition, snapshot.commits.partition)
        and _same(old.topic, new.topic)
        and _same(old.index, new.index)
        and (old.topics, old.topic_ids, old.internal) == (new.topics, new.topic_ids, new.internal)
        and [group.name for group in last.groups] == [group.name for group in snapshot.groups]
        and _same(_ghosts(last), _ghosts(snapshot))
        and last.cluster == snapshot.cluster
    )


def _same(one: Column, other: Column) -> bool:
    return one is other or np.array_equal(one, other)


def _ghosts(snapshot: Snapshot) -> Rows:
    deleted = np.array([gap.code == "deleted" for gap in snapshot.gaps], np.bool_)
    return deleted[snapshot.partitions.gap]


def _moved_partitions(old: Partitions, new: Partitions) -> Rows:
    moved: Rows = (
        (old.leader != new.leader)
        | (old.log_start != new.log_start)
        | (old.log_end != new.log_end)
        | (old.last_stable != new.last_stable)
    )
    return moved


def _topics(partitions: Partitions, rows: Ints) -> Line:
    said: dict[str, list[list[int | None]]] = {}
    offsets = (partitions.log_start, partitions.log_end, partitions.last_stable)
    columns: list[Column] = [partitions.topic, partitions.index, partitions.leader, *offsets]
    cells_of = (column[rows].tolist() for column in columns)
    for topic, index, leader, *known in zip(*cells_of, strict=True):
        cells = [index, leader, *(_known(offset) for offset in known)]
        said.setdefault(partitions.topics[topic], []).append(cells)
    return said


def _groups(snapshot: Snapshot, rows: Ints) -> Line:
    said: Line = {}
    commits, partitions = snapshot.commits, snapshot.partitions
    at = commits.partition[rows]
    columns = (commits.group[rows], partitions.topic[at], partitions.index[at])
    values = commits.committed[rows].tolist()
    keys = zip(*(column.tolist() for column in columns), strict=True)
    for (group, topic, index), committed in zip(keys, values, strict=True):
        group_said: Line = said.setdefault(snapshot.groups[group].name, {"offsets": {}})
        listed = group_said["offsets"].setdefault(partitions.topics[topic], [])
        listed.append([index, _known(committed)])
    return said


def _members(snapshot: Snapshot) -> dict[int, list[list[Any]]]:
    owned = _owned(snapshot.commits, snapshot.partitions)
    said: dict[int, list[list[Any]]] = {}
    for row, member in enumerate(snapshot.members):
        said.setdefault(member.group, []).append(_member(member, owned.get(row, {})))
    return said


def _owned(commits: Commits, partitions: Partitions) -> dict[int, dict[str, list[int]]]:
    owned: dict[int, dict[str, list[int]]] = {}
    rows = np.flatnonzero(commits.member >= 0)
    at = commits.partition[rows]
    columns = (commits.member[rows], partitions.topic[at], partitions.index[at])
    for member, topic, index in zip(*(column.tolist() for column in columns), strict=True):
        owned.setdefault(member, {}).setdefault(partitions.topics[topic], []).append(index)
    return owned


def _member(member: Member, owned: dict[str, list[int]]) -> list[Any]:
    cells: list[Any] = [member.member_id, member.client_id, member.host, owned]
    return [*cells, member.instance_id] if member.instance_id else cells


def _group(group: Group) -> Line:
    return {
        "type": group.type,
        "state": group.state,
        "protocol_type": group.protocol_type,
        "assignor": group.assignor,
        "coordinator": group.coordinator,
        "gap": write_gap(group.gap),
    }


def _known(offset: int) -> int | None:
    return None if offset == UNKNOWN else offset


def _notes(snapshot: Snapshot) -> Line:
    cost = snapshot.cost
    line: Line = {"cost": [cost.wall_s, cost.cpu_s, cost.requests, cost.bytes_in]}
    return line | reading_times(snapshot) | gap_notes(snapshot) | write_times(snapshot.answers)
