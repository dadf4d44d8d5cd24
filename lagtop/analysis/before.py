"""What was written at this time of day before: a spike that comes every day is no accident.

Brokers tell up to where a log had come at a moment, by the times of its records (ListOffsets). That
is asked for groups that get far more than usual, and for them alone: a few moments around this time
yesterday and a week ago, of each partition once a spike. The fastest STEP_S of them counts, since
what comes every day does not come on the second. Record times are the producers' own (CreateTime)
and may lie; where the log does not reach back so far, or is compacted, nothing is known.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np

from lagtop.analysis.layout import GONE, positions
from lagtop.analysis.words import plural
from lagtop.snapshot import NO_RECORD, UNKNOWN, Ints, Snapshot, TimeAnswer, TimeQuestion

DAY_S = 86_400.0
DAYS_AGO = (1, 7)
STEP_S = 300.0
STEPS = (-2, -1, 0, 1, 2)
ONE_SPIKE_S = 900.0
"""So long what was learnt of a spike holds; then one that goes on is asked about again."""

TOGETHER_S = 60.0
"""Spikes of groups that read the same begin within this, and are asked about once."""

MOST_GROUPS = 10
MOST_PARTITIONS = 200
MOST_QUESTIONS = 200
MOST_TRIES = 2

NOT_TOLD = "brokers were not asked, or have not answered yet"

Place = tuple[str, int]
"""Topic and partition."""


@dataclass(frozen=True, slots=True)
class Then:
    """What was written for a group some days ago at this time, messages per second.

    It is the most over STEP_S within 10 minutes; NaN where unknown, and `reason` says why.
    """

    days_ago: int
    per_s: float
    reason: str = ""


@dataclass(slots=True)
class _Spike:
    """A group's spike: when it was first seen, and of each partition what brokers have told.

    why_not: why they are not asked.
    """

    at: float
    places: list[Place]
    why_not: str = ""
    offsets: dict[TimeQuestion, int] = field(default_factory=dict)

    def questions(self, days_ago: int) -> list[list[TimeQuestion]]:
        """The moments around this time of that day, for each partition."""
        base = self.at - days_ago * DAY_S
        moments = [round((base + step * STEP_S) * 1000) for step in STEPS]
        return [[TimeQuestion(*place, moment) for moment in moments] for place in self.places]

    def missing(self) -> list[TimeQuestion]:
        """What is not known yet, yesterday's first."""
        every = (row for days in DAYS_AGO for row in self.questions(days))
        return [one for row in every for one in row if one not in self.offsets]


class Before:
    """The spikes of one cluster's groups, by name: what to ask about them, and what is known."""

    def __init__(self) -> None:
        self._spikes: dict[str, _Spike] = {}
        self._tries: dict[TimeQuestion, int] = {}

    def follow(self, snapshot: Snapshot, spiking: Sequence[int]) -> Mapping[int, tuple[Then, ...]]:
        """What is known of groups that spike or did of late, by row; `spiking` are those that do.

        The first MOST_GROUPS of them are asked about.
        """
        if not spiking and not self._spikes:  # of most clusters always
            return {}
        now, rows = snapshot.captured_at, {g.name: row for row, g in enumerate(snapshot.groups)}
        self._spikes = {
            name: one
            for name, one in self._spikes.items()
            if name in rows and now - one.at < ONE_SPIKE_S
        }
        for row in spiking:
            name = snapshot.groups[row].name
            if name not in self._spikes and len(self._spikes) < MOST_GROUPS:
                places = _places(snapshot, row)
                at = now - now % TOGETHER_S
                self._spikes[name] = _Spike(at, places, _why_not(snapshot, places))
        wanted = self._wanted()
        self._tries = {one: tries for one, tries in self._tries.items() if one in wanted}
        return {rows[name]: _told(one, snapshot) for name, one in self._spikes.items()}

    def questions(self) -> list[TimeQuestion]:
        """What to ask next: one question a partition."""
        asked: dict[Place, TimeQuestion] = {}
        for one in self._wanted():
            place = (one.topic, one.partition)
            if len(asked) == MOST_QUESTIONS:
                break
            if place not in asked and self._tries.get(one, 0) < MOST_TRIES:
                asked[place] = one
                self._tries[one] = self._tries.get(one, 0) + 1
        return list(asked.values())

    def learn(self, answers: Iterable[TimeAnswer]) -> list[TimeAnswer]:
        """Take in the answers to such questions; gives the others."""
        wanted, others = self._wanted(), []
        for answer in answers:
            if answer.question not in wanted:
                others.append(answer)
                continue
            for spike in self._spikes.values():
                spike.offsets[answer.question] = answer.offset
        return others

    def _wanted(self) -> dict[TimeQuestion, None]:
        """What is not known yet, in the order in which it is to be asked."""
        return {
            one: None
            for spike in self._spikes.values()
            if not spike.why_not
            for one in spike.missing()
        }


