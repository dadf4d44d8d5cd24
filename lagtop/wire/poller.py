"""Polls a cluster: an async iterator of Snapshot or Failure, never two polls at once.

Order of a poll: what changes seldom, as far as it is due; then committed offsets from every
coordinator; then end offsets from every leader, so that lag is never negative.
"""

from __future__ import annotations

import asyncio
import random
import time
from collections.abc import AsyncIterator, Coroutine
from dataclasses import replace
from typing import Any

import numpy as np

from lagtop.settings import Settings
from lagtop.snapshot import NO_GAP, Failure, Ints, Member, PollCost, Snapshot
from lagtop.wire.clock import Clock
from lagtop.wire.columns import Columns
from lagtop.wire.facts import CommitFacts, LogFacts, same_rows
from lagtop.wire.gaps import MOVED_COORDINATOR, MOVED_LEADER, GapTable
from lagtop.wire.layout import Assigned, Layout, make_layout, make_table
from lagtop.wire.link import Link, NodeId
from lagtop.wire.offsets import (
    EARLIEST,
    LATEST,
    READ_COMMITTED,
    READ_UNCOMMITTED,
    Asked,
    ask_committed,
    ask_offsets,
)
from lagtop.wire.question import LinkError
from lagtop.wire.survey import NEVER, Survey
from lagtop.wire.trouble import explain

JITTER = 0.2
PARTITIONS_A_QUESTION = 50_000
GROUPS_A_QUESTION = 1_000
SELDOM_S = 10.0
END, START, STABLE = "log_end", "log_start", "last_stable"


