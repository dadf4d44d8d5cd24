"""How a group goes on with who owns what: when it is drained, who decides, how lag runs."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from lagtop.analysis.change import Change
from lagtop.analysis.fluid import Backlogs, Course
from lagtop.analysis.members import Ability, GroupLoad
from lagtop.analysis.report import Flags
from lagtop.snapshot import NOBODY, Codes, Floats

HOUR_S = 3600.0


@dataclass(frozen=True, slots=True)
class Limit:
    """The consumer that decides, and the partition that gives it most to do.

    member: its place among the group's members, or behind them for one that would be new, or NOBODY
    for a partition that no member owns; member_id and client_id are empty for both of these.
    partitions: how many it owns. capacity_per_s may be NaN.
    """

    member: int
    member_id: str
    client_id: str
    partitions: int
    topic: str
    partition: int
    partition_per_s: float
    produced_per_s: float
    capacity_per_s: float


@dataclass(frozen=True, slots=True, eq=False)
class Outlook:
    """One column of a what-if.

    members, idle: how many there are and how many own nothing; partitions_low, partitions_high: the
    fewest and the most that one of the others owns. drain_s: infinity is never, NaN unknown.
    lag_curve_messages (float64[K]): the lag at `WhatIf.curve_s`; lag_1h_messages: in an hour.
    """

    members: int
    idle: int
    partitions_low: int
    partitions_high: int
    drain_s: float
    limit: Limit | None
    lag_1h_messages: float
    lag_curve_messages: Floats


@dataclass(frozen=True, slots=True, eq=False)
class Scene:
    """A group's load with owners, what each may do, and what happens from now on.

    reader (int64[P]): place of the backlog that a partition belongs to: its owner's, or one of its
    own behind those if nobody owns it. produce: times what is produced now.
    """

    load: GroupLoad
    owner: Codes
    reader: Codes
    backlogs: Backlogs
    course: Course
    members: int
    produce: float

    def drain_s(self) -> float:
        """The slowest decides; never if one never ends, else unknown if one is not known."""
        seconds = self.backlogs.drain_s(self.course)
        if np.isinf(seconds).any():
            return np.inf
        return float(seconds.max()) if len(seconds) else 0.0

    def outlook(self, times: Floats) -> Outlook:
        """The answer, with the lag at `times` (float64[K], seconds from now)."""
        owned = np.bincount(self.owner[self.owner != NOBODY], minlength=self.members)
        busy = owned[owned > 0]
        lag = self.backlogs.total_at(np.append(times, HOUR_S), self.course)
        return Outlook(
            members=self.members,
            idle=self.members - len(busy),
            partitions_low=int(busy.min()) if len(busy) else 0,
            partitions_high=int(busy.max()) if len(busy) else 0,
            drain_s=self.drain_s(),
            limit=self.limit(),
            lag_1h_messages=float(lag[-1]),
            lag_curve_messages=lag[:-1],
        )

    def limit(self) -> Limit | None:
        """Who decides; None if everybody keeps up."""
        seconds, backlogs = self.backlogs.drain_s(self.course), self.backlogs
        never, unknown = np.isinf(seconds), np.isnan(seconds)
        if never.any():
            short = backlogs.produced - backlogs.capacity
            at = int(np.argmax(np.where(never, short, -np.inf)))
        elif unknown.any():
            at = int(np.argmax(unknown))
        elif (seconds > 0).any():
            at = int(np.argmax(seconds))
        else:
            return None
        return self._limit(at)

    def _limit(self, at: int) -> Limit:
        load, mine = self.load, np.flatnonzero(self.reader == at)
        heaviest = np.lexsort((load.lag[mine], np.nan_to_num(load.produced[mine])))
        hottest = mine[heaviest[-1]]
        is_known = at < min(self.members, len(load.members))
        return Limit(
            member=at if at < self.members else NOBODY,
            member_id=load.members[at].member_id if is_known else "",
            client_id=load.members[at].client_id if is_known else "",
            partitions=len(mine),
            topic=load.topics[load.topic[hottest]],
            partition=int(load.number[hottest]),
            partition_per_s=float(load.produced[hottest]) * self.produce,
            produced_per_s=float(self.backlogs.produced[at]),
            capacity_per_s=float(self.backlogs.capacity[at]),
        )


def scene(load: GroupLoad, owner: Codes, ability: Ability, change: Change, course: Course) -> Scene:
    """The group as it would be; `owner` (int32[P]) are places in `ability`, or NOBODY."""
    members, alone = len(ability.per_s), owner == NOBODY
    reader = np.where(alone, members - 1 + np.cumsum(alone), owner)
    others = _by_hand(load, alone)
    per_s = np.append(ability.per_s, others.per_s) * change.power
    at_least = np.append(ability.at_least, others.at_least)
    lag, produced = _sums(load, reader, len(per_s))
    backlogs = Backlogs(lag, produced * change.produce, per_s)
    too_much = at_least & np.isinf(backlogs.drain_s(course))
    per_s = np.where(too_much, np.nan, per_s)
    backlogs = Backlogs(lag, produced * change.produce, per_s)
    return Scene(load, owner, reader.astype(np.int32), backlogs, course, members, change.produce)


def _by_hand(load: GroupLoad, alone: Flags) -> Ability:
    """What is done about each partition that no member owns: consumers may choose theirs by hand.

    Where nothing is, that is all that will be; what a member gives up is read by nobody.
    """
    does = np.where(load.owner == NOBODY, load.consumed, 0.0)[alone]
    keeps_up = ~load.behind[alone] & (does > 0)
    return Ability(np.where(keeps_up, np.fmax(does, load.produced[alone]), does), keeps_up)


def _sums(load: GroupLoad, reader: Codes, count: int) -> tuple[Floats, Floats]:
    """Lag and produce rate of each reader: sums of what is known, NaN where nothing is."""
    known = load.known
    some = np.bincount(reader, minlength=count) > 0
    nothing = some & (np.bincount(reader, known, count) == 0)
    lag, produced = (
        np.bincount(reader, np.where(known, values, 0.0), count)
        for values in (load.lag, load.produced)
    )
    return np.where(nothing, np.nan, lag), np.where(nothing, np.nan, produced)
