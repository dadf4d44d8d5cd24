"""Dead letter and retry topics: how much lies in them, who reads it, and how fast it gets more.

What is written to one over what its source's groups read is an error rate: see `failing`.
"""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass, replace

import numpy as np

from lagtop.analysis.letters import Kind, Naming
from lagtop.snapshot import UNKNOWN, Floats, Ints, Snapshot

GROWTH_S = 300.0
"""Growth is over so long; rates too, where there is little to count."""

RATE_S = 60.0
ENOUGH_TO_COUNT = 30
SAMPLE_EVERY_S = 4.0
MOMENTS = 32


@dataclass(frozen=True, slots=True)
class DeadLetters:
    """One dead letter or retry topic; counts are UNKNOWN and the rest NaN where nobody knows.

    source: the topic it comes of, "" if none is known. depth_messages: what lies in it;
    unread_messages: what no group has read; readers: how many groups commit in it.
    grown_messages: written less read over the last GROWTH_S. inflow_per_s: messages per second.
    oldest_s: age of its oldest record, at least that where `oldest_is_bound`. history: its depths.
    groups: whose messages may end up in it, and `known_by` how that is known of the only one.
    error_share: inflow / what they read, at least that where `error_is_bound`: there are several,
    and which of them fails is not known.
    """

    topic: str
    kind: Kind
    source: str
    partitions: int
    depth_messages: int
    unread_messages: int
    readers: int
    grown_messages: float
    inflow_per_s: float
    oldest_s: float
    oldest_is_bound: bool
    error_share: float
    error_is_bound: bool
    age_s: float
    history: tuple[float, ...]
    groups: tuple[str, ...] = ()
    known_by: str = ""


@dataclass(frozen=True, slots=True)
class Sums:
    """A topic's partitions together at `at`, seconds; ends and read (int64[p]): offsets.

    read is how far the group that is furthest has read, 0 where none has.
    """

    at: float
    ends: Ints
    read: Ints

    @property
    def written(self) -> int:
        """The sum of the ends, which grows by what is written."""
        return int(self.ends.sum())


class Memory:
    """One topic over the last GROWTH_S; `first` is what was there when it was first seen."""

    def __init__(self, first: Sums) -> None:
        self.first = first
        self.depths: deque[float] = deque(maxlen=MOMENTS)
        self._samples = deque([first])

    def fits(self, new: Sums) -> bool:
        """Whether a sample is of the same log, and not of one that was made anew."""
        same = len(new.ends) == len(self.first.ends)
        return same and bool((new.ends >= self._samples[-1].ends).all())

    def push(self, new: Sums, depth: float) -> None:
        """Remember a sample; those that are older than needed go."""
        self.depths.append(depth)
        if new.at - self._samples[-1].at >= SAMPLE_EVERY_S:
            self._samples.append(new)
        while len(self._samples) > 2 and new.at - self._samples[1].at >= GROWTH_S:
            self._samples.popleft()

    def inflow_per_s(self, new: Sums) -> float:
        """Messages per second over RATE_S, or over all that is remembered where they are few."""
        since = next(one for one in self._samples if new.at - one.at <= RATE_S or one.at >= new.at)
        if new.written - since.written < ENOUGH_TO_COUNT:
            since = self._samples[0]
        span_s = new.at - since.at
        return (new.written - since.written) / span_s if span_s > 0 else np.nan

    def grown(self, new: Sums) -> float:
        """What was written and not read since the oldest sample, not below zero."""
        old = self._samples[0]
        if new.at <= old.at:
            return np.nan
        read = np.maximum(new.read - old.read, 0).sum()
        return float(max(new.written - old.written - read, 0))


