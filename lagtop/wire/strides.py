"""How far groups commit from poll to poll, and whether it is further than they use to.

Whoever resets offsets moves them far, and who is in a group is asked seldom: it is asked at once
where a group's offsets go further than ever of late.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from lagtop.snapshot import Floats, Ints
from lagtop.wire.columns import Columns

FURTHER = 2.0
FADES = 0.7
"""The share of a long way that is still usual after the next one."""


@dataclass(frozen=True, slots=True, eq=False)
class _Groups:
    """The groups of a coordinator's answers that are laid out alike.

    of (int64[S]): the group of each span; usual (float64[G]): messages in a poll.
    """

    owners: Sequence[str]
    names: tuple[str, ...]
    of: Ints
    usual: Floats

    @classmethod
    def of_answer(cls, answer: Columns, known: _Groups | None) -> _Groups:
        """Those of an answer, with what is known of them."""
        names = tuple(dict.fromkeys(answer.owners))
        place = {name: row for row, name in enumerate(names)}
        of = np.array([place[owner] for owner in answer.owners], np.int64)
        usual = dict(zip(known.names, known.usual.tolist(), strict=True)) if known else {}
        return cls(answer.owners, names, of, np.array([usual.get(name, 0.0) for name in names]))

    def sums(self, counts: Ints, values: Ints) -> Floats:
        """What is told of each partition, summed by group (float64[G])."""
        spans = np.bincount(np.repeat(np.arange(len(counts)), counts), values, len(counts))
        return np.bincount(self.of, spans, len(self.names)).astype(np.float64)

    def learn(self, far: Floats) -> Mapping[str, float]:
        """Those that have moved so far (float64[G]): how far if that is unusual, else 0."""
        moved = np.flatnonzero(far)
        now, usual = far[moved], self.usual[moved]
        leaps = now > FURTHER * usual
        steady = np.fmax(now, FADES * usual)
        self.usual[moved] = np.where(leaps & (usual > 0), FURTHER * usual, steady)
        names = [self.names[row] for row in moved.tolist()]
        return dict(zip(names, np.where(leaps, now, 0.0).tolist(), strict=True))


class Strides:
    """Remembers how far the groups of each coordinator move."""

    def __init__(self) -> None:
        self._groups: dict[int, _Groups] = {}
        self._moved: dict[str, float] = {}

    def take(self, node: int, before: Columns, now: Columns) -> None:
        """Compare a coordinator's answer with its last one."""
        known = self._groups.get(node)
        if known is not None and known.owners is now.owners and before.index is now.index:
            far = known.sums(now.counts, np.abs(now.offset - before.offset))
        else:
            known = self._groups[node] = _Groups.of_answer(now, known)
            far = _apart(known, before, now)
        self._moved.update(known.learn(far))

    def told(self) -> Mapping[str, float]:
        """The groups that moved since this was asked: how far where that is unusual, else 0."""
        moved, self._moved = self._moved, {}
        return moved

    def forget(self, node: int) -> None:
        """A coordinator answers for nobody any more."""
        self._groups.pop(node, None)


def _apart(known: _Groups, before: Columns, now: Columns) -> Floats:
    """How far groups are from where they were, of which other partitions were told."""
    old = _Groups.of_answer(before, None)
    sums = old.sums(before.counts, before.offset)
    then = dict(zip(old.names, sums.tolist(), strict=True))
    total = known.sums(now.counts, now.offset)
    was = [then.get(name, np.nan) for name in known.names]
    return np.nan_to_num(np.abs(total - np.array(was, np.float64)))
