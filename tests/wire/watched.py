"""A small cluster that is watched on simulated time, and held to the truth at every poll.

What brokers answered is noted with its moment. Whatever a snapshot gives as known must be what was
true when it says that it was read; what the analysis makes of it must stay within what the story
can do: no rate below zero, none above what is ever written or read, no age from nowhere.
"""

from __future__ import annotations

import asyncio
import gc
import os
from collections import defaultdict
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from typing import Any

import numpy as np

from lagtop.analysis.observer import Observer
from lagtop.analysis.report import Report
from lagtop.analysis.verdicts import Verdict
from lagtop.demo.broker import Broker
from lagtop.demo.cluster import DemoCluster
from lagtop.demo.story import Group, Story, Topic
from lagtop.live import search_times
from lagtop.settings import Settings, parse_bootstrap
from lagtop.snapshot import LOG_OF_COMMITS, NO_GAP, UNKNOWN, Failure, Snapshot
from lagtop.wire.connection import Connection
from lagtop.wire.link import Node
from lagtop.wire.poller import Poller
from tests.wire.quick import LoopClock
from tests.wire.truth import key_of

POLL_S = 2.0
STORY = Story(
    "small",
    "two topics and three groups that keep up",
    topics=(
        Topic("orders", 6, 600, backlog=50_000),
        Topic("mails", 3, 90, backlog=9_000),
        Topic(LOG_OF_COMMITS, 3, 0, replicas=3, internal=True),
    ),
    groups=(
        Group("billing", ("orders",), 3, 400, commit_every_s=2.0),
        Group("shipping", ("orders", "mails"), 2, 900, type="consumer", commit_every_s=2.0),
        Group("crm", ("mails",), 1, 200, commit_every_s=2.0),
    ),
)
MOST_PER_S = {"orders": 600 / 6 * 2.5, "mails": 90 / 3 * 2.5}
"""Above any rate that a partition of the story is written with; who catches up may read faster."""

MOST_READ_PER_S = 900.0
LONGEST_AGE_S = 120.0
DEADLINES_A_POLL = 4