class Letters:
    """All dead letter and retry topics of a cluster from poll to poll."""

    def __init__(self, naming: Naming) -> None:
        self._naming = naming
        self._topics: tuple[str, ...] = ()
        self._found: dict[int, tuple[Kind, str]] = {}
        self._memory: dict[str, Memory] = {}

    def rows(self, snapshot: Snapshot) -> Ints:
        """The partition rows of these topics, ascending (int64[R])."""
        self._follow(snapshot.partitions.topics)
        if not self._found:
            return np.zeros(0, np.int64)
        wanted = np.zeros(len(self._topics), np.bool_)
        wanted[list(self._found)] = True
        return np.flatnonzero(wanted[snapshot.partitions.topic])

    def observe(
        self, snapshot: Snapshot, rows: Ints, oldest_ms: Floats
    ) -> tuple[DeadLetters, ...]:
        """What there is to say of each, by name, but for errors.

        `rows` are its partitions as above, and `oldest_ms` (float64[R]) the times of their oldest
        records, NaN where nobody knows.
        """
        if not len(rows):
            self._memory = {}
            return ()
        read, readers = _read(snapshot, rows)
        topic = snapshot.partitions.topic[rows]
        told = []
        for code in self._found:
            mine = topic == code
            if mine.any():
                one = self._one(snapshot, code, rows[mine], read[mine], oldest_ms[mine])
                told.append(replace(one, readers=readers.get(code, 0)))
        names = {one.topic for one in told}
        self._memory = {name: one for name, one in self._memory.items() if name in names}
        return tuple(sorted(told, key=lambda one: one.topic))

    def _follow(self, topics: tuple[str, ...]) -> None:
        if topics is self._topics or topics == self._topics:
            return
        self._topics, names = topics, frozenset(topics)
        kinds = ((code, topic, self._naming.kind(topic)) for code, topic in enumerate(topics))
        self._found = {
            code: (kind, self._naming.source(topic, names))
            for code, topic, kind in kinds
            if kind is not None
        }

    def _one(
        self, snapshot: Snapshot, code: int, rows: Ints, read: Ints, oldest_ms: Floats
    ) -> DeadLetters:
        partitions, (kind, source) = snapshot.partitions, self._found[code]
        start, end = partitions.log_start[rows], partitions.log_end[rows]
        known = (start != UNKNOWN) & (end != UNKNOWN)
        bare = DeadLetters(
            partitions.topics[code], kind, source, len(rows), UNKNOWN, UNKNOWN, 0,
            np.nan, np.nan, np.nan, False, np.nan, False,
            float(snapshot.captured_at - partitions.read_at[rows].min()), (),
        )  # fmt: skip
        if not known.all():
            return bare
        at = float(np.mean(partitions.read_at[rows]))
        new = Sums(at, end, read)
        depth = int(np.maximum(end - start, 0).sum())
        memory = self._memory.get(bare.topic)
        if memory is None or not memory.fits(new):
            memory = self._memory[bare.topic] = Memory(new)
        memory.push(new, float(depth))
        oldest_s, is_bound = _oldest(memory.first, start, end, oldest_ms, snapshot.captured_at)
        return replace(
            bare,
            depth_messages=depth,
            unread_messages=int(np.maximum(end - np.maximum(read, start), 0).sum()),
            grown_messages=memory.grown(new),
            inflow_per_s=memory.inflow_per_s(new),
            oldest_s=oldest_s,
            oldest_is_bound=is_bound,
            history=tuple(memory.depths),
        )


def _oldest(
    first: Sums, start: Ints, end: Ints, oldest_ms: Floats, now: float
) -> tuple[float, bool]:
    """Age of the oldest record, seconds, and whether it is only at least that."""
    full = end > start
    if not full.any():
        return 0.0, False
    told = np.nanmax(now - oldest_ms[full] / 1000) if (oldest_ms[full] > 0).any() else np.nan
    was_there = full & (start < first.ends)
    least = now - first.at if was_there.any() else 0.0
    if np.isnan(oldest_ms[full]).any():
        return float(np.fmax(told, least)), True
    return float(max(told, 0.0)), False


def _read(snapshot: Snapshot, rows: Ints) -> tuple[Ints, dict[int, int]]:
    """How far any group has read each of `rows`, and how many groups read each topic by code."""
    partitions, commits = snapshot.partitions, snapshot.commits
    place = np.full(len(partitions.topic), -1, np.int64)
    place[rows] = np.arange(len(rows))
    mine = np.flatnonzero(place[commits.partition] >= 0)
    read = np.zeros(len(rows), np.int64)
    np.maximum.at(read, place[commits.partition[mine]], np.maximum(commits.committed[mine], 0))
    counted = mine[commits.committed[mine] >= 0]
    pairs = {
        (int(topic), int(group))
        for topic, group in zip(
            partitions.topic[commits.partition[counted]].tolist(),
            commits.group[counted].tolist(),
            strict=True,
        )
    }
    readers: dict[int, int] = {}
    for topic, _ in pairs:
        readers[topic] = readers.get(topic, 0) + 1
    return read, readers
