"""Filters by regular expression."""

from __future__ import annotations

import numpy as np
import pytest

from lagtop.analysis.report import Report
from lagtop.ui.filters import BadFilterError, Filter
from lagtop.ui.sheets import GroupSheet, PartitionSheet, all_rows
from tests.ui.reports import report

NAMES = ["billing", "orders", "BILL-ops"]


def partitions(seen: Report) -> PartitionSheet:
    """Every partition of every group."""
    return PartitionSheet(seen, 10.0, all_rows(seen))


@pytest.mark.parametrize(
    ("typed", "shown"),
    [
        ("bill", [0, 2]),
        ("^bill", [0, 2]),
        ("bill|orders", [0, 1, 2]),
        ("!bill", [1]),
        ("nothing", []),
        ("~blg", [0]),
        ("~BLP", [2]),
        ("-f bll", [0, 2]),
        ("!~bl", [1]),
        ("~(", []),
        ("", [0, 1, 2]),
    ],
)
def test_a_filter_finds_names_without_regard_to_case(typed: str, shown: list[int]) -> None:
    sheet = GroupSheet(report(3, names=NAMES), stale_after_s=10)

    assert np.flatnonzero(Filter.parse(typed).mask(sheet)).tolist() == shown


def test_partitions_are_found_by_topic_group_and_member() -> None:
    sheet = partitions(report(3, 1, names=NAMES, clients=["worker-a"]))

    assert Filter.parse("topic-1").mask(sheet).tolist() == [False, True, False]
    assert Filter.parse("orders").mask(sheet).tolist() == [False, True, False]
    assert Filter.parse("worker").mask(sheet).tolist() == [True, False, False]


def test_a_partition_that_nobody_owns_has_no_member_to_find() -> None:
    nobody = report(2, 1, of_partitions={"member": [-1, -1]})

    assert not Filter.parse("client").mask(partitions(nobody)).any()


def test_a_bad_expression_says_where_it_goes_wrong() -> None:
    with pytest.raises(BadFilterError, match="position 1"):
        Filter.parse("a[")
