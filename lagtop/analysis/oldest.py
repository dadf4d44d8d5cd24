"""When the oldest record of a partition was written: its first offset by time answers that.

A question for the first record not older than 1970 costs one ListOffsets, and moves no record.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass

import numpy as np

from lagtop.analysis.search import Place
from lagtop.snapshot import NO_RECORD, UNKNOWN, Floats, Ints, Snapshot, TimeAnswer, TimeQuestion

SINCE_EVER_MS = 0
MOST_QUESTIONS = 100
ASK_AGAIN_S = 30.0
"""Retention moves log starts all the time: an answer is good for so long after they moved."""


@dataclass(frozen=True, slots=True)
class _Found:
    """The first record of a log, and when that was asked for."""

    topic_id: str
    offset: int
    written_ms: int
    at: float


class Oldest:
    """The oldest records of the partitions that are followed."""

    def __init__(self) -> None:
        self._found: dict[Place, _Found] = {}
        self._topic_ids: dict[Place, str] = {}
        self._wanted: list[Place] = []
        self._now = 0.0

    def follow(self, snapshot: Snapshot, rows: Ints) -> Floats:
        """The times of the oldest records of these rows, ms since the epoch, NaN if not known."""
        self._now, partitions = snapshot.captured_at, snapshot.partitions
        before, self._found, self._topic_ids, self._wanted = self._found, {}, {}, []
        for topic, index, start, end in zip(
            partitions.topic[rows].tolist(),
            partitions.index[rows].tolist(),
            partitions.log_start[rows].tolist(),
            partitions.log_end[rows].tolist(),
            strict=True,
        ):
            place, topic_id = (partitions.topics[topic], index), partitions.topic_ids[topic]
            self._topic_ids[place] = topic_id
            found = before.get(place)
            # A log that was made anew has another id, or ends before what was its first record.
            is_same = end == UNKNOWN or (found is not None and found.offset < end)
            if found is not None and found.topic_id == topic_id and is_same:
                self._found[place] = found
            if end > start and self._is_due(place, start):
                self._wanted.append(place)
        found_at = (self._found.get(place) for place in self._topic_ids)
        return np.array([np.nan if one is None else one.written_ms for one in found_at])

    def questions(self, taken: Collection[Place]) -> list[TimeQuestion]:
        """What to ask next, once; a partition can be asked one thing at a time."""
        asked = [place for place in self._wanted if place not in taken][:MOST_QUESTIONS]
        self._wanted = [place for place in self._wanted if place not in asked]
        return [TimeQuestion(*place, SINCE_EVER_MS) for place in asked]

    def learn(self, answers: Sequence[TimeAnswer]) -> None:
        """Take in the answers to such questions; others are passed over."""
        for answer in answers:
            place = (answer.question.topic, answer.question.partition)
            is_ours = place in self._topic_ids and answer.question.time_ms == SINCE_EVER_MS
            if is_ours and answer.offset != NO_RECORD:
                self._found[place] = _Found(
                    self._topic_ids[place], answer.offset, answer.found_ms, self._now
                )

    def _is_due(self, place: Place, start: int) -> bool:
        found = self._found.get(place)
        return found is None or (found.offset < start and self._now - found.at >= ASK_AGAIN_S)
