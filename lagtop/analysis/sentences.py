"""What a what-if says in words: who decides, who is idle, and what was taken for granted."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from lagtop.analysis.change import Change
from lagtop.analysis.members import GroupLoad
from lagtop.analysis.outlook import Limit, Scene
from lagtop.analysis.words import plural, rate
from lagtop.snapshot import NOBODY


@dataclass(frozen=True, slots=True, eq=False)
class Told:
    """What the sentences are about: the load and the scene as they would be then.

    useful: members beyond it are idle. about: ties that nobody can foresee decide; is_certain: the
    assignor is one of Kafka's; is_longer: more consumers make it longer.
    """

    load: GroupLoad
    change: Change
    scene: Scene
    useful: int
    about: bool
    is_certain: bool
    is_longer: bool


def sentences(told: Told) -> tuple[str, ...]:
    """Without a full stop, the most telling first."""
    return (
        *_who_decides(told),
        *_who_works(told),
        *_what_is_assumed(told),
        *_what_is_unknown(told),
    )


def _who_decides(told: Told) -> Iterator[str]:
    limit = told.scene.limit()
    if limit is not None:
        yield f"{_name(told, limit)} decides: {_pace(limit)}"
    if told.is_longer:
        yield "more consumers make it longer here: partitions with much to do land together"


def _name(told: Told, limit: Limit) -> str:
    partition = f"{limit.topic} partition {limit.partition}"
    if limit.member == NOBODY:
        return f"{partition}, which no member owns,"
    new = limit.member - len(told.load.members) + 1
    who = limit.client_id or limit.member_id or f"new member {new}"
    only = limit.partitions == 1
    return f"{who} with {partition} alone" if only else f"{who} with {partition} and others"


def _pace(limit: Limit) -> str:
    return f"{rate(limit.produced_per_s)} in, {rate(limit.capacity_per_s)} out"


def _who_works(told: Told) -> Iterator[str]:
    owner, members = told.scene.owner, told.scene.members
    owned = np.bincount(owner[owner != NOBODY], minlength=members)
    busy = owned[owned > 0]
    if not members:
        yield "nobody reads"
        return
    few, many = (int(busy.min()), int(busy.max())) if len(busy) else (0, 0)
    share = plural(many, "partition") if few == many else f"{few} to {many} partitions"
    yield f"{plural(members, 'member')}, {share} each; {members - len(busy):,} idle"
    if members > told.useful:
        yield f"more than {plural(told.useful, 'member')} cannot share these partitions"


def _what_is_assumed(told: Told) -> Iterator[str]:
    if told.about:
        yield "about: Kafka decides who gets which partition by ids that are not known yet"
    if not told.is_certain:
        named = told.load.group.assignor or "not named"
        yield f"the assignor is {named}: reckoned as one of Kafka's own"
    if told.change.add_members < 0:
        yield "who leaves is not known: the last by name are taken"
    if told.change.partitions_factor > 1:
        yield "new partitions share the load evenly, but a hot key stays on one of them"


def _what_is_unknown(told: Told) -> Iterator[str]:
    guessed = int(told.load.ability.at_least.sum())
    if guessed:
        yield "no member was behind: what one can do is at least what it does now"
    missing = int((~told.load.known).sum())
    if missing:
        yield f"{plural(missing, 'partition')} of unknown lag or rate left out"
