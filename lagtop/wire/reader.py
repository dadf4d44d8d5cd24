"""Reads offsets: committed ones from every coordinator, then log ends from every leader.

Committed before end, so that lag is never negative. What could not be read stays as it was, with
the reason and its age.
"""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from functools import partial

import numpy as np
from numpy.typing import NDArray

from lagtop.snapshot import (
    LOG_OF_COMMITS,
    NO_LEADER,
    UNKNOWN,
    Ints,
    Member,
    PollCost,
    Snapshot,
    TimeAnswer,
    TimeQuestion,
)
from lagtop.wire.again import Again
from lagtop.wire.by_time import find_times
from lagtop.wire.clock import NEVER
from lagtop.wire.columns import joined
from lagtop.wire.commits import CommitFacts
from lagtop.wire.configs import Configs
from lagtop.wire.gaps import MOVED_COORDINATOR, MOVED_LEADER, GapTable
from lagtop.wire.groups import without
from lagtop.wire.layout import Assigned, Layout, PartitionTable, make_layout, make_table, same_rows
from lagtop.wire.link import Link, NodeId
from lagtop.wire.logs import LogFacts
from lagtop.wire.meter import Meter
from lagtop.wire.offsets import (
    EARLIEST,
    LATEST,
    READ_COMMITTED,
    READ_UNCOMMITTED,
    Tail,
    ask_committed,
    ask_offsets,
)
from lagtop.wire.question import LinkError
from lagtop.wire.roster import Roster
from lagtop.wire.survey import Survey

PARTITIONS_A_QUESTION = 50_000
SELDOM_S = 10.0
_COMMITS, _LOGS = "committed offsets of groups", "ends of partitions"
END, START, STABLE = "log_end", "log_start", "last_stable"


