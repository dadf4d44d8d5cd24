"""Finds when the records at committed offsets were written, by asking for offsets by time.

ListOffsets answers `the first record not older than T` with its offset and its own time. If that
offset is at or before the one sought, the record sought is no older than that time; if it is after,
it is older than T. So each answer narrows a bracket; interpolation and bisection take turns, which
needs 4 to 5 rounds at the median for logs that are even or bursty. Only DESCRIBE is needed and no
record is moved. A record's time never changes, so what was learnt of a partition is kept and
shared by all groups that read it, until its topic is another one (KIP-516).

Where a group moved on, a record ahead of it is asked for too: at the next poll its next record then
lies between two that are known, however often it commits.

Record times are the producers' own (CreateTime) and may lie; the bracket is then of what they say.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace

import numpy as np

from lagtop.snapshot import NO_RECORD, Floats, Ints, Snapshot, TimeAnswer, TimeQuestion

NARROW_MS = 1_000
NARROW_SHARE = 0.01
CLOSE_SHARE = 0.1
"""Of the age: what lies between two known records that close is known well, if not exactly."""
STEPS_AHEAD, ENOUGH_SHARE = 2, 0.75
"""So far ahead of a group a record is asked for; one that is known there already will do."""
POINTS_KEPT = 64
MOST_ROUNDS = 24

Place = tuple[str, int]
"""Topic and partition."""

Sought = tuple[str, int, int]
"""Topic, partition and offset."""


@dataclass(frozen=True, slots=True)
class Bracket:
    """The record at `offset` was written between low_ms and high_ms, since the epoch.

    low_offset is at or before it and was written at low_ms; high_offset is after it.
    """

    offset: int
    low_ms: int
    low_offset: int
    high_ms: int
    high_offset: int
    rounds: int = 0

    def is_narrow(self, now_ms: float) -> bool:
        """Whether it is as good as exact: a second wide, or a hundredth of the age."""
        return self.high_ms - self.low_ms <= self.width_ms(now_ms)

    def width_ms(self, now_ms: float) -> float:
        """How wide it is at most when it is narrow."""
        return max(NARROW_MS, NARROW_SHARE * (now_ms - self.low_ms))

    def best_ms(self) -> int:
        """When it was written if the log between the two ends is even."""
        share = 0.5
        if self.high_offset > self.low_offset:
            share = (self.offset + 0.5 - self.low_offset) / (self.high_offset - self.low_offset)
        return self.low_ms + round(min(share, 1.0) * (self.high_ms - self.low_ms))

    def next_ms(self) -> int:
        """The time to ask for: by interpolation and by bisection in turn."""
        bisect = self.rounds % 2 == 1
        ask = (self.low_ms + self.high_ms) // 2 if bisect else self.best_ms()
        return min(max(ask, self.low_ms + 1), max(self.high_ms - 1, self.low_ms + 1))

    def narrowed(self, asked_ms: int, offset: int, found_ms: int) -> Bracket:
        """After an answer; NO_RECORD means that all records are older than what was asked for."""
        turned = replace(self, rounds=self.rounds + 1)
        if offset == self.offset:
            return replace(turned, low_ms=found_ms, low_offset=offset, high_ms=found_ms)
        if offset != NO_RECORD and offset < self.offset:
            low_ms = max(self.low_ms, min(found_ms, self.high_ms))
            return replace(turned, low_ms=low_ms, low_offset=offset)
        high_offset = self.high_offset if offset == NO_RECORD else offset
        return replace(turned, high_ms=min(self.high_ms, asked_ms), high_offset=high_offset)


@dataclass(slots=True)
class Known:
    """What is known of one partition: times of some records, by offset, ascending.

    end: the log end when it was last looked at; a log that ends before it is another one.
    """

    topic_id: str
    end: int
    offsets: list[int] = field(default_factory=list)
    times_ms: list[int] = field(default_factory=list)

    def add(self, offset: int, time_ms: int) -> None:
        """Remember a record's time; the oldest record is forgotten first."""
        at = bisect_left(self.offsets, offset)
        if at < len(self.offsets) and self.offsets[at] == offset:
            return
        self.offsets.insert(at, offset)
        self.times_ms.insert(at, time_ms)
        if len(self.offsets) > POINTS_KEPT:
            del self.offsets[0], self.times_ms[0]

    def bracket(self, offset: int, end: int, youngest_ms: int) -> Bracket | None:
        """What is known of a record no younger than `youngest_ms`; None if that is too little."""
        at = bisect_right(self.offsets, offset) - 1
        if at < 0:
            return None
        low_offset, low_ms = self.offsets[at], self.times_ms[at]
        if low_offset == offset:
            return Bracket(offset, low_ms, offset, low_ms, end)
        high_offset, high_ms = end, youngest_ms
        if at + 1 < len(self.offsets) and self.times_ms[at + 1] < youngest_ms:
            high_offset, high_ms = self.offsets[at + 1], self.times_ms[at + 1]
        return Bracket(offset, min(low_ms, high_ms), low_offset, high_ms, high_offset)