class Poller:
    """Reads one cluster again and again; `interval_s` may be changed at any time."""

    def __init__(self, settings: Settings) -> None:
        self.interval_s = settings.interval_s
        self._settings = settings
        self._clock = Clock()
        self._link = Link(self._clock, settings.deadline_s)
        bootstrap = [self._link.node(host, port) for host, port in settings.bootstrap]
        self._survey = Survey(self._link, bootstrap, settings.groups)
        self._gaps = GapTable()
        self._commits = CommitFacts(self._gaps)
        self._logs: LogFacts | None = None
        self._layout: Layout | None = None
        self._laid_out: tuple[object, ...] = ()
        self._members: tuple[Member, ...] = ()
        self._asked_at = {START: NEVER, STABLE: NEVER}
        self._wake = asyncio.Event()

    def refresh(self) -> None:
        """Poll now instead of at the next interval."""
        self._wake.set()

    async def close(self) -> None:
        """Let go of every connection."""
        await self._survey.close()
        await self._link.close()

    async def __aiter__(self) -> AsyncIterator[Snapshot | Failure]:
        """Poll for ever; the interval is jittered, so that it cannot lock on to commit periods."""
        while True:
            self._wake.clear()
            started_at = self._clock.now()
            yield await self.poll()
            pause_s = self.interval_s * random.uniform(1 - JITTER, 1 + JITTER)
            await self._pause(started_at + pause_s - self._clock.now())

    async def poll(self) -> Snapshot | Failure:
        """Read everything that is due once."""
        started_at, cpu_s = self._clock.now(), time.thread_time()
        before = replace(self._link.tally)
        try:
            await self._survey.refresh(started_at)
        except LinkError as error:
            return await self._failure(error)
        answered = await self._read_commits()
        self._lay_out()
        answered += await self._read_logs(started_at)
        if not answered:
            return self._silence()
        cost = PollCost(
            self._clock.now() - started_at,
            time.thread_time() - cpu_s,
            self._link.tally.requests - before.requests,
            self._link.tally.bytes_in - before.bytes_in,
        )
        return self._snapshot(cost)

    async def _pause(self, seconds: float) -> None:
        try:
            async with asyncio.timeout(max(seconds, 0)):
                await self._wake.wait()
        except TimeoutError:
            pass

    async def _failure(self, error: LinkError) -> Failure:
        host, port = self._settings.bootstrap[0]
        what, hint = await explain(host, port, error.gap)
        return Failure(self._clock.now(), what, hint, self.interval_s)

    def _silence(self) -> Failure:
        reasons = [
            broker.gap.reason for broker in self._survey.brokers() if broker.gap is not NO_GAP
        ]
        self._survey.doubt_topology()
        return Failure(
            self._clock.now(),
            f"no broker answers: {reasons[0] if reasons else self._settings.address}",
            "the numbers are as old as they say; lagtop goes on trying",
            self.interval_s,
        )

    async def _read_commits(self) -> int:
        coordinated = self._survey.coordinated()
        return await _count(
            self._read_commits_of(node, groups) for node, groups in coordinated.items()
        )

    async def _read_commits_of(self, node: NodeId, groups: list[str]) -> bool:
        chunks = range(0, len(groups), GROUPS_A_QUESTION)
        try:
            parts = [
                await ask_committed(self._link, node, groups[start : start + GROUPS_A_QUESTION])
                for start in chunks
            ]
        except LinkError as error:
            self._commits.miss(groups, error.gap)
            self._survey.doubt_topology()
            return False
        errors = self._commits.take(node, _join([one for one, _ in parts]), parts[-1][1])
        if errors & MOVED_COORDINATOR:
            self._survey.doubt_groups()
        return True

    def _lay_out(self) -> None:
        """Make the layout again if anything came, went or moved; else keep it."""
        survey, commits = self._survey, self._commits
        names = {name: row for row, name in enumerate(survey.groups)}
        commits.keep(names, set(survey.coordinated()))
        described = [survey.described.get(name) for name in names]
        key = (
            survey.topology,
            commits.shape_version,
            dict(commits.owners),
            tuple(names),
            described,
        )
        if key == self._laid_out and self._layout is not None:
            return
        self._laid_out = key
        self._members, assigned = self._assigned(names)
        table = make_table(survey.topology, commits.answers, assigned)
        layout = make_layout(table, commits.answers, names, commits.owners, assigned)
        self._layout = same_rows(self._layout, layout)
        old = self._logs
        self._logs = old.moved_to(table) if old else LogFacts.unread(table, self._gaps)

    def _assigned(self, names: dict[str, int]) -> tuple[tuple[Member, ...], list[Assigned]]:
        members: list[Member] = []
        assigned: list[Assigned] = []
        for name, row in names.items():
            described = self._survey.described.get(name)
            for one in described.members if described else ():
                assigned.append(Assigned(len(members), row, one.owned))
                members.append(Member(row, one.member_id, one.client_id, one.host, one.instance_id))
        return tuple(members), assigned

    async def _read_logs(self, now: float) -> int:
        logs = self._logs
        if logs is None:
            return 0
        kinds = [END, *(kind for kind, at in self._asked_at.items() if now - at >= SELDOM_S)]
        if len(kinds) == 3 and NEVER not in self._asked_at.values():
            kinds.remove(STABLE)
        leaders = self._leaders(logs)
        for kind in kinds[1:]:
            self._asked_at[kind] = now
        answered = await _count(
            self._read_logs_of(logs, node, rows, kinds) for node, rows in leaders.items()
        )
        logs.lose()
        return answered

    def _leaders(self, logs: LogFacts) -> dict[NodeId, Ints]:
        """The partition rows that each leader is asked for: no internal ones that nobody reads."""
        wanted = ~np.array(logs.table.internal, np.bool_)[logs.table.topic]
        if self._layout is not None:
            wanted[self._layout.partition] = True
        leader = np.where(wanted, logs.table.leader, -1)
        return {
            int(node): np.flatnonzero(leader == node) for node in np.unique(leader[leader >= 0])
        }

    async def _read_logs_of(
        self, logs: LogFacts, node: NodeId, rows: Ints, kinds: list[str]
    ) -> bool:
        try:
            for start in range(0, len(rows), PARTITIONS_A_QUESTION):
                asked = _by_topic(logs, rows[start : start + PARTITIONS_A_QUESTION])
                for kind in kinds:
                    timestamp = EARLIEST if kind == START else LATEST
                    isolation = READ_COMMITTED if kind == STABLE else READ_UNCOMMITTED
                    answer, at = await ask_offsets(self._link, node, asked, timestamp, isolation)
                    if MOVED_LEADER & set(logs.take(kind, answer, at).tolist()):
                        self._survey.doubt_topology()
        except LinkError as error:
            logs.miss(rows, error.gap)
            self._survey.doubt_topology()
            return False
        return True

    def _snapshot(self, cost: PollCost) -> Snapshot:
        layout, logs, survey = self._layout, self._logs, self._survey
        assert layout is not None
        assert logs is not None
        missing = self._commits.missing
        groups = tuple(
            replace(group, gap=missing[name]) if name in missing else group
            for name, group in survey.groups.items()
        )
        commits = self._commits.commits(layout, list(survey.groups))
        return Snapshot(
            cluster=survey.topology.cluster or self._settings.address,
            captured_at=self._clock.now(),
            controller=survey.topology.controller,
            brokers=survey.brokers(),
            groups=groups,
            members=self._members,
            partitions=logs.partitions(),
            commits=commits,
            gaps=self._gaps.table(),
            cost=cost,
        )


async def _count(questions: Any) -> int:
    """How many of the coroutines, run side by side, say that they were answered."""
    asked: list[Coroutine[Any, Any, bool]] = list(questions)
    return sum(await asyncio.gather(*asked))


def _by_topic(logs: LogFacts, rows: Ints) -> Asked:
    topic, index = logs.table.topic[rows], logs.table.index[rows]
    codes, starts = np.unique(topic, return_index=True)
    spans = np.split(index, starts[1:])
    return [
        (logs.table.topics[code], span) for code, span in zip(codes.tolist(), spans, strict=True)
    ]


def _join(parts: list[Columns]) -> Columns:
    """The answers to the chunks of one question, as one."""
    if len(parts) == 1:
        return parts[0]
    return Columns(
        sum((one.owners for one in parts), ()),
        sum((one.topics for one in parts), ()),
        np.concatenate([one.counts for one in parts]),
        np.concatenate([one.index for one in parts]),
        np.concatenate([one.offset for one in parts]),
        np.concatenate([one.error for one in parts]),
        {group: code for one in parts for group, code in one.errors.items()},
    )
