"""How many consumers a group needs so that each keeps up with a margin."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from lagtop.analysis.assignors import Assignor, Seats, most_useful
from lagtop.analysis.change import Change
from lagtop.analysis.members import Ability, GroupLoad
from lagtop.analysis.words import enough_times, rate
from lagtop.snapshot import NOBODY

EACH_TRIED = 200_000
"""Every number of consumers is tried while numbers times partitions are no more than this."""

ROUNDING = 1e-9


@dataclass(frozen=True, slots=True)
class Needed:
    """The smallest number of consumers that is enough, or None and why.

    is_known: whether it could be reckoned; None means that no number is enough then.
    """

    consumers: int | None
    reason: str = ""
    is_known: bool = True


def consumers_needed(load: GroupLoad, seats: Seats, assignor: Assignor, change: Change) -> Needed:
    """The smallest n with sum(produced) (1 + margin) <= capacity for every member.

    Consumers that are left keep their capacity; the last by name go first.
    """
    produced = np.nan_to_num(load.produced[load.dealt]) * change.produce
    if len(produced) and not load.known.any():
        return _not_known("nobody has seen yet what is produced")
    ability = _may(load.ability.and_more(len(load.members) + 1, load.newcomer), change)
    best = _best(ability)
    if not len(produced) or not produced.sum():
        return Needed(1 if len(produced) else 0)
    if np.isnan(best) or load.newcomer.at_least[0]:
        return _not_known(_unseen(load))
    hottest = int(np.argmax(produced))
    if produced[hottest] > best * (1 + ROUNDING):
        return Needed(None, alone(load, hottest, produced[hottest], best))

    def is_enough(count: int) -> bool:
        stays = count == len(load.members) and bool((seats.owner != NOBODY).all())
        owner = seats.owner if stays else assignor(seats, count)
        member_gets = np.bincount(owner, produced, count)
        may = _may(load.ability.and_more(count, load.newcomer), change).per_s
        return bool((member_gets <= may * (1 + ROUNDING)).all())

    least = max(1, int(np.ceil(produced.sum() / best * (1 - ROUNDING))))
    found = _smallest(is_enough, least, most_useful(assignor, seats), len(produced))
    if found is None:
        return Needed(None, "no number of consumers is enough as Kafka deals the partitions out")
    return Needed(found)


def alone(load: GroupLoad, dealt: int, produced: float, best: float) -> str:
    """Why no number of consumers is enough: one partition is too much for any of them."""
    at = np.flatnonzero(load.dealt)[dealt]
    name = f"{load.topics[load.topic[at]]} partition {load.number[at]}"
    rates = f"{rate(produced)} in, {rate(best)} out at most"
    faster = f"needs {enough_times(produced / best)} speed, or its key split" if best else ""
    return f"{name} alone: {rates}: {faster or 'nobody reads'}"


def _may(ability: Ability, change: Change) -> Ability:
    return Ability(ability.per_s * change.power, ability.at_least)


def _best(ability: Ability) -> float:
    known = ability.per_s[~np.isnan(ability.per_s)]
    return float(known.max()) if len(known) else np.nan


def _not_known(reason: str) -> Needed:
    return Needed(None, f"not known: {reason}", is_known=False)


def _unseen(load: GroupLoad) -> str:
    if not len(load.members):
        return "Kafka knows no member of this group"
    least = load.newcomer.per_s[0]
    said = "" if np.isnan(least) else f": one can do {rate(least)} or more"
    return f"no member was behind, so none showed what it can do{said}"


def _smallest(
    is_enough: Callable[[int], bool], least: int, most: int, partitions: int
) -> int | None:
    """The smallest number from `least` to `most` that is enough, None if none is.

    Each is tried where partitions are few. Where they are many, steps grow until one is enough, and
    the last step is halved: one less is not enough then, though a smaller one may happen to be.
    """
    if (most - least) * partitions <= EACH_TRIED:
        return next(filter(is_enough, range(least, most + 1)), None)
    low, step = least - 1, 1
    while not is_enough(high := min(low + step, most)):
        if high == most:
            return None
        low, step = high, 2 * step
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (low, middle) if is_enough(middle) else (middle, high)
    return high
