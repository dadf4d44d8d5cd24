"""Reports of one group for what-if, with the loads of its members."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from lagtop.analysis.report import Report
from tests.analysis.loads import Load

HOT = Load([0, 0, 1, 1], [600.0, 700.0, 500.0, 8100.0], [9e3, 9e3, 9e3, 4e5], [2500.0] * 2)
EVEN = Load([0, 0, 1, 1], [50.0] * 4, [5000.0] * 4, [200.0, 200.0])


def billing(load: Load) -> Report:
    """The report of a load, with its counts in the groups' row as well."""
    made = load.report()
    count = np.array([len(load.capacity)], np.int64)
    partitions = np.array([len(load.owner)], np.int32)
    return replace(made, groups=replace(made.groups, members=count, partitions=partitions))
