"""The logs of every topic partition: how they are written, kept and deleted."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial
from uuid import UUID

import numpy as np
from numpy.random import Generator

from lagtop.demo.daily import DAY_S, daily
from lagtop.demo.history import History
from lagtop.demo.story import Topic
from lagtop.snapshot import Floats, Ints

RECORD_BYTES = 240
RATE_SPREAD = 0.15
WAVE = 0.08
WAVE_PERIOD_S = 600.0
SEGMENT_S = 30.0


@dataclass(slots=True)
class TopicLog:
    """A topic that exists or has existed; its partitions are rows `first` to `first + n`."""

    spec: Topic
    topic_id: UUID
    first: int
    created_at: float

    @property
    def rows(self) -> slice:
        """Its partitions among all rows."""
        return slice(self.first, self.first + self.spec.partitions)

    def row(self, index: int) -> int | None:
        """The row of one partition, None if there is no such partition."""
        return self.first + index if 0 <= index < self.spec.partitions else None


class Logs:
    """The end, start and last stable offset of each row (int64[P]), moved on step by step.

    `ends` is what holds at the start of the step in hand and `next_ends` at its end; messages
    come evenly in between, as many as a Poisson draw says.
    The history is always one step ahead.
    """

    def __init__(self, rng: Generator) -> None:
        self._rng = rng
        self.by_name: dict[str, TopicLog] = {}
        self.every: list[TopicLog] = []
        self.topic_of = np.empty(0, np.int64)
        self._rates: Floats = np.empty(0)
        self.starts, self.ends, self.next_ends = (np.empty(0, np.int64) for _ in range(3))
        self._pinned = np.empty(0, np.int64)
        self._next_segment = 0.0
        self.history = History()

    def add(self, spec: Topic, t: float) -> TopicLog:
        """Create a topic; one of the same name is forgotten, though its rows stay."""
        log = TopicLog(spec, UUID(bytes=self._rng.bytes(16)), self.ends.size, t)
        per_partition = self._rng.integers(0, 1 + 2 * spec.backlog // spec.partitions)
        firsts = np.full(spec.partitions, spec.first_offset, np.int64)
        rates = partition_rates(spec, self._rng)
        ends = firsts + per_partition
        if spec.days:
            older = daily(t, spec.days * DAY_S, rates, partial(_factor, spec))
            self.history.older |= {self.ends.size + at: one for at, one in enumerate(older)}
            ends = np.array([one.end for one in older])
        self.starts = np.append(self.starts, firsts)
        self.ends, self.next_ends = np.append(self.ends, ends), np.append(self.next_ends, ends)
        self._pinned = np.append(self._pinned, np.full(spec.partitions, -1))
        self._rates = np.append(self._rates, rates)
        self.topic_of = np.append(self.topic_of, np.full(spec.partitions, len(self.every)))
        self.history.widen(ends)
        self.every.append(log)
        self.by_name[spec.name] = log
        return log

    def remove(self, name: str) -> TopicLog:
        """Delete a topic; its rows stay, written no more."""
        log = self.by_name.pop(name)
        self._rates[log.rows] = 0.0
        return log

    def step(self, t: float, seconds: float, online: Floats, commits: Mapping[int, int]) -> None:
        """Finish the step in hand at `t` and draw the next one, `seconds` long.

        online (float64[P]) is 1 where a partition has a leader, else 0; `commits` are records that
        groups write to the log of commits, by row.
        """
        self.ends = self.next_ends
        self._pin(t)
        if t >= self._next_segment:
            self._expire(t)
        factors = np.array([_factor(log.spec, t) for log in self.every])
        expected = self._rates * factors[self.topic_of] * online * seconds
        self.next_ends = self.ends + self._rng.poisson(expected)
        for row, records in commits.items():
            self.next_ends[row] += max(records, 0)
        self.history.record(t + seconds, self.next_ends)

    def ends_within(self, fraction: float) -> Ints:
        """End offsets when that fraction of the step in hand is over."""
        written: Floats = np.floor((self.next_ends - self.ends) * fraction)
        return self.ends + written.astype(np.int64)

    def stable(self, ends: Ints) -> Ints:
        """Last stable offsets where the logs end at `ends`: an open transaction holds its own."""
        return np.where(self._pinned >= 0, np.minimum(self._pinned, ends), ends)

    def _pin(self, t: float) -> None:
        for log in self.every:
            transaction = log.spec.open_transaction
            if transaction is None:
                continue
            pinned = self._pinned[log.rows]
            if not transaction.on(t):
                pinned[:] = -1
            elif pinned[0] < 0:
                pinned[:] = self.ends[log.rows]

    def _expire(self, t: float) -> None:
        self._next_segment = t + SEGMENT_S
        for log in self.by_name.values():
            if t - log.created_at >= log.spec.retention_s:
                kept_from = self.history.ends_at(t - log.spec.retention_s)[log.rows]
                self.starts[log.rows] = np.maximum(self.starts[log.rows], kept_from)


def partition_rates(spec: Topic, rng: Generator) -> Floats:
    """Messages per second into each partition of a topic (float64[partitions])."""
    weights = rng.uniform(1 - RATE_SPREAD, 1 + RATE_SPREAD, spec.partitions)
    if spec.hot_share is not None:
        weights[spec.hot_partition] = 0.0
        weights *= (1 - spec.hot_share) / weights.sum()
        weights[spec.hot_partition] = spec.hot_share
    return np.asarray(weights / weights.sum() * spec.rate_per_s)


def _factor(spec: Topic, t: float) -> float:
    wave = 1 + WAVE * float(np.sin(2 * np.pi * t / WAVE_PERIOD_S + len(spec.name)))
    spiking = spec.spike is not None and spec.spike.on(t)
    return wave * spec.spike_factor if spiking else wave