class TimeSearch:
    """The searches of one cluster: what to ask next, and what is known so far."""

    def __init__(self) -> None:
        self._known: dict[Place, Known] = {}
        self._open: dict[Sought, Bracket | None] = {}
        self._ends: dict[Place, int] = {}
        # When the record was written at which a group stood before it came to this offset.
        self._came: dict[Sought, int] = {}
        self._topics: tuple[str, ...] = ()

    def follow(self, snapshot: Snapshot, rows: Ints, youngest: Floats) -> None:
        """Search for the next records of these commit rows, the most wanted first.

        `youngest` (float64 of each row): the latest time at which the record can have been written,
        seconds since the epoch.
        """
        before, self._open, self._ends = self._open, {}, {}
        came, self._came = self._came, {}
        left = _by_place(before)
        self._forget(snapshot.partitions.topics)
        partitions, at = snapshot.partitions, snapshot.commits.partition[rows]
        for topic, index, end, offset, latest in zip(
            partitions.topic[at].tolist(),
            partitions.index[at].tolist(),
            partitions.log_end[at].tolist(),
            next_offsets(snapshot, rows).tolist(),
            (youngest * 1000).tolist(),
            strict=True,
        ):
            place = (partitions.topics[topic], index)
            known, is_new = self._of(place, partitions.topic_ids[topic], end)
            found = None if is_new else before.get((*place, offset))
            found = found or known.bracket(offset, end, round(latest))
            sought = (*place, offset)
            self._open.setdefault(sought, found)
            self._ends[place] = end
            moved_on = sought not in before and not is_new
            from_ms = _nearest_below(left.get(place, []), offset) if moved_on else came.get(sought)
            if from_ms is not None:
                self._came[sought] = from_ms

    def questions(self, now: float, most: int) -> list[TimeQuestion]:
        """What to ask in the next round: at most so many partitions, one question each."""
        asked: dict[Place, TimeQuestion] = {}
        for sought, bracket in self._open.items():
            if len(asked) == most:
                break
            place = sought[:2]
            if place in asked:
                continue
            if bracket is None:
                asked[place] = TimeQuestion(*place, 0)
            elif bracket.is_narrow(now * 1000):
                if (ahead_ms := self._ahead_ms(sought, bracket, now * 1000)) is not None:
                    asked[place] = TimeQuestion(*place, ahead_ms)
            elif bracket.rounds < MOST_ROUNDS:
                asked[place] = TimeQuestion(*place, bracket.next_ms())
        return list(asked.values())

    def _ahead_ms(self, sought: Sought, bracket: Bracket, now_ms: float) -> int | None:
        """A time past which the group will hardly get by the next poll, if a record is wanted."""
        if sought not in self._came:
            return None
        here_ms = bracket.best_ms()
        steps_ms = STEPS_AHEAD * max(here_ms - self._came[sought], 0)
        most_ms = CLOSE_SHARE * (now_ms - bracket.high_ms)
        reach_ms = min(steps_ms + bracket.width_ms(now_ms), most_ms)
        known = self._known[sought[:2]].times_ms
        at = bisect_left(known, here_ms + ENOUGH_SHARE * reach_ms)
        is_known = at < len(known) and known[at] <= here_ms + reach_ms
        return None if is_known else round(here_ms + reach_ms)

    def learn(self, answers: Iterable[TimeAnswer], now: float) -> None:
        """Take in the answers of a round: each narrows every search in its partition."""
        by_place = {(one.question.topic, one.question.partition): one for one in answers}
        for place, answer in by_place.items():
            known = self._known.get(place)
            if known is not None and answer.offset != NO_RECORD:
                known.add(answer.offset, answer.found_ms)
        for (topic, partition, offset), bracket in self._open.items():
            place = (topic, partition)
            if place not in by_place or place not in self._known:
                continue
            answer = by_place[place]
            if bracket is not None and bracket.is_narrow(now * 1000):
                self._came.pop((topic, partition, offset), None)
            self._open[topic, partition, offset] = (
                self._known[place].bracket(offset, self._ends[place], round(now * 1000))
                if bracket is None
                else bracket.narrowed(answer.question.time_ms, answer.offset, answer.found_ms)
            )

    def bounds(
        self, topics: Iterable[str], partitions: Iterable[int], offsets: Iterable[int]
    ) -> tuple[Floats, Floats, Floats]:
        """When records at these offsets were written: earliest, best, latest; NaN where unknown.

        Seconds since the epoch, float64 of as many as are asked for.
        """
        found = [
            self._bounds_of((topic, partition), offset)
            for topic, partition, offset in zip(topics, partitions, offsets, strict=True)
        ]
        columns = np.array(found, np.float64).reshape(-1, 3) / 1000
        return columns[:, 0], columns[:, 1], columns[:, 2]

    def _bounds_of(self, place: Place, offset: int) -> tuple[float, float, float]:
        found = self._open.get((*place, offset))
        if found is None:
            return np.nan, np.nan, np.nan
        return found.low_ms, found.best_ms(), found.high_ms

    def _forget(self, topics: tuple[str, ...]) -> None:
        """Drop what is known of topics that are gone."""
        if topics != self._topics:
            gone = set(self._topics).difference(topics)
            self._topics = topics
            for place in [place for place in self._known if place[0] in gone]:
                del self._known[place]

    def _of(self, place: Place, topic_id: str, end: int) -> tuple[Known, bool]:
        """What is known of a partition, and whether it is another log than it was."""
        known = self._known.get(place)
        if known is not None and known.topic_id == topic_id and known.end <= end:
            known.end = end
            return known, False
        known = self._known[place] = Known(topic_id, end)
        return known, True


def next_offsets(snapshot: Snapshot, rows: Ints) -> Ints:
    """The offset of the next record that each commit row will read: lost ones are passed over."""
    start = snapshot.partitions.log_start[snapshot.commits.partition[rows]]
    return np.maximum(snapshot.commits.committed[rows], start)


def _by_place(brackets: Mapping[Sought, Bracket | None]) -> dict[Place, list[tuple[int, int]]]:
    """Offsets, ascending, and when their records were written, by place, as far as is known."""
    found: dict[Place, list[tuple[int, int]]] = {}
    for topic, partition, offset in sorted(brackets):
        bracket = brackets[topic, partition, offset]
        if bracket is not None:
            found.setdefault((topic, partition), []).append((offset, bracket.best_ms()))
    return found


def _nearest_below(ascending: Sequence[tuple[int, int]], offset: int) -> int | None:
    """The time of the last offset before this one."""
    at = bisect_left(ascending, (offset, 0))
    return ascending[at - 1][1] if at else None