def _places(snapshot: Snapshot, group: int) -> list[Place]:
    """The partitions that a group reads."""
    partitions, commits = snapshot.partitions, snapshot.commits
    at = commits.partition[commits.group == group]
    topics = (partitions.topics[topic] for topic in partitions.topic[at].tolist())
    return list(zip(topics, partitions.index[at].tolist(), strict=True))


def _why_not(snapshot: Snapshot, places: Sequence[Place]) -> str:
    """Why brokers could not tell, or should not be asked; empty where they are to be."""
    compacted = sorted(name for name in dict(places) if _is_compacted(snapshot, name))
    if compacted:
        return f"{compacted[0]} is compacted: what was written then is no longer all there"
    many = f"{plural(len(places), 'partition')} are too many to ask about"
    return many if len(places) > MOST_PARTITIONS else ""


def _is_compacted(snapshot: Snapshot, topic: str) -> bool:
    config = snapshot.configs.get(topic)
    return config is not None and "compact" in config.cleanup_policy


def _told(spike: _Spike, snapshot: Snapshot) -> tuple[Then, ...]:
    """What is known of each day."""
    if spike.why_not:
        return tuple(Then(days, np.nan, spike.why_not) for days in DAYS_AGO)
    start, end = _bounds(snapshot, spike.places)
    return tuple(_of_day(spike, days, start, end) for days in DAYS_AGO)


def _bounds(snapshot: Snapshot, places: Sequence[Place]) -> tuple[Ints, Ints]:
    """Where the logs of these partitions begin and end, UNKNOWN where that is not known."""
    partitions = snapshot.partitions
    codes = {name: code for code, name in enumerate(partitions.topics)}
    keys = partitions.topic.astype(np.int64) << 32 | partitions.index
    wanted = np.array([codes.get(topic, -1) << 32 | index for topic, index in places], np.int64)
    at = positions(keys, wanted)
    start, end = (
        np.where(at == GONE, UNKNOWN, np.append(offsets, UNKNOWN)[at])
        for offsets in (partitions.log_start, partitions.log_end)
    )
    return start, end


def _of_day(spike: _Spike, days: int, start: Ints, end: Ints) -> Then:
    """The most that was written within a step of that day, if all partitions tell."""
    told = [[spike.offsets.get(one) for one in row] for row in spike.questions(days)]
    if not told or any(offset is None for row in told for offset in row) or (start < 0).any():
        return Then(days, np.nan, NOT_TOLD)
    offsets = np.array(told, np.int64)
    reached = np.where(offsets == NO_RECORD, end[:, None], offsets)
    is_cut = (start > 0) & (reached[:, 0] <= start)
    if is_cut.any() or not reached[:, -1].any():
        return Then(days, np.nan, "its records do not reach back so far")
    written = np.maximum(np.diff(reached, axis=1), 0).sum(axis=0)
    return Then(days, float(written.max()) / STEP_S)
