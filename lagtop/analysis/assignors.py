"""Who would own which partition if the group had another number of members.

The rules are those of Apache Kafka 4.3: RangeAssignor, RoundRobinAssignor and the constrained case
of AbstractStickyAssignor in the clients, RangeAssignor and UniformHomogeneousAssignmentBuilder in
the group coordinator (KIP-848). All members are taken to read the same topics, and racks (KIP-881)
are left out. None of the rules looks at load.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

import numpy as np

from lagtop.analysis.report import Flags
from lagtop.protocol.java import string_hash
from lagtop.snapshot import NOBODY, Codes, Ints

LEAST_BUCKETS = 16
"""The table of a Java HashMap has this many buckets at first, and doubles when 3/4 full."""


@dataclass(frozen=True, slots=True, eq=False)
class Seats:
    """Who owns what: P partitions ordered by topic name and number, and the members' ids.

    topic, number (int32[P]): the rank of the topic's name and the partition's number;
    owner (int32[P]): position in `ids` or NOBODY. ids: the members as Kafka sorts them.
    """

    topic: Codes
    number: Codes
    owner: Codes
    ids: tuple[str, ...]


Assignor = Callable[[Seats, int], Codes]


def ranges(seats: Seats, members: int) -> Codes:
    """Per topic a run of partitions each; the first members have one more when it does not fit."""
    place, size = _places(seats.topic)
    low, extra = np.divmod(size, members)
    longer = extra * (low + 1)
    short = extra + (place - longer) // np.maximum(low, 1)
    owner: Codes = np.where(place < longer, place // (low + 1), short).astype(np.int32)
    return owner


def round_robin(seats: Seats, members: int) -> Codes:
    """All partitions in order, dealt out like cards."""
    return (np.arange(len(seats.topic)) % members).astype(np.int32)


def sticky(seats: Seats, members: int) -> Codes:
    """Equal counts; who has too many gives up the highest numbers; the freed ones are dealt out.

    First in turn to those under the minimum, then one each to those that are at it. Where more
    members own a partition too many than may keep it, the order of Java's HashMap decides.
    """
    low, extra = divmod(len(seats.topic), members)
    owner, have = _staying(seats.owner, members)
    order = _hash_order(seats.ids, members)
    rich = order[have[order] > low][:extra]
    quota = np.full(members, low)
    quota[rich] += 1
    kept = _rank_in_owner(owner, (seats.topic, seats.number)) < quota[owner]
    kept &= owner != NOBODY
    by_id = _id_order(seats.ids, members)
    poor = by_id[have[by_id] < low]
    level = by_id[have[by_id] >= low]
    level = level[~np.isin(level, rich)] if len(rich) < extra else level[:0]
    lacking = low - have[poor]
    filled = poor[np.argsort(lacking, kind="stable")]
    return _dealt(owner, kept, np.concatenate([_in_turn(poor, lacking), level, filled]))


def cooperative_sticky(seats: Seats, members: int) -> Codes:
    """Sticky in steps: what changes hands is first given up by all, then dealt out (KIP-429)."""
    owner = _staying(seats.owner, members)[0]
    while True:
        after = sticky(replace(seats, owner=owner), members)
        revoked = (owner != NOBODY) & (after != owner)
        if not revoked.any():
            return after
        owner = np.where(revoked, NOBODY, after).astype(np.int32)


def uniform(seats: Seats, members: int) -> Codes:
    """Equal counts by the group coordinator (KIP-848); who has one more keeps it if it may.

    Who has too many gives up the last ones; each member with room takes all it lacks at once, in
    the order of Java's HashMap.
    """
    low, extra = divmod(len(seats.topic), members)
    owner, have = _staying(seats.owner, members)
    order = _hash_order(seats.ids, members)
    quota = np.full(members, low)
    quota[_with_one_more(order, have > low, extra)] += 1
    kept = _rank_in_owner(owner, (seats.number, seats.topic)) < quota[owner]
    kept &= owner != NOBODY
    lacking = np.maximum(quota - have, 0)[order]
    turn = np.where(owner == NOBODY, -1, np.argsort(order)[owner])
    return _dealt(owner, kept, np.repeat(order, lacking), turn)


ASSIGNORS: dict[str, Assignor] = {
    "range": ranges,
    "roundrobin": round_robin,
    "sticky": sticky,
    "cooperative-sticky": cooperative_sticky,
    "uniform": uniform,
}
"""By the name that Kafka gives for a group's assignor."""


