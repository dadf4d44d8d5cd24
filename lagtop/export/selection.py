"""Which rows of a Report are written."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from lagtop.analysis.marks import Mark, group_marks, partition_marks
from lagtop.analysis.report import Report
from lagtop.snapshot import Ints


class Selection(NamedTuple):
    """Row numbers of `Report.partitions` and of `Report.groups`, ascending (int64)."""

    rows: Ints
    groups: Ints

    @classmethod
    def all(cls, report: Report) -> Selection:
        """Every row and every group."""
        return cls(np.arange(len(report.partitions.group)), np.arange(len(report.group_facts)))

    @classmethod
    def issues(cls, report: Report) -> Selection:
        """The rows with a mark, as `z` shows them on the screen, and the groups that have any."""
        rows = np.flatnonzero(partition_marks(report) != Mark.NONE)
        marked = group_marks(report) != Mark.NONE
        marked[report.partitions.group[rows]] = True
        return cls(rows, np.flatnonzero(marked))
