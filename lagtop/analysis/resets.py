"""Which committed offsets somebody may have set by hand, instead of reading that far.

Kafka takes a commit from outside, as kafka-consumer-groups --reset-offsets makes it, only while a
group is empty. So an offset that moves is read for sure where a member was there before and after.
Who was in the group between two looks nobody knows: a consumer may have come, read and gone, or one
that assign()s itself may use the group's name. A group that no member ever joined, whose protocol
type is "", is read by such consumers alone; resets of it cannot be told from that.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np

from lagtop.analysis.loners import Loners
from lagtop.analysis.report import Flags
from lagtop.snapshot import CONSUMER, NO_GAP, Floats, Ints, Member, Snapshot

STEPS = 2.0
"""A member that has left meanwhile may have committed so many of its usual steps before."""

EMPTY_STATES = frozenset({"Empty", "Dead", ""})
NEVER_TOLD = frozenset({"unauthorized", "unsupported"})
"""Gaps of groups whose members nobody will tell: that they are not empty must do."""

NOBODY_KNOWN = ""


@dataclass(frozen=True, slots=True, eq=False)
class _Seats:
    """Who was there: members by group and id, and the groups that have some.

    A static member (group.instance.id) gets a new id when it restarts, and keeps its seat.

    hidden: groups that have members which nobody tells. filled (bool[G]): by row.
    """

    members: tuple[Member, ...] = ()
    hidden: frozenset[str] = frozenset()
    taken: frozenset[tuple[str, str]] = frozenset()
    groups: frozenset[str] = frozenset()
    filled: Flags = field(default_factory=lambda: np.zeros(0, np.bool_))

    def kept(self, then: _Seats, snapshot: Snapshot) -> Flags:
        """Which groups (bool[G]) have a member that was there then too."""
        if self is then:
            return self.filled.copy()
        stayed = _groups(self.taken & then.taken)
        return np.array([one.name in stayed for one in snapshot.groups], np.bool_)


class Resets:
    """Remembers who was in which group at the last poll."""

    def __init__(self) -> None:
        self._seats = self._last = _Seats()
        self._loners = Loners()

    def rows(self, snapshot: Snapshot, before: Ints, step: Floats) -> Ints:
        """The rows (int64[k]) that went on further than their group's members surely read.

        before (int64[N]): each row's last committed offset, negative where it was not known.
        step (float64[N]): how far a commit usually goes, NaN unknown.
        """
        silent = [row for row, one in enumerate(snapshot.groups) if one.gap is not NO_GAP]
        then, now = self._seats, _seats(snapshot, silent, self._seats)
        self._last, self._seats = then, now
        sure = now.kept(then, snapshot)
        for row in silent:
            one = snapshot.groups[row]
            sure[row] &= one.gap == NO_GAP or one.name in now.hidden
        group, committed = snapshot.commits.group, snapshot.commits.committed
        rows = np.flatnonzero((before >= 0) & (committed > before) & ~sure[group])
        joined, had = _known(snapshot, np.unique(group[rows]).tolist(), then.groups)
        usual = np.where(had[group[rows]], STEPS * np.nan_to_num(step[rows]), 0.0)
        leapt = rows[joined[group[rows]] & (committed[rows] - before[rows] > usual)]
        return self._loners.others(snapshot, leapt, self.empty(snapshot, leapt))

    def empty(self, snapshot: Snapshot, rows: Ints) -> Ints:
        """Those of some rows (int64[j]) in whose groups nobody was, now and at the poll before."""
        group = snapshot.commits.group[rows]
        some = [(row, snapshot.groups[row]) for row in np.unique(group).tolist()]
        left = self._last.groups
        alone = [
            row for row, one in some
            if one.state == "Empty" and one.gap == NO_GAP and one.name not in left
        ]
        return rows[np.isin(group, alone)]


def _known(snapshot: Snapshot, some: list[int], filled: frozenset[str]) -> tuple[Flags, Flags]:
    """Of some groups whether anybody ever joined, and whether there were members: bool[G] each."""
    joined, had = np.zeros((2, len(snapshot.groups)), np.bool_)
    for row in some:
        one = snapshot.groups[row]
        joined[row], had[row] = one.protocol_type == CONSUMER, one.name in filled
    return joined, had


def _seats(snapshot: Snapshot, silent: list[int], last: _Seats) -> _Seats:
    groups = snapshot.groups
    hidden = frozenset(
        groups[row].name
        for row in silent
        if groups[row].gap.code in NEVER_TOLD and groups[row].state not in EMPTY_STATES
    )
    # No two tuples without members are told apart: their groups may be others.
    if snapshot.members and snapshot.members is last.members and hidden == last.hidden:
        return last
    seats = ((one.group, one.instance_id or one.member_id) for one in snapshot.members)
    seated = {(groups[row].name, who) for row, who in seats}
    taken = frozenset(seated.union((name, NOBODY_KNOWN) for name in hidden))
    names = _groups(taken)
    filled = np.array([one.name in names for one in groups], np.bool_)
    return _Seats(snapshot.members, hidden, taken, names, filled)


def _groups(taken: frozenset[tuple[str, str]]) -> frozenset[str]:
    return frozenset(name for name, _ in taken)
