"""The notes of a line: when each answer came, and what is unknown or old, and why."""

from __future__ import annotations

from typing import Any

import numpy as np

from lagtop.snapshot import Floats, Ints, Snapshot

Rows = np.ndarray[Any, np.dtype[np.bool_]]
Line = dict[str, Any]


def reading_times(snapshot: Snapshot) -> Line:
    """One time per leader and coordinator, and the rows whose time is another."""
    partitions, commits = snapshot.partitions, snapshot.commits
    coordinator = np.array([group.coordinator for group in snapshot.groups], np.int64)
    leaders = _usual(partitions.leader.astype(np.int64), partitions.read_at)
    coordinators = _usual(coordinator[commits.group], commits.read_at)
    line: Line = {"read": {"leaders": leaders, "coordinators": coordinators}}
    others = _unusual(
        snapshot,
        _odd(partitions.leader.astype(np.int64), partitions.read_at, leaders),
        _odd(coordinator[commits.group], commits.read_at, coordinators),
    )
    return line | ({"at": others} if others else {})


def gap_notes(snapshot: Snapshot) -> Line:
    """The rows of each gap of this poll."""
    partitions, commits = snapshot.partitions, snapshot.commits
    noted = []
    for row, gap in enumerate(snapshot.gaps[1:], 1):
        of_partitions, of_commits = partitions.gap == row, commits.gap == row
        if of_partitions.any() or of_commits.any():
            named = _named_partitions(snapshot, of_partitions), _named_commits(snapshot, of_commits)
            noted.append([gap.code, gap.reason, *named])
    return {"gaps": noted} if noted else {}


def _usual(node: Ints, read_at: Floats) -> dict[str, float]:
    """Each node's most frequent time."""
    usual = {}
    known = ~np.isnan(read_at)
    for number in np.unique(node[known]).tolist():
        moments, counts = np.unique(read_at[known & (node == number)], return_counts=True)
        usual[str(number)] = float(moments[counts.argmax()])
    return usual


def _odd(node: Ints, read_at: Floats, usual: dict[str, float]) -> Rows:
    expected = np.full(len(node), np.nan)
    for number, moment in usual.items():
        expected[node == int(number)] = moment
    odd: Rows = ~np.isnan(read_at) & (read_at != expected)
    return odd


def _unusual(snapshot: Snapshot, partitions: Rows, commits: Rows) -> list[list[Any]]:
    if not (partitions.any() or commits.any()):
        return []
    of_partitions, of_commits = snapshot.partitions.read_at, snapshot.commits.read_at
    moments = np.unique(np.concatenate([of_partitions[partitions], of_commits[commits]]))
    return [
        [
            moment,
            _named_partitions(snapshot, partitions & (of_partitions == moment)),
            _named_commits(snapshot, commits & (of_commits == moment)),
        ]
        for moment in moments.tolist()
    ]


def _named_partitions(snapshot: Snapshot, rows: Rows) -> dict[str, list[int]]:
    named: dict[str, list[int]] = {}
    at = snapshot.partitions
    for topic, index in zip(at.topic[rows].tolist(), at.index[rows].tolist(), strict=True):
        named.setdefault(at.topics[topic], []).append(index)
    return named


def _named_commits(snapshot: Snapshot, rows: Rows) -> dict[str, dict[str, list[int]]]:
    named: dict[str, dict[str, list[int]]] = {}
    commits, partitions = snapshot.commits, snapshot.partitions
    at = commits.partition[rows]
    columns = (commits.group[rows], partitions.topic[at], partitions.index[at])
    for group, topic, index in zip(*(column.tolist() for column in columns), strict=True):
        topics = named.setdefault(snapshot.groups[group].name, {})
        topics.setdefault(partitions.topics[topic], []).append(index)
    return named
