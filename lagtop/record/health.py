"""What a line says of the cluster's health: where replicas lie, bytes on disks, the quorum.

    "replicas": {"orders": [[0, [1, 2, 3], [1, 2]], ...]}    all, the one to lead first; in sync
    "bytes": {"orders": [[0, 4096], ...]}                    what each leader holds on disk
    "quorum": [leader, epoch, [[node, log end, caught up ms], ...], [code, reason]]
    "reassigning": how many partitions are being moved
    "readings": {"1": [{"cpu_busy_share": 0.5}, reason, processing], ...}    of metrics endpoints
    "quotas": [[[user, client id, fetched bytes/s, request share], ...], reason]
    "failing": {"orders-dlq": ["billing", ...]}    groups that peeked dead letters name

Each stands in a line when it has changed, whole; null is not read, and a full line has all.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from lagtop.quotas import UNASKED, Quota, Quotas
from lagtop.readings import Readings
from lagtop.record.brokers import read_gap, write_gap
from lagtop.record.fields import (
    mapping,
    node_id,
    number,
    partition,
    partition_lists,
    sequence,
    text,
    whole,
)
from lagtop.record.keys import Keys
from lagtop.snapshot import (
    UNKNOWN,
    Ints,
    Partitions,
    Quorum,
    Replicas,
    Snapshot,
    Voter,
)

Line = dict[str, Any]
NAMES = ("replicas", "bytes", "quorum", "reassigning", "readings", "quotas", "failing")


def health_line(snapshot: Snapshot, last: Snapshot | None) -> Line:
    """What has changed since the last snapshot, or all."""
    line: Line = {}
    if last is None or last.replicas is not snapshot.replicas:
        line["replicas"] = _replicas(snapshot)
    if last is None or last.bytes_each is not snapshot.bytes_each:
        line["bytes"] = _bytes(snapshot)
    if last is None or last.quorum != snapshot.quorum:
        line["quorum"] = _quorum(snapshot.quorum)
    if last is None or last.reassigning != snapshot.reassigning:
        moved = snapshot.reassigning
        line["reassigning"] = None if moved == UNKNOWN else moved
    if last is None or last.readings != snapshot.readings:
        readings = snapshot.readings.items()
        told = {target: _reading(one) for target, one in readings}
        line["readings"] = told or None
    if last is None or last.quotas != snapshot.quotas:
        line["quotas"] = _quotas(snapshot.quotas)
    if last is None or last.failing != snapshot.failing:
        named = {topic: list(groups) for topic, groups in snapshot.failing.items()}
        line["failing"] = named or None
    return line if last is not None else {k: v for k, v in line.items() if v is not None}


def _reading(one: Readings) -> list[Any]:
    return [dict(one.values), one.reason, *([one.processing] if one.processing else [])]


def _replicas(snapshot: Snapshot) -> Line | None:
    replicas, partitions = snapshot.replicas, snapshot.partitions
    if replicas is None:
        return None
    said: dict[int, list[Any]] = {}
    columns = (replicas.partition, replicas.node, replicas.in_sync)
    for row, node, in_sync in zip(*(column.tolist() for column in columns), strict=True):
        cells = said.setdefault(row, [int(partitions.index[row]), [], []])
        cells[1].append(node)
        if in_sync:
            cells[2].append(node)
    return _by_topic(partitions, said)


def _bytes(snapshot: Snapshot) -> Line | None:
    held, partitions = snapshot.bytes_each, snapshot.partitions
    if held is None:
        return None
    numbers = zip(partitions.index.tolist(), held.tolist(), strict=True)
    cells = ([index, None if size == UNKNOWN else size] for index, size in numbers)
    return _by_topic(partitions, dict(enumerate(cells)))


def _by_topic(partitions: Partitions, said: dict[int, list[Any]]) -> Line:
    topics: Line = {}
    for row, cells in said.items():
        topics.setdefault(partitions.topics[partitions.topic[row]], []).append(cells)
    return topics


def _quorum(quorum: Quorum | None) -> list[Any] | None:
    if quorum is None:
        return None
    voters = [[one.node_id, one.log_end, one.caught_up_ms] for one in quorum.voters]
    return [quorum.leader, quorum.epoch, voters, write_gap(quorum.gap)]


def _quotas(quotas: Quotas) -> list[Any] | None:
    if quotas == UNASKED:
        return None
    known = (
        [one.user, one.client_id, one.fetch_bytes_per_s, one.request_share] for one in quotas.known
    )
    return [list(known), quotas.reason]


class Health:
    """What lines have said so far; its columns stay the same objects until that changes."""

    def __init__(self) -> None:
        self._said: Line = {}
        self._keys: Keys | None = None
        self.replicas: Replicas | None = None
        self.bytes_each: Ints | None = None
        self.quorum: Quorum | None = None
        self.reassigning = UNKNOWN
        self.readings: Mapping[str, Readings] = {}
        self.quotas = UNASKED
        self.failing: Mapping[str, tuple[str, ...]] = {}

    def apply(self, line: Line, keys: Keys) -> None:
        """Take in a line; raises MalformedError."""
        news = {name: line[name] for name in NAMES if name in line}
        if line.get("full"):
            news = dict.fromkeys(NAMES) | news
        moved = keys is not self._keys
        self._keys = keys
        self._said |= news
        if moved or "replicas" in news:
            self.replicas = _read_replicas(self._said.get("replicas"), keys)
        if moved or "bytes" in news:
            self.bytes_each = _read_bytes(self._said.get("bytes"), keys)
        if "quorum" in news:
            self.quorum = _read_quorum(news["quorum"])
        if "reassigning" in news:
            self.reassigning = whole(news["reassigning"], "reassigning")
        if "readings" in news:
            self.readings = _read_readings(news["readings"])
        if "quotas" in news:
            self.quotas = _read_quotas(news["quotas"])
        if "failing" in news:
            self.failing = {
                topic: tuple(text(name, "failing") for name in sequence(groups, "failing"))
                for topic, groups in mapping(news["failing"], "failing").items()
            }


def _read_readings(said: Any) -> dict[str, Readings]:
    found = {}
    for target, cells in mapping(said, "readings").items():
        values, reason, *more = sequence(cells, "readings", 2)
        told = mapping(values, "readings").items()
        figures = {name: number(value, name) for name, value in told}
        found[target] = Readings(
            figures, text(reason, "readings"), text(next(iter(more), None), "readings")
        )
    return found


def _read_quotas(said: Any) -> Quotas:
    if said is None:
        return UNASKED
    listed, reason = sequence(said, "quotas", 2)[:2]
    known = []
    for cells in sequence(listed, "quotas"):
        user, client_id, *limits = sequence(cells, "a quota", 4)[:4]
        fetch, request = (None if one is None else number(one, "a quota") for one in limits)
        names = text(user, "a quota's user"), text(client_id, "a quota's client id")
        known.append(Quota(*names, fetch, request))
    return Quotas(tuple(known), text(reason, "quotas"))


def _read_replicas(said: Any, keys: Keys) -> Replicas | None:
    if said is None:
        return None
    rows: list[tuple[int, int, bool, bool]] = []
    for topic, listed in partition_lists(said, "replicas"):
        for cells in listed:
            what = f"replicas of topic {topic}"
            index, nodes, in_sync = sequence(cells, what, 3)[:3]
            at = keys.partition_rows.get((topic, partition(index, what)))
            held = [node_id(node, what) for node in sequence(nodes, what)]
            synced = {node_id(node, what) for node in sequence(in_sync, what)}
            if at is not None:
                rows += [(at, node, node in synced, not place) for place, node in enumerate(held)]
    rows.sort(key=lambda row: row[0])
    row, held_by, is_synced, preferred = zip(*rows, strict=True) if rows else ((),) * 4
    return Replicas(
        np.array(row, np.int32), np.array(held_by, np.int32),
        np.array(is_synced, np.bool_), np.array(preferred, np.bool_),
    )  # fmt: skip


def _read_bytes(said: Any, keys: Keys) -> Ints | None:
    if said is None:
        return None
    held = np.full(len(keys.topic), UNKNOWN, np.int64)
    for topic, listed in partition_lists(said, "bytes"):
        for cells in listed:
            what = f"bytes of topic {topic}"
            index, size = sequence(cells, what, 2)[:2]
            at = keys.partition_rows.get((topic, partition(index, what)))
            if at is not None:
                held[at] = whole(size, what)
    return held


def _read_quorum(said: Any) -> Quorum | None:
    if said is None:
        return None
    leader, epoch, voters, gap = sequence(said, "quorum", 4)[:4]
    told = [
        Voter(*(whole(cell, "a voter") for cell in sequence(one, "a voter", 3)[:3]))
        for one in sequence(voters, "voters")
    ]
    ids = (whole(leader, "quorum"), whole(epoch, "quorum"))
    return Quorum(*ids, tuple(told), read_gap(gap))
