"""What one group's members have to do and can do: the model behind what-if.

A member's backlog is gone after sum(lag) / (capacity - sum(produced)), in whatever order it serves
its partitions. What a member can do shows only while it is behind.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from lagtop.analysis.lag import as_floats, empty_logs
from lagtop.analysis.report import Flags, PartitionRows, Report, Trend
from lagtop.analysis.verdicts import Verdict
from lagtop.snapshot import NOBODY, Codes, Floats, Group, Ints, Member

BEHIND_S = 5.0
"""A partition is behind when its base lag is more than is produced in this time."""

MEMBER_BEHIND_S = 1.0
"""And its member with it, when that is more than all its partitions get in this time."""

CONTROL_RECORD = 1
"""The lag that an idle transactional topic keeps for ever: its last control record."""


@dataclass(frozen=True, slots=True, eq=False)
class Ability:
    """What each of n consumers can read: float64[n], messages per second, NaN unknown.

    at_least (bool[n]): it was never seen behind, and may be able to do more.
    """

    per_s: Floats
    at_least: Flags

    def and_more(self, count: int, newcomer: Ability) -> Ability:
        """The first `count` consumers, or all of them and as many like the newcomer."""
        fill = max(0, count - len(self.per_s))
        return Ability(
            np.append(self.per_s[:count], np.repeat(newcomer.per_s, fill)),
            np.append(self.at_least[:count], np.repeat(newcomer.at_least, fill)),
        )

    def of(self, which: Flags | Ints) -> Ability:
        """Those of some consumers."""
        return Ability(self.per_s[which], self.at_least[which])


@dataclass(frozen=True, slots=True, eq=False)
class GroupLoad:
    """One group's members and its partitions in the order of topic name and number.

    members: M of them, as Kafka sorts them. topic (int32[P]): place in `topics`; number (int32[P]);
    owner (int32[P]): place in `members` or NOBODY; lag (float64[P]): base lag in messages;
    produced, consumed (float64[P]): messages per second. NaN is unknown.
    behind (bool[P]): there is a backlog, and whoever reads it does what it can.
    ability: the M members'; newcomer: that of one consumer more.
    """

    group: Group
    members: tuple[Member, ...]
    topics: tuple[str, ...]
    topic: Codes
    number: Codes
    owner: Codes
    lag: Floats
    produced: Floats
    consumed: Floats
    behind: Flags
    ability: Ability
    newcomer: Ability

    @property
    def known(self) -> Flags:
        """Where lag and produce rate are known, bool[P]."""
        return ~np.isnan(self.lag + self.produced)

    @property
    def dealt(self) -> Flags:
        """What the assignor deals out: all of the topics that some member reads, bool[P].

        All there is, while nobody owns anything: who reads what is not known then.
        """
        owned = self.owner != NOBODY
        if not owned.any():
            return np.ones(len(owned), np.bool_)
        return np.isin(self.topic, self.topic[owned])


def group_load(report: Report, group: int) -> GroupLoad:
    """The load of the group in a row of `Report.groups`."""
    rows = report.partitions
    row = _rows_of(report, group)
    topics = tuple(sorted({report.topics[topic] for topic in rows.topic[row].tolist()}))
    place = {name: at for at, name in enumerate(topics)}
    seats = _members_of(report, group)
    seat_of = np.full(len(report.members) + 1, NOBODY, np.int32)
    seat_of[seats] = np.arange(len(seats))
    owner = seat_of[rows.member[row]]
    produced, lag = rows.produced_per_s[row], _lag(rows, row)
    consumed = np.where(rows.trend[row] == Trend.STALLED, 0.0, rows.consumed_per_s[row])
    behind = _behind(lag, produced, owner)
    is_read = (owner != NOBODY) | (consumed > 0)
    ability, newcomer = _abilities(owner, produced, consumed, behind, len(seats))
    return GroupLoad(
        group=report.group_facts[group],
        members=tuple(report.members[seat] for seat in seats),
        topics=topics,
        topic=np.array([place[report.topics[t]] for t in rows.topic[row].tolist()], np.int32),
        number=rows.partition[row],
        owner=owner,
        lag=np.where(behind | np.isnan(lag) | ~is_read, lag, 0.0),
        produced=produced,
        consumed=consumed,
        behind=behind,
        ability=ability,
        newcomer=newcomer,
    )


def _rows_of(report: Report, group: int) -> Ints:
    """The group's rows by topic name and number, without what was deleted."""
    rows = report.partitions
    row = np.arange(rows.starts[group], rows.starts[group + 1])
    row = row[rows.verdict[row] != Verdict.DELETED]
    by_name = np.zeros(len(report.topics), np.int64)
    read = sorted(np.unique(rows.topic[row]).tolist(), key=lambda topic: report.topics[topic])
    by_name[read] = np.arange(len(read))
    order = np.lexsort((rows.partition[row], by_name[rows.topic[row]]))
    return np.asarray(row[order], np.int64)


