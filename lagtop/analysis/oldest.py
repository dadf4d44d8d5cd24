"""When the oldest record of a partition was written: its first offset by time answers that.

A question for the first record not older than 1970 costs one ListOffsets, and moves no record.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence

import numpy as np

from lagtop.analysis.search import Place
from lagtop.snapshot import NO_RECORD, Floats, Ints, Snapshot, TimeAnswer, TimeQuestion

SINCE_EVER_MS = 0
MOST_QUESTIONS = 100
ASK_AGAIN_S = 30.0
"""Retention moves log starts all the time: an answer is good for so long after they moved."""


class Oldest:
    """The oldest records of the partitions that are followed."""

    def __init__(self) -> None:
        self._found: dict[Place, tuple[int, int, float]] = {}
        self._wanted: list[Place] = []
        self._now = 0.0

    def follow(self, snapshot: Snapshot, rows: Ints) -> Floats:
        """The times of the oldest records of these rows, ms since the epoch, NaN if not known."""
        self._now, partitions = snapshot.captured_at, snapshot.partitions
        places = [
            (partitions.topics[topic], index)
            for topic, index in zip(
                partitions.topic[rows].tolist(), partitions.index[rows].tolist(), strict=True
            )
        ]
        self._found = {place: self._found[place] for place in places if place in self._found}
        start, end = partitions.log_start[rows].tolist(), partitions.log_end[rows].tolist()
        self._wanted = [
            place
            for place, low, high in zip(places, start, end, strict=True)
            if high > low and self._is_due(place, low)
        ]
        return np.array(
            [self._found[place][1] if place in self._found else np.nan for place in places]
        )

    def questions(self, taken: Collection[Place]) -> list[TimeQuestion]:
        """What to ask next, once; a partition can be asked one thing at a time."""
        asked = [place for place in self._wanted if place not in taken][:MOST_QUESTIONS]
        self._wanted = [place for place in self._wanted if place not in asked]
        return [TimeQuestion(*place, SINCE_EVER_MS) for place in asked]

    def learn(self, answers: Sequence[TimeAnswer]) -> None:
        """Take in the answers to such questions; others are passed over."""
        for answer in answers:
            if answer.question.time_ms == SINCE_EVER_MS and answer.offset != NO_RECORD:
                place = (answer.question.topic, answer.question.partition)
                self._found[place] = (answer.offset, answer.found_ms, self._now)

    def _is_due(self, place: Place, start: int) -> bool:
        if place not in self._found:
            return True
        offset, _, at = self._found[place]
        return offset < start and self._now - at >= ASK_AGAIN_S
