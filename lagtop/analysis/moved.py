"""Committed offsets that were moved and not read: back, or forward with no member there.

Forward counts only where a group was empty before and after, and was looked at often enough that
hardly anybody came, read and left between. Even so a consumer that assign()s itself may use the
name of a group that others had joined, so a reset is never said to be certain. What retention
deleted is not among the messages: nobody can leave it unread, or read it again.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from lagtop.analysis.words import duration, plural
from lagtop.snapshot import Floats, Ints, Snapshot

LOOK_S = 60.0
"""Who comes, reads and leaves between two looks that are no further apart is seen, mostly."""

FORWARD = "forward by {}, which no member read: a reset, or a reader that never joins"
BACK = "back by {}, to be read again"


class Span(NamedTuple):
    """So many messages, in so many partitions."""

    messages: int
    partitions: int

    def __str__(self) -> str:
        messages = plural(self.messages, "message")
        return f"{messages} in {plural(self.partitions, 'partition')}"


NOTHING = Span(0, 0)


@dataclass(frozen=True, slots=True)
class Move:
    """What was moved of a group's offsets, as the poll at `at` (seconds) showed it."""

    at: float
    group: str
    forward: Span
    back: Span

    @property
    def how(self) -> str:
        """Which way, by how much, and what it means."""
        ways = ((self.forward, FORWARD), (self.back, BACK))
        return "; ".join(said.format(span) for span, said in ways if span.messages)

    def said(self, now: float) -> str:
        """A sentence on it, some time after."""
        return f"offsets moved {duration(now - self.at)} ago: {self.how}"


def offset_moves(
    snapshot: Snapshot, before: Ints, before_at: Floats, empty: Ints
) -> Iterator[Move]:
    """What moved since the last poll, a group at a time.

    before (int64[N]): each row's committed offset then, negative where it was not known; before_at
    (float64[N]): when that was read. empty (int64[k]): rows that went on in groups without members.
    """
    commits = snapshot.commits
    back = np.flatnonzero((commits.committed >= 0) & (commits.committed < before))
    forward = empty[commits.read_at[empty] - before_at[empty] <= LOOK_S]
    if not back.size and not forward.size:
        return
    ahead, behind = (_spans(snapshot, rows, before) for rows in (forward, back))
    for group in sorted(ahead.keys() | behind.keys()):
        name = snapshot.groups[group].name
        yield Move(
            snapshot.captured_at, name, ahead.get(group, NOTHING), behind.get(group, NOTHING)
        )


def _spans(snapshot: Snapshot, rows: Ints, before: Ints) -> dict[int, Span]:
    """Of each group what the log still has between where rows were and where they are."""
    partitions, commits = snapshot.partitions, snapshot.commits
    at, was, now = commits.partition[rows], before[rows], commits.committed[rows]
    first = np.maximum(np.minimum(was, now), partitions.log_start[at])
    last = np.minimum(np.maximum(was, now), partitions.log_end[at])
    there = last > first
    groups, of = np.unique(commits.group[rows[there]], return_inverse=True)
    messages = np.bincount(of, (last - first)[there]).astype(np.int64).tolist()
    return dict(zip(groups.tolist(), map(Span, messages, np.bincount(of).tolist()), strict=True))
