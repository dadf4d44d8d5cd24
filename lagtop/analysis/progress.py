"""Who has something to read, and since when it has not moved on: for a look of seconds, not hours.

Trends need to learn a group's habits first. Here a member, or the partitions of a group that nobody
owns, is simply asked: did any of your commits move while I looked? A member reads its partitions in
turns, so that one that moves on speaks for all of them.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from lagtop.analysis.report import Report
from lagtop.analysis.trend import HARMLESS_LAG
from lagtop.snapshot import NO_COMMIT, NOBODY, UNKNOWN, Floats, Ints

Key = tuple[str, str]
"""Group and member id, empty for what nobody owns."""


@dataclass(frozen=True, slots=True)
class Waiting:
    """A member that has something to read.

    still_s: for how long nothing moved; has_moved: whether it ever did; messages: what waits;
    oldest_s: for how long the oldest of it does, NaN unknown; at_most_s: no longer than that,
    infinity where nobody knows; is_deserted: the group has no member.
    """

    group: str
    still_s: float
    has_moved: bool
    messages: int
    oldest_s: float
    at_most_s: float
    is_deserted: bool


@dataclass(frozen=True, slots=True)
class _Seen:
    committed: int
    since: float
    has_moved: bool


class Progress:
    """Remembers what every member had committed when it was last seen to move."""

    def __init__(self) -> None:
        self._seen: dict[Key, _Seen] = {}
        self._waiting: list[Waiting] = []

    def push(self, report: Report) -> None:
        """Take in a report."""
        now, seen = report.captured_at, {}
        for key, committed, *_ in _units(report):
            old = self._seen.get(key)
            if old is None or old.committed != committed:
                seen[key] = _Seen(committed, now, old is not None)
            else:
                seen[key] = old
        self._seen = seen
        self.age(report)

    def age(self, report: Report) -> None:
        """Take in better ages of the same report."""
        empty = (report.groups.members == 0).tolist()
        facts = zip(report.group_facts, empty, strict=True)
        deserted = {one.name for one, has_nobody in facts if has_nobody}
        self._waiting = [
            Waiting(
                key[0], report.captured_at - self._seen[key].since, self._seen[key].has_moved,
                messages, oldest_s, at_most_s, key[0] in deserted,
            )
            for key, _, messages, oldest_s, at_most_s in _units(report)
        ]  # fmt: skip

    @property
    def waiting(self) -> list[Waiting]:
        """All that have something to read now."""
        return self._waiting

    @property
    def is_settled(self) -> bool:
        """Whether all that have something to read have moved, or cannot."""
        return all(one.has_moved or one.is_deserted for one in self._waiting)


def _units(report: Report) -> Iterator[tuple[Key, int, int, float, float]]:
    """Each member with something to read: what it committed, what waits, how long, at most."""
    rows = report.partitions
    known = rows.lag_messages != UNKNOWN
    unit = np.where(rows.member == NOBODY, len(report.members) + rows.group, rows.member)
    size = len(report.members) + len(report.group_facts)
    waits = known & (rows.lag_messages > HARMLESS_LAG)
    committed = _sums(
        unit, np.where(rows.committed_offset > NO_COMMIT, rows.committed_offset, 0), size
    )
    messages = _sums(unit, np.where(waits, rows.lag_messages, 0), size)
    oldest = _largest(unit[waits], rows.lag_s[waits], size)
    high = np.where(np.isnan(rows.lag_s_high), np.inf, rows.lag_s_high)
    at_most = _largest(unit[waits], high[waits], size)
    for code in np.flatnonzero(np.bincount(unit[waits], minlength=size)).tolist():
        figures = (int(committed[code]), int(messages[code]))
        yield _key(report, code), *figures, float(oldest[code]), float(at_most[code])


def _key(report: Report, code: int) -> Key:
    if code >= len(report.members):
        return report.group_facts[code - len(report.members)].name, ""
    member = report.members[code]
    return report.group_facts[member.group].name, member.member_id


def _sums(unit: Ints, values: Ints, size: int) -> Ints:
    sums = np.zeros(size, np.int64)
    np.add.at(sums, unit, values)
    return sums


def _largest(unit: Ints, values: Floats, size: int) -> Floats:
    """The largest known value of each, NaN where none is known."""
    largest = np.full(size, np.nan)
    np.fmax.at(largest, unit, values)
    return largest