class Reader:
    """The offsets of a cluster as last read."""

    def __init__(self, link: Link, survey: Survey, roster: Roster, meter: Meter) -> None:
        self._link = link
        self._survey, self._roster = survey, roster
        self._meter, self._configs = meter, Configs(link)
        self._gaps = GapTable()
        self._commits = CommitFacts(self._gaps)
        self._again = Again()
        self._logs: LogFacts | None = None
        self._layout: Layout | None = None
        self._laid_out: tuple[object, ...] = ()
        self._members: tuple[Member, ...] = ()
        self._asked_at = {START: NEVER, STABLE: NEVER}

    async def read(self, now: float) -> None:
        """Read everything that is due."""
        await self._read_commits(self._roster.coordinated())
        await self._roster.look_again(self._commits.moves())
        self._lay_out()
        if await self._survey.look_for(self.table.missing(()), now):
            self._lay_out()
        await self._survey.seek(self.table.missing(self._survey.topology.topics), now)
        await self._read_logs(now)
        if await self._survey.look_for(self.table.missing(()), now):
            self._lay_out()
        if self._layout is not None:
            await self._configs.refresh(self._layout.topics_read, now)

    async def read_some(self, now: float) -> None:
        """Read the groups that the survey knows so far, and the logs that they read."""
        await self._read_commits(self._roster.coordinated())
        self._lay_out()
        await self._read_logs(now, only_read=True)

    async def _read_commits(self, coordinated: Mapping[NodeId, list[str]]) -> None:
        self._again.keep(coordinated)
        self._meter.begin(_COMMITS, sum(map(len, coordinated.values())))
        await asyncio.gather(
            *(self._read_commits_of(node, groups) for node, groups in coordinated.items())
        )

    async def _read_commits_of(self, node: NodeId, groups: list[str]) -> None:
        size = self._commits.groups_a_question(node)
        read = partial(self._again.read, node)
        try:
            parts = [
                await ask_committed(self._link, node, groups[at : at + size], partial(read, at))
                for at in range(0, len(groups), size)
            ]
        except LinkError as error:
            self._commits.miss(groups, error.gap)
            self._survey.doubt_topology()
            self._roster.doubt()
            return
        self._meter.add(_COMMITS, len(groups))
        errors = self._commits.take(node, joined([one for one, _ in parts]), parts[-1][1])
        if errors & MOVED_COORDINATOR:
            self._roster.doubt()

    def _lay_out(self) -> None:
        """Make the layout again if anything came, went or moved; else keep it."""
        survey, roster, commits = self._survey, self._roster, self._commits
        names = {name: row for row, name in enumerate(roster.groups)}
        commits.keep(names, set(roster.coordinated()))
        described = [roster.described.get(name) for name in names]
        owners = dict(commits.owners)
        key = (survey.topology, commits.shape_version, owners, tuple(names), described)
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
            described = self._roster.described.get(name)
            for one in described.members if described else ():
                assigned.append(Assigned(len(members), row, one.owned))
                members.append(Member(row, one.member_id, one.client_id, one.host, one.instance_id))
        return tuple(members), assigned

    async def _read_logs(self, now: float, *, only_read: bool = False) -> None:
        logs = self._logs
        if logs is None:
            return
        wanted = self._wanted(logs, now)
        if only_read and self._layout is not None:
            is_read = np.zeros(len(logs.table.key), np.bool_)
            is_read[self._layout.partition] = True
            wanted = {kind: rows & is_read for kind, rows in wanted.items()}
        leader = np.where(wanted[END], logs.table.leader, NO_LEADER)
        self._meter.begin(_LOGS, int((leader != NO_LEADER).sum()))
        asked = {
            int(node): {kind: np.flatnonzero(of & (leader == node)) for kind, of in wanted.items()}
            for node in np.unique(leader[leader != NO_LEADER])
        }
        await asyncio.gather(*(self._read_logs_of(logs, *one) for one in asked.items()))
        logs.lose(self._survey.refused, self._survey.topology.unsure)

    def _wanted(self, logs: LogFacts, now: float) -> dict[str, NDArray[np.bool_]]:
        """Which partitions (bool[P]) to ask for what: log ends of all but unread internal topics.

        The log of commits is an exception: its growth says how often groups commit.
        Log starts and last stable offsets are asked in turn, so that after the first no poll has
        all three; those that matter now, of `blocked` and `near_start`, are asked every time.
        """
        table = logs.table
        topics = zip(table.internal, table.topics, strict=True)
        tells = [not internal or name == LOG_OF_COMMITS for internal, name in topics]
        all_rows = np.array(tells, np.bool_)[table.topic]
        if self._layout is not None:
            all_rows[self._layout.partition] = True
        wanted = {END: all_rows, START: (logs.log_start == UNKNOWN) | logs.near_start}
        wanted[STABLE] = logs.blocked | (logs.last_stable == UNKNOWN)
        due = [kind for kind, at in self._asked_at.items() if now - at >= SELDOM_S]
        for kind in due[:1]:
            wanted[kind], self._asked_at[kind] = all_rows, now
        return wanted

    async def _read_logs_of(self, logs: LogFacts, node: NodeId, wanted: dict[str, Ints]) -> None:
        try:
            for kind, rows in wanted.items():
                for start in range(0, len(rows), PARTITIONS_A_QUESTION):
                    some = rows[start : start + PARTITIONS_A_QUESTION]
                    await self._read_log(logs, node, kind, some)
        except LinkError as error:
            logs.miss(wanted[END], error.gap)
            self._survey.doubt_topology()

    async def _read_log(self, logs: LogFacts, node: NodeId, kind: str, rows: Ints) -> None:
        timestamp = EARLIEST if kind == START else LATEST
        isolation = READ_COMMITTED if kind == STABLE else READ_UNCOMMITTED
        asked = logs.by_topic(rows)
        answer, at = await ask_offsets(self._link, node, asked, timestamp, isolation)
        if kind == END:
            self._meter.add(_LOGS, len(rows))
        if MOVED_LEADER & logs.take(kind, answer, at):
            self._survey.doubt_topology()

    async def find_times(self, questions: Sequence[TimeQuestion]) -> list[TimeAnswer]:
        """Ask leaders for records by time; a partition that does not answer is left out."""
        return await find_times(self._link, self._logs, questions) if self._logs else []

    def tails(self, topic: str) -> list[Tail]:
        """Where a topic's logs begin and end, for those whose leader has told."""
        logs = self._logs
        if logs is None or topic not in logs.table.topics:
            return []
        rows = np.flatnonzero(logs.table.topic == logs.table.topics.index(topic))
        known = rows[(logs.log_start[rows] >= 0) & (logs.log_end[rows] >= 0)]
        columns = (logs.table.leader, logs.table.index, logs.log_start, logs.log_end)
        return [Tail(*row) for row in zip(*(one[known].tolist() for one in columns), strict=True)]

    def snapshot(self, cluster: str, now: float, cost: PollCost) -> Snapshot:
        """All facts as they are now, frozen."""
        layout, logs, survey, roster = self._layout, self._logs, self._survey, self._roster
        assert layout is not None
        assert logs is not None
        missing = self._commits.missing
        groups = tuple(
            without(group, missing[name]) if name in missing else group
            for name, group in roster.groups.items()
        )
        commits = self._commits.commits(layout, list(roster.groups))
        logs.watch_starts(commits)
        return Snapshot(
            cluster=survey.topology.cluster or cluster,
            captured_at=now,
            controller=survey.topology.controller,
            brokers=roster.told_of(survey.brokers()),
            groups=groups,
            members=self._members,
            partitions=logs.partitions(),
            commits=commits,
            gaps=self._gaps.table(),
            cost=cost,
            configs=self._configs.known,
            configs_refused=self._configs.refused,
            unread=roster.unread,
        )

    @property
    def rows(self) -> int:
        """How many commit rows a snapshot has by now."""
        return 0 if self._layout is None else len(self._layout.group)

    @property
    def table(self) -> PartitionTable:
        """The rows of the last snapshot's partitions."""
        assert self._logs is not None
        return self._logs.table
