"""The groups' offsets as last read of each coordinator, each with its time and its gap."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

import numpy as np

from lagtop.snapshot import NO_COMMIT, NO_GAP, UNKNOWN, Codes, Commits, Gap, Ints
from lagtop.wire.columns import Columns
from lagtop.wire.gaps import GapTable, gap_for
from lagtop.wire.layout import Layout
from lagtop.wire.strides import Strides

ROWS_AN_ANSWER = 50_000
MOST_GROUPS = 1_000
GROUPS_AT_FIRST = 100
"""While it is not known how many partitions a coordinator's groups read."""


@dataclass(slots=True, eq=False)
class CommitFacts:
    """What coordinators told: each one's last answer, and which of them answers for a group."""

    gaps: GapTable
    answers: dict[int, Columns] = field(default_factory=dict)
    owners: dict[str, int] = field(default_factory=dict)
    read_at: dict[str, float] = field(default_factory=dict)
    missing: dict[str, Gap] = field(default_factory=dict)
    strides: Strides = field(default_factory=Strides)
    shape_version: int = 0

    def take(self, node: int, answer: Columns, at: float) -> frozenset[int]:
        """Record a coordinator's answer; gives the groups' error codes."""
        before = self.answers.get(node)
        if before is not None:
            answer = _same_shape(before, _with_failed(before, answer))
            self.strides.take(node, before, answer)
        self.answers[node] = answer
        if before is None or answer.index is not before.index:
            self.shape_version += 1
        for group, code in answer.errors.items():
            if code:
                self.missing[group] = gap_for(code, group)
            else:
                self.owners[group], self.read_at[group] = node, at
                self.missing.pop(group, None)
        return frozenset(answer.errors.values()) - {0}

    def groups_a_question(self, node: int) -> int:
        """For how many groups to ask a coordinator at once, so that it answers before long."""
        last = self.answers.get(node)
        if last is None or not last.errors:
            return GROUPS_AT_FIRST
        rows_a_group = max(len(last.index) / len(last.errors), 1.0)
        return max(1, min(MOST_GROUPS, int(ROWS_AN_ANSWER / rows_a_group)))

    def miss(self, groups: list[str], gap: Gap) -> None:
        """Say why these groups' offsets were not read; what was known of them stays."""
        self.missing.update(dict.fromkeys(groups, gap))

    def moves(self) -> Mapping[str, float]:
        """The groups whose offsets moved since this was asked: how far if unusual, else 0."""
        return self.strides.told()

    def keep(self, groups: dict[str, int], nodes: set[int]) -> None:
        """Forget groups that are gone, and coordinators that answer for none."""
        gone = (self.owners.keys() | self.missing.keys()) - groups.keys()
        for name in gone:
            for known in (self.owners, self.read_at, self.missing):
                known.pop(name, None)
        needed = nodes | set(self.owners.values())
        for node in self.answers.keys() - needed:
            del self.answers[node]
            self.strides.forget(node)
            self.shape_version += 1

    def commits(self, layout: Layout, names: list[str]) -> Commits:
        """The facts in the layout's rows, frozen; `names` are the groups by row."""
        at = np.array([self.read_at.get(name, np.nan) for name in names])[layout.group]
        missing = [self.gaps.row(self.missing.get(name, NO_GAP)) for name in names]
        gap = np.array(missing, np.int32)[layout.group]
        committed = np.where(np.isnan(at), UNKNOWN, NO_COMMIT)
        for node, answer in self.answers.items():
            places = layout.places[node]
            shown = places >= 0
            committed[places[shown]] = answer.offset[shown]
            self._take_errors(answer, places, committed, gap)
        return Commits(layout.group, layout.partition, committed, layout.member, gap, at)

    def _take_errors(self, answer: Columns, places: Codes, committed: Ints, gap: Codes) -> None:
        for at in np.flatnonzero((answer.error != 0) & (places >= 0)).tolist():
            committed[places[at]] = UNKNOWN
            gap[places[at]] = self.gaps.row(gap_for(int(answer.error[at]), "of the group"))


def _with_failed(old: Columns, new: Columns) -> Columns:
    """The new answer, and what the old one told of groups for which the new one has an error."""
    kept = np.array([bool(new.errors.get(group)) for group in old.owners], np.bool_)
    if not kept.any():
        return new
    spans, rows = np.flatnonzero(kept).tolist(), np.repeat(kept, old.counts)
    return replace(
        new,
        owners=(*new.owners, *(old.owners[span] for span in spans)),
        topics=(*new.topics, *(old.topics[span] for span in spans)),
        counts=np.append(new.counts, old.counts[kept]),
        index=np.append(new.index, old.index[rows]),
        offset=np.append(new.offset, old.offset[rows]),
        error=np.append(new.error, old.error[rows]),
        time_ms=np.append(new.time_ms, old.time_ms[rows]),
    )


def _same_shape(old: Columns, new: Columns) -> Columns:
    """Give the new values the old arrays of rows, where they are equal, so that they are found."""
    same = (
        old.owners == new.owners
        and old.topics == new.topics
        and np.array_equal(old.counts, new.counts)
        and np.array_equal(old.index, new.index)
    )
    if not same:
        return new
    return replace(new, owners=old.owners, topics=old.topics, counts=old.counts, index=old.index)
