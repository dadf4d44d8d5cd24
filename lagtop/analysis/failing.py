"""Whose messages end up as dead letters: an error rate for each consumer group, or a bound.

Kafka tells nobody which group gave a message up. It is the one that headers of the dead letters
name, where somebody has peeked at them; else the one whose name the topic's own name carries; else
the only one that reads the source. Of several, none can have failed with more than all that came.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field, replace
from typing import Final

import numpy as np

from lagtop.analysis.dlq import DeadLetters
from lagtop.analysis.letters import SEPARATORS, Kind
from lagtop.analysis.sums import rate_sum_of, total_known
from lagtop.analysis.words import plural, small_share
from lagtop.snapshot import Floats, Snapshot

BY_HEADERS: Final = "headers of its last records say so"
BY_NAME: Final = "its name says so"
ALONE: Final = "no other group reads the source"


class Reading:
    """What groups read of some topics, messages per second.

    consumed_per_s (float64[N]) is of each commit row.
    """

    def __init__(self, snapshot: Snapshot, consumed_per_s: Floats, topics: Collection[str]) -> None:
        self.names = tuple(group.name for group in snapshot.groups)
        self.snapshot, self._consumed = snapshot, consumed_per_s
        self._crewed = frozenset(member.group for member in snapshot.members)
        partitions, commits = snapshot.partitions, snapshot.commits
        self._codes = {name: code for code, name in enumerate(partitions.topics) if name in topics}
        wanted = np.zeros(len(partitions.topics), np.bool_)
        wanted[list(self._codes.values())] = True
        self._rows = np.flatnonzero(wanted[partitions.topic][commits.partition])
        self._topic = partitions.topic[commits.partition[self._rows]]

    def of(self, topic: str) -> dict[str, float]:
        """By group what it reads of a topic, NaN where not known; not who has left it for good."""
        rows = self._rows[self._topic == self._codes.get(topic, -1)]
        groups, place = np.unique(self.snapshot.commits.group[rows], return_inverse=True)
        found = rate_sum_of(self._consumed[rows], place, len(groups))
        return {
            self.names[row]: per_s
            for row, per_s in zip(groups.tolist(), found.tolist(), strict=True)
            if per_s != 0 or row in self._crewed
        }

    def whole(self, group: str) -> float:
        """What a group reads of all its topics, NaN where not known."""
        row = self.names.index(group) if group in self.names else -1
        return total_known(self._consumed[self.snapshot.commits.group == row])


@dataclass(slots=True)
class _Failed:
    """What came of one group: messages per second, whether all is known, whether all is its own."""

    per_s: float = 0.0
    is_sure: bool = True
    read_per_s: dict[str, float] = field(default_factory=dict)

    @property
    def share(self) -> float:
        """Of what it reads."""
        read = sum(self.read_per_s.values())
        return self.per_s / read if read > 0 else np.nan


def with_errors(
    letters: Sequence[DeadLetters], snapshot: Snapshot, consumed_per_s: Floats
) -> tuple[tuple[DeadLetters, ...], Floats, Floats]:
    """The letters with whose they are, and of each group its share of errors: known, and at most.

    Both are float64[G]: NaN where unknown, equal where it is known which group fails.
    consumed_per_s (float64[N]) is of each commit row.
    """
    topics = {name for one in letters for name in (one.topic, one.source)}
    reading = Reading(snapshot, consumed_per_s, topics)
    told, failed = [], dict[str, _Failed]()
    for one in letters:
        readers = reading.of(one.source)
        one = _attributed(one, readers, reading)
        read = {name: readers.get(name, _whole(one, name, reading)) for name in one.groups}
        told.append(_rated(one, read))
        for name in failed_by(one):
            mine = failed.setdefault(name, _Failed())
            mine.per_s += one.inflow_per_s
            mine.is_sure &= len(one.groups) == 1
            mine.read_per_s[one.source] = read[name]
    most = np.array([_most(failed.get(name)) for name in reading.names], np.float64)
    unsure = {name for name, one in failed.items() if not one.is_sure}
    sure = np.array([name not in unsure for name in reading.names], np.bool_)
    return tuple(told), np.where(sure | (most == 0), most, np.nan), most


def error_sentences(letters: Iterable[DeadLetters], group: str) -> list[str]:
    """How many of a group's messages fail, a sentence for each topic that they may go to."""
    return [_sentence(one) for one in letters if group in failed_by(one)]


def failed_by(one: DeadLetters) -> tuple[str, ...]:
    """The groups whose failures it may hold; retries are no failures yet."""
    return one.groups if one.kind is Kind.DEAD_LETTERS else ()


def _sentence(one: DeadLetters) -> str:
    of = f"what it reads of {one.source}" if one.source else "what it reads"
    if np.isnan(one.inflow_per_s):
        return f"how much of {of} ends up in {one.topic} is not known yet"
    if not one.inflow_per_s:
        return f"nothing has come into {one.topic} of late"
    came = f"{one.inflow_per_s:.2g}/s"
    if len(one.groups) > 1:
        readers = plural(len(one.groups), "group")
        return (
            f"{came} of {of} may end up in {one.topic}, or none: {readers} could write it, and"
            " nothing tells which (Enter on it may: headers of records)"
        )
    return f"{small_share(one.error_share)} of {of} ends up in {one.topic}, {came}: {one.known_by}"


def _attributed(one: DeadLetters, readers: dict[str, float], reading: Reading) -> DeadLetters:
    """Who may have written it, and how that is known."""
    named = reading.snapshot.failing.get(one.topic, ())
    if named:
        return replace(one, groups=named, known_by=BY_HEADERS)
    own = reading.of(one.topic)
    carried = _carried(one, readers or [name for name in reading.names if name not in own])
    if carried:
        return replace(one, groups=(carried,), known_by=BY_NAME)
    return replace(one, groups=tuple(readers), known_by=ALONE if len(readers) == 1 else "")


def _carried(one: DeadLetters, groups: Iterable[str]) -> str:
    """The group whose name the topic's name carries beside its source's, the longest."""
    fitting = [
        name for name in groups if _has_part(one.topic, name) and not _has_part(one.source, name)
    ]
    return max(fitting, key=len, default="")


def _has_part(name: str, part: str) -> bool:
    """Whether `part` stands in a name between separators or its ends."""
    within = rf"(?:^|[{SEPARATORS}]){re.escape(part)}(?:$|[{SEPARATORS}])"
    return part in name and re.search(within, name) is not None


def _whole(one: DeadLetters, group: str, reading: Reading) -> float:
    """What a group reads where the source is not known; of a source that it does not read, NaN."""
    return np.nan if one.source else reading.whole(group)


def _rated(one: DeadLetters, read: dict[str, float]) -> DeadLetters:
    per_s = sum(one for one in read.values() if not np.isnan(one))
    share = one.inflow_per_s / per_s if per_s > 0 else np.nan
    return replace(one, error_share=share, error_is_bound=len(read) > 1 and share > 0)


def _most(failed: _Failed | None) -> float:
    return np.nan if failed is None else failed.share