def _members_of(report: Report, group: int) -> list[int]:
    """The rows of the group's members as Kafka's assignors sort them: static ones first."""
    mine = [at for at, member in enumerate(report.members) if member.group == group]

    def rank(at: int) -> tuple[bool, str, str]:
        member = report.members[at]
        return not member.instance_id, member.instance_id, member.member_id

    return sorted(mine, key=rank)


def _lag(rows: PartitionRows, row: Ints) -> Floats:
    """Base lag, raw lag where there is none; 0 where there is nothing to read at all."""
    base, raw = rows.base_lag_messages[row], as_floats(rows.lag_messages[row])
    return np.where(empty_logs(rows)[row], 0.0, np.where(np.isnan(base), raw, base))


def _behind(lag: Floats, produced: Floats, owner: Codes) -> Flags:
    """Where there is more than is in flight; for a member's partition, if it matters to it."""
    behind = np.asarray(lag > np.fmax(BEHIND_S * produced, CONTROL_RECORD))
    mine = owner != NOBODY
    backlog = np.bincount(owner[mine], np.where(behind, lag, 0.0)[mine])
    inflow = np.bincount(owner[mine], np.nan_to_num(produced[mine]))
    matters = backlog > MEMBER_BEHIND_S * inflow
    behind[mine] &= matters[owner[mine]]
    return behind


def _abilities(
    owner: Codes, produced: Floats, consumed: Floats, behind: Flags, members: int
) -> tuple[Ability, Ability]:
    """What each member can do, and what one more could, if it is like the others.

    A member that is behind does what it can; one that keeps up can do as much as the median of
    those, or at least as much as it does and gets. One that does nothing at all is no measure for
    others.
    """
    mine = owner != NOBODY
    does = np.where(np.isnan(consumed) & ~behind, produced, consumed)
    done, keeps_up_with = (
        np.bincount(owner[mine], np.nan_to_num(values[mine]), members)
        for values in (does, produced)
    )
    some = np.bincount(owner[mine], ~np.isnan(does[mine]), members) > 0
    least = np.where(some, np.fmax(done, keeps_up_with), np.nan)
    unseen = np.bincount(owner[mine], (behind & np.isnan(does))[mine], members) > 0
    measured = (np.bincount(owner[mine], behind[mine], members) > 0) & ~unseen
    typical = done[measured & (done > 0)]
    guess = float(np.median(typical)) if len(typical) else _largest(least[~measured])
    per_s = np.where(measured, done, np.fmax(guess, np.where(unseen, np.nan, least)))
    guessed = np.array([not len(typical)])
    new = np.median(per_s[per_s > 0]) if len(typical) else guess
    return Ability(per_s, ~measured & guessed), Ability(np.array([new]), guessed)


def _largest(values: Floats) -> float:
    return float(np.nanmax(values)) if not np.isnan(values).all() else np.nan
