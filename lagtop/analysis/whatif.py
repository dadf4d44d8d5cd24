"""What if there were more consumers, or faster ones, or more to read: the answer for one group.

The members get what Kafka's own assignor would give them, each works off its own partitions, and
the slowest decides; never total lag over total rate (0.15 to 0.83 times the truth where the load
is skewed). It is not monotone: a consumer more can make it longer, since no assignor looks at load.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from lagtop.analysis.assignors import (
    ASSIGNORS,
    Assignor,
    Seats,
    cooperative_sticky,
    most_useful,
    tied,
)
from lagtop.analysis.change import Change
from lagtop.analysis.fluid import Course
from lagtop.analysis.members import GroupLoad, group_load
from lagtop.analysis.needed import Needed, consumers_needed
from lagtop.analysis.outlook import HOUR_S, Outlook, Scene, scene
from lagtop.analysis.repartition import repartitioned
from lagtop.analysis.report import Report
from lagtop.analysis.sentences import Told, sentences
from lagtop.snapshot import NOBODY, Codes, Floats

CURVE_POINTS = 60
SHORTEST_CURVE_S = 60.0
BEYOND_THE_END = 1.25
"""The curve goes on for a while after the lag is gone."""

SHARED_GROUPS = "share"
"""Members of a share group share partitions (KIP-932): more of them is simply more."""

NOT_MODELLED = "no member of a share group owns a partition: nothing here is reckoned for it"


@dataclass(frozen=True, slots=True, eq=False)
class WhatIf:
    """What a group does now and what it would do then.

    curve_s (float64[CURVE_POINTS]): seconds from now, for `Outlook.lag_curve_messages`.
    about: Kafka decides by what nobody can foresee.
    missing: partitions whose lag or rate is unknown, left out. words: sentences for people.
    """

    now: Outlook
    then: Outlook
    curve_s: Floats
    needed: Needed
    about: bool
    missing: int
    words: tuple[str, ...]


def what_if(report: Report, group: int, change: Change) -> WhatIf:
    """The answer for the group in a row of `Report.groups`."""
    load = group_load(report, group)
    if load.group.type == SHARED_GROUPS:
        return _not_modelled(load)
    assignor, is_certain = _assignor(load)
    grown = repartitioned(load, change.partitions_factor)
    count = max(0, len(load.members) + change.add_members)
    moves = count != len(load.members) or grown is not load
    owner = _dealt(grown, assignor, count) if moves else load.owner
    course = Course(change.pause_s if moves else 0.0, change.spike_factor, change.spike_s)
    now = scene(load, load.owner, load.ability, Change(), Course())
    then = scene(grown, owner, grown.ability.and_more(count, grown.newcomer), change, course)
    seats = _seats(grown)
    guessed = not is_certain or count < len(load.members) or tied(assignor, seats, max(1, count))
    told = Told(
        load=grown,
        change=change,
        scene=then,
        useful=most_useful(assignor, seats),
        about=moves and guessed,
        is_certain=is_certain or not moves,
        is_longer=_is_longer(load, then, change),
    )
    return _answer(now, then, told, consumers_needed(grown, seats, assignor, change))


def _answer(now: Scene, then: Scene, told: Told, needed: Needed) -> WhatIf:
    curve_s = _curve_s(now.drain_s(), then.drain_s())
    return WhatIf(
        now=now.outlook(curve_s),
        then=then.outlook(curve_s),
        curve_s=curve_s,
        needed=needed,
        about=told.about,
        missing=int((~told.load.known).sum()),
        words=sentences(told),
    )


def _not_modelled(load: GroupLoad) -> WhatIf:
    curve_s = _curve_s(0.0)
    unknown = Outlook(
        members=len(load.members),
        idle=0,
        partitions_low=0,
        partitions_high=0,
        drain_s=np.nan,
        limit=None,
        lag_1h_messages=np.nan,
        lag_curve_messages=np.full(CURVE_POINTS, np.nan),
    )
    return WhatIf(
        now=unknown,
        then=unknown,
        curve_s=curve_s,
        needed=Needed(None, NOT_MODELLED, is_known=False),
        about=False,
        missing=0,
        words=(NOT_MODELLED,),
    )


def _assignor(load: GroupLoad) -> tuple[Assignor, bool]:
    """The group's assignor, and whether Kafka named it and it is known here."""
    usual = "uniform" if load.group.type == "consumer" else "range"
    named = load.group.assignor
    return ASSIGNORS.get(named or usual, cooperative_sticky), named in ASSIGNORS


def _seats(load: GroupLoad) -> Seats:
    dealt = load.dealt
    ids = tuple(member.member_id for member in load.members)
    return Seats(load.topic[dealt], load.number[dealt], load.owner[dealt], ids)


def _dealt(load: GroupLoad, assignor: Assignor, count: int) -> Codes:
    """Who owns what when the assignor has dealt it out to `count` members."""
    owner = np.full(len(load.owner), NOBODY, np.int32)
    if count:
        owner[load.dealt] = assignor(_seats(load), count)
    return owner


def _is_longer(load: GroupLoad, then: Scene, change: Change) -> bool:
    """Whether the same without new consumers would be over sooner, rebalance aside."""
    if change.add_members <= 0 or then.load is not load:
        return False
    same = scene(load, load.owner, load.ability, change, Course())
    moved = Scene(
        then.load, then.owner, then.reader, then.backlogs, Course(), then.members, then.produce
    )
    return moved.drain_s() > same.drain_s() * 1.01


def _curve_s(*drains_s: float) -> Floats:
    ends = [drain_s * BEYOND_THE_END if np.isfinite(drain_s) else HOUR_S for drain_s in drains_s]
    end = min(HOUR_S, max(SHORTEST_CURVE_S, *ends))
    return np.linspace(0.0, end, CURVE_POINTS)
