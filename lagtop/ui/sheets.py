"""What a table shows of a Report: rows with an identity, names to filter by, marks and ages.

A sheet copies nothing that it need not: its fields are views of the Report's columns.
"""

from __future__ import annotations

from functools import cached_property
from typing import Any, Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from lagtop.analysis.marks import Marks, group_marks, partition_marks
from lagtop.analysis.report import Flags, Report, Trace
from lagtop.snapshot import Codes
from lagtop.ui.order import Rows

Identity = tuple[str | int, ...]
GONE: Final = -1


class Names(NamedTuple):
    """A column of names, once each: `unique[codes[row]]`; a row of code -1 has none."""

    unique: tuple[str, ...]
    codes: Codes


class Sheet:
    """A table's rows: `size` of them, numbered from 0.

    `stale_after_s` is the age from which a row is drawn as old; below zero, every row is.
    """

    size: int = 0

    def __init__(self, report: Report, stale_after_s: float) -> None:
        self.report = report
        self.stale_after_s = stale_after_s

    def identity(self, row: int) -> Identity:
        """What stays the same of a row from poll to poll."""
        raise NotImplementedError

    def find(self, identity: Identity) -> int:
        """The row of `identity`, or GONE."""
        raise NotImplementedError

    def field(self, name: str) -> NDArray[Any]:
        """One column of the Report, a value a row."""
        raise NotImplementedError

    @property
    def history(self) -> tuple[Trace, ...]:
        """The rows' last lags, oldest first."""
        raise NotImplementedError

    @property
    def names(self) -> tuple[Names, ...]:
        """The columns of names that a filter looks at."""
        raise NotImplementedError

    def partition_rows(self, rows: Rows) -> Rows:
        """The rows of PartitionRows that stand behind some of these, ascending."""
        raise NotImplementedError

    @property
    def marks(self) -> Marks:
        """One Mark a row (int8)."""
        raise NotImplementedError

    @cached_property
    def stale(self) -> Flags:
        """Which rows are older than the screen pretends (bool)."""
        if self.stale_after_s < 0:
            return np.ones(self.size, dtype=bool)
        old: Flags = self.field("age_s") > self.stale_after_s
        return old


class GroupSheet(Sheet):
    """One row per consumer group, in the Report's order; fields are those of GroupRows."""

    def __init__(self, report: Report, stale_after_s: float) -> None:
        super().__init__(report, stale_after_s)
        self.size = len(report.group_facts)

    def identity(self, row: int) -> Identity:
        """The group's name."""
        return (self.report.group_facts[row].name,)

    def find(self, identity: Identity) -> int:
        """The row of the group with that name."""
        return find_group(self.report, identity[0])

    def field(self, name: str) -> NDArray[Any]:
        """A column of GroupRows."""
        column: NDArray[Any] = getattr(self.report.groups, name)
        return column

    @property
    def history(self) -> tuple[Trace, ...]:
        """The groups' last lags."""
        return self.report.groups.lag_history

    @cached_property
    def names(self) -> tuple[Names, ...]:
        """The groups' names."""
        return (Names(group_names(self.report), np.arange(self.size, dtype=np.int32)),)

    def partition_rows(self, rows: Rows) -> Rows:
        """All rows of these groups."""
        return np.flatnonzero(np.isin(self.report.partitions.group, rows))

    @cached_property
    def marks(self) -> Marks:
        """The groups' marks."""
        return group_marks(self.report)


class PartitionSheet(Sheet):
    """One row per group and partition; fields are those of PartitionRows.

    `rows` says which of the Report's: a slice, so that fields are views, or row numbers.
    """

    def __init__(self, report: Report, stale_after_s: float, rows: slice | Rows) -> None:
        super().__init__(report, stale_after_s)
        self.rows = rows
        self.size = len(self.field("group"))

    def identity(self, row: int) -> Identity:
        """The group's name, the topic's and the partition's number."""
        group, topic = self.field("group")[row], self.field("topic")[row]
        name = self.report.group_facts[group].name
        return (name, self.report.topics[topic], int(self.field("partition")[row]))

    def find(self, identity: Identity) -> int:
        """The row of that group's partition."""
        name, topic, partition = identity
        group = find_group(self.report, name)
        if group == GONE or topic not in self.report.topics:
            return GONE
        code = self.report.topics.index(str(topic))
        hit = (self.field("topic") == code) & (self.field("partition") == partition)
        found = np.flatnonzero(hit & (self.field("group") == group))
        return int(found[0]) if len(found) else GONE

    def field(self, name: str) -> NDArray[Any]:
        """A column of PartitionRows."""
        column: NDArray[Any] = getattr(self.report.partitions, name)
        return column[self.rows]

    @cached_property
    def history(self) -> tuple[Trace, ...]:
        """The partitions' last lags."""
        return tuple(moment[self.rows] for moment in self.report.partitions.lag_history)

    @cached_property
    def names(self) -> tuple[Names, ...]:
        """The names of topics, groups and members."""
        members = tuple(member.client_id for member in self.report.members)
        return (
            Names(self.report.topics, self.field("topic")),
            Names(group_names(self.report), self.field("group")),
            Names(members, self.field("member")),
        )

    def partition_rows(self, rows: Rows) -> Rows:
        """These rows."""
        every = np.arange(len(self.report.partitions.group), dtype=np.intp)
        chosen: Rows = np.sort(every[self.rows][rows])
        return chosen

    @cached_property
    def marks(self) -> Marks:
        """The partitions' marks."""
        return partition_marks(self.report)[self.rows]


def group_names(report: Report) -> tuple[str, ...]:
    """The groups' names, in the Report's order."""
    return tuple(group.name for group in report.group_facts)


def find_group(report: Report, name: str | int) -> int:
    """The row of a group in `Report.group_facts`, or GONE."""
    found = (row for row, group in enumerate(report.group_facts) if group.name == name)
    return next(found, GONE)


def all_rows(report: Report) -> slice:
    """Every row of PartitionRows."""
    return slice(0, len(report.partitions.group))


def rows_of_group(report: Report, group: str | int) -> slice:
    """The rows of a group, which lie together; none of a group that is gone."""
    row = find_group(report, group)
    if row == GONE:
        return slice(0, 0)
    starts = report.partitions.starts
    return slice(int(starts[row]), int(starts[row + 1]))


def rows_of_topic(report: Report, topic: str | int) -> Rows:
    """The rows of a topic, over all groups."""
    code = report.topics.index(str(topic)) if topic in report.topics else GONE
    return np.flatnonzero(report.partitions.topic == code)


def rows_of_partition(report: Report, topic: str | int, partition: str | int) -> Rows:
    """The rows of one partition, over all groups."""
    rows = rows_of_topic(report, topic)
    found: Rows = rows[report.partitions.partition[rows] == int(partition)]
    return found


def rows_of_broker(report: Report, node_id: str | int) -> Rows:
    """The rows whose partition a broker leads."""
    return np.flatnonzero(report.partitions.leader == int(node_id))


def rows_of_member(report: Report, group: str | int, member_id: str | int) -> Rows:
    """The rows that a member of a group owns."""
    start = rows_of_group(report, group)
    found = (
        row
        for row, member in enumerate(report.members)
        if member.member_id == member_id and report.group_facts[member.group].name == group
    )
    own = report.partitions.member[start] == next(found, GONE - 1)
    rows: Rows = np.flatnonzero(own) + start.start
    return rows
