"""Consumers whose truth is known: many runs of one story at once, polled as lagtop polls.

Time goes in steps of STEP_S. Producers append by chance (Poisson) around a rate, a consumer takes
what it can, and its commits show its position only now and then.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace

import numpy as np
from numpy.random import Generator

from lagtop.snapshot import Commits, Floats, Group, Ints, Partitions, Snapshot

STEP_S = 0.05
FIRST_OFFSET = 10_000

Load = Callable[[Generator, Floats, int], Floats]
"""Messages per second at each time for each run, float64[times, runs] or float64[times, 1]."""


@dataclass(frozen=True, slots=True)
class Story:
    """What happens: `commit_s` between commits, or after each `batch` messages; 0 is always."""

    produced: Load
    capacity: Load
    seconds: float
    backlog: float = 0.0
    commit_s: float = 5.0
    commit_jitter_s: float = 0.02
    batch: int = 0


@dataclass(frozen=True, slots=True, eq=False)
class World:
    """The truth: times (float64[T]) and end, position and committed (float64[T, runs])."""

    times: Floats
    end: Floats
    position: Floats
    committed: Floats

    def at(self, moment: float) -> int:
        """The row of a moment."""
        return min(len(self.times) - 1, max(0, round(moment / STEP_S) - 1))

    def polls(self, every_s: float, jitter: float = 0.0, seed: int = 1) -> Iterator[Snapshot]:
        """What polls would have seen: run r is partition r of a topic that one group reads."""
        random = np.random.default_rng(seed)
        moment, template = 1.0, _template(self.end.shape[1])
        while moment < self.times[-1]:
            row = self.at(moment)
            end, committed = self.end[row].astype(np.int64), self.committed[row].astype(np.int64)
            yield _snapshot(template, float(self.times[row]), end, committed)
            moment += every_s * (1 + random.uniform(-jitter, jitter))

    def rate(self, of: Floats, moment: float, seconds: float) -> Floats:
        """The true mean rate of a column of truth over the `seconds` before a moment."""
        row, before = self.at(moment), self.at(moment - seconds)
        return np.asarray((of[row] - of[before]) / (self.times[row] - self.times[before]))

    def drained_at(self, left: float = 20.0) -> Floats:
        """When each run first had no more than `left` messages to go, NaN if it never had."""
        done = self.end - self.position <= left
        return np.where(done.any(0), self.times[done.argmax(0)], np.nan)

    def appended_at(self, offsets: Floats) -> Floats:
        """When the record at each run's offset was appended, infinite if it was not yet."""
        appended = self.end > offsets
        return np.where(appended.any(0), self.times[appended.argmax(0)], np.inf)


def simulate(story: Story, runs: int = 8, seed: int = 0) -> World:
    """Play a story."""
    random = np.random.default_rng(seed)
    times: Floats = (np.arange(1, int(story.seconds / STEP_S) + 1) * STEP_S).astype(np.float64)
    expected = np.broadcast_to(story.produced(random, times, runs), (len(times), runs)) * STEP_S
    arrived = np.cumsum(random.poisson(expected), axis=0)
    end: Floats = (FIRST_OFFSET + story.backlog + arrived).astype(np.float64)
    can = np.broadcast_to(story.capacity(random, times, runs), (len(times), runs)) * STEP_S
    position = np.empty_like(end)
    at: Floats = np.full(runs, float(FIRST_OFFSET))
    for row in range(len(times)):
        at = np.minimum(at + can[row], end[row])
        position[row] = at
    position = np.floor(position)
    return World(times, end, position, _commits(story, random, times, position))