class Watched:
    """A cluster, who polls it, and what was true whenever a broker answered."""

    def __init__(self, cluster: DemoCluster, clock: LoopClock, deadline_s: float) -> None:
        self.cluster, self.clock = cluster, clock
        self.observer = Observer()
        self.settings = Settings(parse_bootstrap(cluster.bootstrap), deadline_s=deadline_s)
        self.poller = Poller(self.settings, clock=clock)
        self.seen: list[Snapshot | Failure] = []
        self.longest_age_s = LONGEST_AGE_S
        self.most_read_per_s = MOST_READ_PER_S
        self._began_at = clock.now()
        self._ends: dict[float, set[tuple[str, int, int]]] = defaultdict(set)
        self._commits: dict[float, set[tuple[str, str, int, int]]] = defaultdict(set)
        for broker in cluster._brokers.values():
            self._note_answers_of(broker)

    def _note_answers_of(self, broker: Broker) -> None:
        answer = broker._answer

        def noted(request: Any) -> Any:
            told = answer(request)
            self.note()
            return told

        broker._answer = noted

    def note(self) -> None:
        """Note what is true now."""
        world, now = self.cluster.world, round(self.clock.now(), 6)
        ends = world.ends().tolist()
        for name, log in world.logs.by_name.items():
            rows = range(log.rows.start, log.rows.stop)
            self._ends[now].update((name, row - log.first, ends[row]) for row in rows)
        for name, group in world.consumers.by_name.items():
            for row in group.rows.tolist():
                partition = int(world.consumers.partition[row])
                log = world.logs.every[world.logs.topic_of[partition]]
                committed = int(world.consumers.committed[row])
                place = (name, log.spec.name, partition - log.first, committed)
                self._commits[now].add(place)

    async def poll(self) -> Snapshot | Failure:
        """One poll after the usual pause, which must hold nothing untrue and end in time."""
        await asyncio.sleep(POLL_S)
        began_at = asyncio.get_running_loop().time()
        update = await self.poller.poll()
        took_s = asyncio.get_running_loop().time() - began_at
        assert took_s <= DEADLINES_A_POLL * self.settings.deadline_s, f"a poll took {took_s:.1f} s"
        self.seen.append(update)
        if isinstance(update, Snapshot):
            self.assert_true(update)
            self.assert_sane(self.observer.observe(update), update)
            await search_times(self.poller, self.observer, 2)
        return update

    async def polls(self, count: int) -> Snapshot | Failure:
        """So many of them; gives the last."""
        assert count > 0
        for _ in range(count):
            update = await self.poll()
        return update

    async def settle(self) -> None:
        """Poll until all is known, before something goes wrong."""
        for _ in range(3):
            update = await self.poll()
        assert isinstance(update, Snapshot)
        assert not self.missing(update)

    async def assert_recovers(self, polls: int = 2) -> None:
        """All is known and fresh again within so many polls."""
        for _ in range(polls):
            update = await self.poll()
        assert not self.missing(update), self.missing(update)

    def missing(self, update: Snapshot | Failure) -> list[str]:
        """Why not all of a poll's numbers are known and of this poll; empty if they are."""
        if isinstance(update, Failure):
            return [update.what]
        told = [one.gap for one in update.brokers] + [one.gap for one in update.groups]
        gaps = [gap.reason for gap in told if gap != NO_GAP]
        for codes in (update.partitions.gap, update.commits.gap):
            gaps += [update.gaps[code].reason for code in np.unique(codes[codes > 0]).tolist()]
        began_at = update.captured_at - update.cost.wall_s - 1e-6
        for name, facts in (("ends", update.partitions), ("commits", update.commits)):
            if not (facts.read_at >= began_at).all():
                gaps.append(f"old {name}")
        return gaps

    def assert_true(self, snapshot: Snapshot) -> None:
        """Every end and every commit that is given as known was true at the time it says."""
        parts, commits = snapshot.partitions, snapshot.commits
        for row in np.flatnonzero(parts.log_end != UNKNOWN).tolist():
            shown = (parts.topics[parts.topic[row]], int(parts.index[row]), int(parts.log_end[row]))
            assert shown in self._ends[round(float(parts.read_at[row]), 6)], shown
        for row in np.flatnonzero(commits.committed != UNKNOWN).tolist():
            group = snapshot.groups[commits.group[row]].name
            told = (group, *key_of(snapshot, row), int(commits.committed[row]))
            assert told in self._commits[round(float(commits.read_at[row]), 6)], told

    def assert_sane(self, report: Report, snapshot: Snapshot) -> None:
        """No figure that is shown is one that the story cannot have."""
        rows = report.partitions
        names = [report.topics[topic] for topic in rows.topic.tolist()]
        most = np.array([MOST_PER_S[name] for name in names])
        most_read = np.full(len(names), self.most_read_per_s)
        for rate, limit in ((rows.produced_per_s, most), (rows.consumed_per_s, most_read)):
            wrong = ~np.isnan(rate) & ~((rate >= 0) & (rate <= limit))
            assert not wrong.any(), (rate[wrong], snapshot.captured_at - self._began_at)
        for age in (rows.lag_s, rows.lag_s_low, report.groups.lag_s):
            wrong = ~np.isnan(age) & ~((age >= 0) & (age <= self.longest_age_s))
            assert not wrong.any(), (age[wrong], snapshot.captured_at - self._began_at)
        gone = set(names) - self.cluster.world.logs.by_name.keys()
        called_gone = {names[row] for row in np.flatnonzero(rows.verdict == Verdict.DELETED)}
        assert called_gone <= gone, called_gone
        known = rows.lag_messages != UNKNOWN
        assert (rows.lag_messages[known] >= 0).all()
        totals = report.totals
        assert not totals.produced_per_s < 0
        assert not totals.consumed_per_s < 0


@asynccontextmanager
async def watching(deadline_s: float = 5.0, story: Story = STORY) -> AsyncIterator[Watched]:
    """A cluster that is watched; afterwards nothing is left of it: no task and no socket."""
    files, clock = open_files(), LoopClock()
    async with DemoCluster(story, seed=5, clock=clock.now, history_s=60) as cluster:
        assert cluster._tender is not None
        cluster._tender.cancel()  # it would wake up ten times a second, for the story's outages
        watched = Watched(cluster, clock, deadline_s)
        try:
            yield watched
        finally:
            await watched.poller.close()
    await asyncio.sleep(2 * deadline_s)
    assert asyncio.all_tasks() == {asyncio.current_task()}
    assert open_files() == files


@contextmanager
def nothing_left() -> Iterator[None]:
    """No poller and no connection that was let go of inside the `with` is still in memory."""
    before = {id(one) for one in held()}
    yield
    gc.collect()
    left = [one for one in held() if id(one) not in before]
    assert not left, left


def held() -> list[object]:
    """The pollers, brokers' addresses and connections in memory."""
    return [one for one in gc.get_objects() if isinstance(one, Connection | Node | Poller)]


def open_files() -> int:
    """How many files and sockets this process holds open."""
    return len(os.listdir("/dev/fd"))