def most_useful(assignor: Assignor, seats: Seats) -> int:
    """How many members can own anything: more would be idle."""
    if not len(seats.topic):
        return 0
    return int(_places(seats.topic)[1].max()) if assignor is ranges else len(seats.topic)


def tied(assignor: Assignor, seats: Seats, members: int) -> bool:
    """Whether an order that nobody can foresee decides who keeps which partition.

    `uniform` goes through hash sets of partition numbers and of random member and topic ids.
    """
    low, extra = divmod(len(seats.topic), members)
    rich = int((_staying(seats.owner, members)[1] > low).sum())
    return assignor is uniform or (assignor in (sticky, cooperative_sticky) and rich > extra > 0)


def _staying(owner: Codes, members: int) -> tuple[Codes, Ints]:
    """Owners without those who left, and how many partitions each member has."""
    stays = np.where(owner < members, owner, NOBODY)
    return stays, np.bincount(stays[stays != NOBODY], minlength=members)


def _places(topic: Codes) -> tuple[Ints, Ints]:
    """Each partition's place within its topic, and that topic's size."""
    _, start, inverse, size = np.unique(
        topic, return_index=True, return_inverse=True, return_counts=True
    )
    return np.arange(len(topic)) - start[inverse], size[inverse]


def _rank_in_owner(owner: Codes, keys: tuple[Codes, Codes]) -> Ints:
    """Each partition's place among its owner's, by the last key first."""
    order = np.lexsort((*keys, owner))
    of = owner[order]
    rank = np.empty(len(owner), np.int64)
    rank[order] = np.arange(len(owner)) - np.searchsorted(of, of)
    return rank


def _in_turn(members: Ints, lacking: Ints) -> Ints:
    """Each member as often as it lacks a partition, one at a time in turn."""
    seat = np.repeat(np.arange(len(members)), lacking)
    turn = np.arange(len(seat)) - np.repeat(np.cumsum(lacking) - lacking, lacking)
    return members[seat[np.lexsort((seat, turn))]]


def _with_one_more(order: Ints, rich: Flags, extra: int) -> Ints:
    """Who may own one more than the others: who does already, else the last in the order."""
    already = order[rich[order]][:extra]
    others = order[~rich[order]]
    return np.concatenate([already, others[len(others) - (extra - len(already)) :]])


def _dealt(owner: Codes, kept: Flags, takers: Ints, turn: Ints | None = None) -> Codes:
    """Those not kept go to the takers in order; with `turn`, by its rising values first."""
    free = np.flatnonzero(~kept)
    if turn is not None:
        free = free[np.argsort(turn[free], kind="stable")]
    dealt = owner.copy()
    dealt[free] = takers[: len(free)]
    return dealt


def _id_order(ids: Sequence[str], members: int) -> Ints:
    """The members by id; those who come are taken to come last."""
    old = sorted(range(min(len(ids), members)), key=ids.__getitem__)
    return np.array([*old, *range(len(old), members)], np.int64)


def _hash_order(ids: Sequence[str], members: int) -> Ints:
    """The members as a Java HashMap of `members` ids goes through them; new ones last."""
    old = min(len(ids), members)
    buckets = LEAST_BUCKETS
    while members > buckets * 3 // 4:
        buckets *= 2
    hashes = np.fromiter(map(_spread_hash, ids[:old]), np.int64, old)
    return np.concatenate(
        [np.argsort(hashes & (buckets - 1), kind="stable"), np.arange(old, members)]
    )


def _spread_hash(text: str) -> int:
    """The hash of a key as HashMap uses it: with its upper half mixed in."""
    value = string_hash(text)
    return value ^ (value >> 16)
