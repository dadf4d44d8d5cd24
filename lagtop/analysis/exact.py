"""Lag in time from the broker's own word, for rows that are older than what was seen."""

from __future__ import annotations

from collections.abc import Collection, Sequence

import numpy as np

from lagtop.analysis.age import Age
from lagtop.analysis.report import LagMethod
from lagtop.analysis.search import CLOSE_SHARE, NARROW_MS, NARROW_SHARE, TimeSearch, next_offsets
from lagtop.snapshot import Floats, Ints, Snapshot, TimeAnswer, TimeQuestion

MOST_ROWS = 500
MOST_QUESTIONS = 200
LIE_S = 5.0
"""A record time that contradicts what was seen by more than this is not believed."""


class Exact:
    """Refines ages with what a search by record time has found, and says what to search for."""

    def __init__(self) -> None:
        self._search = TimeSearch()
        self._now = 0.0

    def questions(self) -> list[TimeQuestion]:
        """What to ask brokers next."""
        return self._search.questions(self._now, MOST_QUESTIONS)

    def learn(self, answers: Sequence[TimeAnswer]) -> None:
        """Take in brokers' answers."""
        self._search.learn(answers, self._now)

    def refine(
        self, snapshot: Snapshot, lag: Floats, age: Age, focus: Collection[str], now: float
    ) -> None:
        """Put better ages into `age` where the search has them; follow the rows that need one."""
        self._now = now
        rows = _wanted(snapshot, lag, age, focus)
        self._search.follow(snapshot, rows, now - age.low[rows])
        high, best, low = (
            np.maximum(now - written, 0.0) for written in self._bounds(snapshot, rows)
        )
        believed = high >= age.low[rows] - LIE_S
        rows, low, best, high = rows[believed], low[believed], best[believed], high[believed]
        narrow = high - low <= np.fmax(NARROW_MS / 1000, NARROW_SHARE * high) + 1e-3
        low = np.where(narrow, low, np.fmax(low, age.low[rows]))
        high = np.maximum(low, high)
        close = high - low <= CLOSE_SHARE * high
        age.low[rows], age.high[rows] = low, high
        age.seconds[rows] = np.where(close | narrow, np.clip(best, low, high), low)
        age.method[rows] = np.select(
            [narrow, close], [LagMethod.EXACT, LagMethod.BETWEEN], LagMethod.AT_LEAST
        )

    def _bounds(self, snapshot: Snapshot, rows: Ints) -> tuple[Floats, Floats, Floats]:
        partitions, at = snapshot.partitions, snapshot.commits.partition[rows]
        topics = [partitions.topics[topic] for topic in partitions.topic[at].tolist()]
        offsets = next_offsets(snapshot, rows).tolist()
        return self._search.bounds(topics, partitions.index[at].tolist(), offsets)


def _wanted(snapshot: Snapshot, lag: Floats, age: Age, focus: Collection[str]) -> Ints:
    """Rows whose next record is older than what was seen: focused ones first, then the worst."""
    committed = snapshot.commits.committed
    rows = np.flatnonzero((lag > 0) & np.isinf(age.high) & (committed >= 0))
    if len(rows) > MOST_ROWS:
        focused = np.array([group.name in focus for group in snapshot.groups], np.bool_)
        of_focus = focused[snapshot.commits.group[rows]]
        rows = rows[np.lexsort((-lag[rows], ~of_focus))[:MOST_ROWS]]
    return rows
