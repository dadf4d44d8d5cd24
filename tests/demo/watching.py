"""Snapshots straight from a story's world, on a clock that runs as fast as it can: no network."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from lagtop.analysis.observer import Observer
from lagtop.analysis.report import Report
from lagtop.demo.logs import RECORD_BYTES
from lagtop.demo.stories import find_story
from lagtop.demo.story import NEVER, Story
from lagtop.demo.world import World
from lagtop.quotas import Quota, Quotas
from lagtop.snapshot import (
    NO_GAP,
    NO_LEADER,
    NO_RECORD,
    Broker,
    Commits,
    Gap,
    Group,
    Ints,
    Member,
    Partitions,
    Snapshot,
    TimeAnswer,
    TimeQuestion,
    TopicConfig,
)

EPOCH_S = 1_700_000_000.0
ROUNDS = 4
DISKS_EVERY_S = 60.0
GONE = Gap("unreachable", "nobody is there")


def watched(
    story: str | Story, seconds: float, every_s: float = 2.0, seed: int = 1
) -> Iterator[Report]:
    """The reports of a live run of a story."""
    world = World(find_story(story) if isinstance(story, str) else story, seed)
    observer, random = Observer(), np.random.default_rng(seed)
    view, t = View(world), 0.0
    while t <= seconds:
        world.advance(t)
        yield observer.observe(view.snapshot())
        for _ in range(ROUNDS):
            observer.learn_times([view.answer(one) for one in observer.time_questions()])
        t += every_s * random.uniform(0.8, 1.2)


class View:
    """What a poll sees of a world; rows stay the same objects."""

    def __init__(self, world: World) -> None:
        self._world = world
        logs = sorted(world.logs.every, key=lambda log: log.spec.name)
        self._topics = tuple(log.spec.name for log in logs)
        self._order = np.concatenate([np.arange(log.rows.start, log.rows.stop) for log in logs])
        sizes = [log.spec.partitions for log in logs]
        self._topic = np.repeat(np.arange(len(logs), dtype=np.int32), sizes)
        self._index = np.concatenate([np.arange(size, dtype=np.int32) for size in sizes])
        self._internal = tuple(log.spec.internal for log in logs)
        place = np.argsort(self._order)
        groups = sorted(world.consumers.by_name)
        rows = [world.consumers.by_name[name].rows for name in groups]
        placed = [place[world.consumers.partition[one]] for one in rows]
        self._rows = np.concatenate([r[np.argsort(p)] for r, p in zip(rows, placed, strict=True)])
        self._partition = place[world.consumers.partition[self._rows]].astype(np.int32)
        self._group = np.repeat(np.arange(len(groups), dtype=np.int32), [len(r) for r in rows])
        self._groups = groups
        self._configs = {
            log.spec.name: TopicConfig(round(log.spec.retention_s * 1000), retention_bytes=-1)
            for log in logs
        }
        self._quotas = Quotas(
            tuple(
                Quota(client_id=member.client_id, fetch_bytes_per_s=one.spec.fetch_bytes_per_s)
                for one in world.consumers.by_name.values()
                if one.spec.fetch_bytes_per_s < NEVER
                for member in one.members
            )
        )
        self._weighed: tuple[float, Ints] = (-DISKS_EVERY_S, np.zeros(0, np.int64))

    def snapshot(self) -> Snapshot:
        """All facts as they are now."""
        world, consumers = self._world, self._world.consumers
        now = EPOCH_S + world.t
        groups = [consumers.by_name[name] for name in self._groups]
        members, member_row = self._members()
        owner = member_row[consumers.member[self._rows]]
        ends = world.ends()
        return Snapshot(
            cluster="simulated",
            captured_at=now,
            controller=world.controller,
            brokers=tuple(
                Broker(node, f"b{node}", 9092, gap=NO_GAP if node in world.alive else GONE)
                for node in world.leadership.brokers
            ),
            groups=tuple(
                Group(
                    one.spec.name, one.spec.type, one.state(world.t), one.spec.assignor, 1,
                    protocol_type=one.protocol_type,
                )
                for one in groups
            ),
            members=members,
            partitions=Partitions(
                self._topics,
                ("",) * len(self._topics),
                self._internal,
                self._topic,
                self._index,
                np.maximum(world.leaders[self._order], NO_LEADER),
                world.logs.starts[self._order].astype(np.int64),
                ends[self._order],
                world.stable()[self._order],
                np.full(len(self._order), now),
                np.zeros(len(self._order), np.int32),
            ),
            commits=Commits(
                self._group,
                self._partition,
                consumers.committed[self._rows].astype(np.int64),
                owner,
                np.zeros(len(self._rows), np.int32),
                np.full(len(self._rows), now),
            ),
            configs=self._configs,
            bytes_each=self._bytes(),
            quotas=self._quotas,
        )

    def _bytes(self) -> Ints:
        """What leaders hold, as they told last."""
        world = self._world
        if world.t - self._weighed[0] >= DISKS_EVERY_S:
            records = (world.ends() - world.logs.starts)[self._order]
            self._weighed = (world.t, records.astype(np.int64) * RECORD_BYTES)
        return self._weighed[1]

    def answer(self, question: TimeQuestion) -> TimeAnswer:
        """What the leader would say of a partition at a time."""
        world, logs = self._world, self._world.logs
        row = logs.by_name[question.topic].first + question.partition
        found = logs.history.first_since(row, question.time_ms / 1_000 - EPOCH_S)
        offset = max(found, int(logs.starts[row]))
        if offset >= int(world.ends()[row]):
            return TimeAnswer(question, NO_RECORD, NO_RECORD)
        written_ms = round((EPOCH_S + logs.history.time_of(row, offset)) * 1_000)
        return TimeAnswer(question, offset, max(written_ms, question.time_ms))

    def _members(self) -> tuple[tuple[Member, ...], np.ndarray[tuple[int], np.dtype[np.int32]]]:
        world, found = self._world, list[Member]()
        count = int(world.consumers.member.max()) + 1
        rows = np.full(count, -1, np.int32)
        for number, name in enumerate(self._groups):
            group = world.consumers.by_name[name]
            if group.gone(world.t):
                continue
            for member in group.members:
                if group.assigned(world.t) and member.row < count:
                    rows[member.row] = len(found)
                found.append(Member(number, member.member_id, member.client_id, member.host))
        return tuple(found), rows