def _commits(story: Story, random: Generator, times: Floats, position: Floats) -> Floats:
    if story.batch:
        return FIRST_OFFSET + (position - FIRST_OFFSET) // story.batch * story.batch
    if not story.commit_s:
        return position
    committed = np.empty_like(position)
    runs = position.shape[1]
    now: Floats = np.full(runs, float(FIRST_OFFSET))
    due: Floats = np.asarray(random.uniform(0, story.commit_s, runs))
    for row, moment in enumerate(times.tolist()):
        commits = moment >= due
        now = np.where(commits, position[row], now)
        late = random.uniform(0, story.commit_jitter_s, runs)
        due = np.where(commits, due + story.commit_s + late, due)
        committed[row] = now
    return committed


def steady(per_s: float) -> Load:
    """Always the same."""
    return lambda random, times, runs: np.full((len(times), 1), per_s)


def after(first: Load, change_s: float, then: Load) -> Load:
    """One load until a moment, another from then on."""

    def load(random: Generator, times: Floats, runs: int) -> Floats:
        early, late = first(random, times, runs), then(random, times, runs)
        return np.where(times[:, None] < change_s, early, late)

    return load


def bursts(per_s: float, on_s: float, off_s: float) -> Load:
    """On and off, `per_s` on average."""

    def load(random: Generator, times: Floats, runs: int) -> Floats:
        phase = random.uniform(0, on_s + off_s, runs)
        on = (times[:, None] + phase) % (on_s + off_s) < on_s
        return np.where(on, per_s * (on_s + off_s) / on_s, 0.0)

    return load


def ramp(first_per_s: float, last_per_s: float, seconds: float) -> Load:
    """From one rate to another in a straight line."""
    return lambda random, times, runs: np.interp(times, [0, seconds], [first_per_s, last_per_s])[
        :, None
    ]


def noisy(per_s: float, cv: float, memory_s: float = 10.0) -> Load:
    """A rate that wanders: an Ornstein-Uhlenbeck process of coefficient of variation `cv`."""

    def load(random: Generator, times: Floats, runs: int) -> Floats:
        keep = float(np.exp(-STEP_S / memory_s))
        shocks = random.standard_normal((len(times), runs)) * cv * np.sqrt(1 - keep**2)
        now: Floats = cv * random.standard_normal(runs)
        for row in range(len(times)):
            now = keep * now + shocks[row]
            shocks[row] = now
        wandering: Floats = per_s * np.maximum(0.05, 1 + shocks)
        return wandering

    return load


def stops(per_s: float, every_s: float, for_s: float) -> Load:
    """Stops now and then, as in a rebalance."""

    def load(random: Generator, times: Floats, runs: int) -> Floats:
        per_second = np.full((len(times), runs), per_s)
        for run in range(runs):
            moment = float(random.exponential(every_s))
            while moment < times[-1]:
                per_second[(times >= moment) & (times < moment + for_s), run] = 0.0
                moment += for_s + random.exponential(every_s)
        return per_second

    return load


def _template(runs: int) -> Snapshot:
    numbers, zeros = np.arange(runs, dtype=np.int32), np.zeros(runs, np.int32)
    offsets, times = np.zeros(runs, np.int64), np.zeros(runs)
    return Snapshot(
        cluster="simulated",
        captured_at=0.0,
        controller=1,
        brokers=(),
        groups=(Group("group"),),
        members=(),
        partitions=Partitions(
            topics=("topic",),
            topic_ids=("",),
            internal=(False,),
            topic=zeros,
            index=numbers,
            leader=np.ones(runs, np.int32),
            log_start=offsets,
            log_end=offsets,
            last_stable=offsets,
            read_at=times,
            gap=zeros,
        ),
        commits=Commits(
            group=zeros,
            partition=numbers,
            committed=offsets,
            member=np.full(runs, -1, np.int32),
            gap=zeros,
            read_at=times,
        ),
    )


def _snapshot(template: Snapshot, at: float, end: Ints, committed: Ints) -> Snapshot:
    read_at = np.full(len(end), at)
    partitions = replace(template.partitions, log_end=end, last_stable=end, read_at=read_at)
    commits = replace(template.commits, committed=committed, read_at=read_at)
    return replace(template, captured_at=at, partitions=partitions, commits=commits)
