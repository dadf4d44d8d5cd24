"""The cluster's whole state as a function of story, seed and time; no network.

It moves on in steps of a fixed length, so the same seed gives the same offsets at the same
time whoever asks, and however often. Only mishaps made by hand are not foreseen by the seed.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import replace

import numpy as np

from lagtop.demo.consumers import Consumers
from lagtop.demo.leadership import Leadership
from lagtop.demo.logs import Logs
from lagtop.demo.story import Story
from lagtop.demo.written import Written
from lagtop.protocol.java import partition_hash
from lagtop.snapshot import LOG_OF_COMMITS, Codes, Ints

HISTORY_S = 1_800.0
PAST_STEP_S = 5.0
STEP_S = 0.5


class World:
    """Everything a broker can be asked about; `t` is the story's clock, seconds.

    leaders, epochs (int32[P]): of every partition row, up to date after `advance`.
    """

    def __init__(self, story: Story, seed: int = 1, history_s: float = HISTORY_S) -> None:
        written, read = np.random.default_rng(seed).spawn(2)
        self.story, self.t = story, -history_s
        self.logs, self.consumers = Logs(written), Consumers(read)
        self.written = Written(self.logs)
        self.leadership = Leadership(tuple(range(1, story.brokers + 1)), story.outages)
        self.leaders: Codes = np.empty(0, np.int32)
        self.epochs: Codes = np.empty(0, np.int32)
        self._voters: tuple[int, ...] = ()
        self._step_start, self._step_s = self.t, 0.0
        for topic in story.topics:
            self.logs.add(topic, self.t)
        for group in story.groups:
            self.consumers.add(group, self.logs, self.t)
        self._step(PAST_STEP_S if history_s else STEP_S)
        self.advance(0.0)

    def advance(self, t: float) -> None:
        """Let time pass until `t`; an earlier time than now changes nothing."""
        while self._step_start + self._step_s <= t:
            self._step_start += self._step_s
            self._step(PAST_STEP_S if self._step_start < 0 else STEP_S)
        self.t = max(t, self.t)
        if self.alive != self._voters:
            self.elect(self.t)

    @property
    def alive(self) -> tuple[int, ...]:
        """The brokers that live now."""
        return self.leadership.alive(self.t)

    @property
    def controller(self) -> int:
        """The broker that leads the cluster now, -1 when none lives."""
        return self.alive[len(self.alive) // 2] if self.alive else -1

    def coordinator(self, group: str) -> int:
        """The broker that coordinates a group now."""
        return self.leadership.coordinator(group, self.alive)

    def ends(self) -> Ints:
        """Log end offsets now (int64[P])."""
        fraction = (self.t - self._step_start) / self._step_s
        return self.logs.ends_within(min(max(fraction, 0.0), 1.0))

    def stable(self) -> Ints:
        """Last stable offsets now (int64[P])."""
        return self.logs.stable(self.ends())

    def lag(self, group: str) -> Ints:
        """True backlog now per partition that a group reads: end - position, uncommitted or not."""
        rows = self.consumers.by_name[group].rows
        position = self.consumers.position[rows].astype(np.int64)
        return self.ends()[self.consumers.partition[rows]] - position

    def delete_topic(self, name: str, keep_commits: bool = False) -> None:
        """Delete a topic, and what groups have committed in it unless that is kept."""
        self.consumers.abandon(self.logs.remove(name).rows, keep_commits)

    def recreate_topic(self, name: str) -> None:
        """Delete a topic and create it again, empty, with a new id; groups keep their commits."""
        old = self.logs.remove(name)
        new = self.logs.add(replace(old.spec, backlog=0), self.t)
        self.consumers.follow(old.rows, new.first)
        self.elect(self.t)

    def set_committed(
        self, group: str, topic: str, partition: int, offset: int, metadata: str = ""
    ) -> None:
        """Set what a group has committed in one partition; its members read on from there."""
        row = self.consumers.row(group, self.logs.by_name[topic].first + partition)
        self.consumers.position[row] = self.consumers.committed[row] = offset
        self.consumers.by_name[group].metadata[row] = metadata

    def elect(self, t: float) -> None:
        """Give every partition the leader it has at `t`; a change begins a new epoch."""
        alive = self._voters = self.leadership.alive(t)
        leaders = [
            self.leadership.leader(log.spec, index, alive)
            for log in self.logs.every
            for index in range(log.spec.partitions)
        ]
        before, now = self.leaders, np.array(leaders, np.int32)
        epochs = np.zeros(now.size, np.int32)
        epochs[: before.size] = self.epochs + (now[: before.size] != before)
        self.leaders, self.epochs = now, epochs

    def _step(self, seconds: float) -> None:
        if self.leadership.alive(self._step_start) != self._voters:
            self.elect(self._step_start)
        online = (self.leaders >= 0).astype(np.float64)
        self.logs.step(self._step_start, seconds, online, self._commit_records())
        self.consumers.step(self._step_start, self._step_s, self.logs, self.leaders)
        self._step_s = seconds

    def _commit_records(self) -> dict[int, int]:
        """What groups have committed in the last step, by row of the log of commits."""
        log = self.logs.by_name.get(LOG_OF_COMMITS)
        rows: Counter[int] = Counter()
        if log is None:
            return rows
        for name, records in self.consumers.commit_records.items():
            rows[log.first + partition_hash(name) % log.spec.partitions] += records
        return rows
