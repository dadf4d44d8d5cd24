"""Formulas with a row's own numbers."""

from __future__ import annotations

import math
from typing import Any

import pytest

from lagtop.analysis.report import LagMethod
from lagtop.analysis.verdicts import Verdict
from lagtop.snapshot import NO_COMMIT
from lagtop.ui.explain import explain
from lagtop.ui.views import VIEWS
from lagtop.ui.ways import Path
from tests.ui.reports import report

WITH_FORMULA = [
    (view, column)
    for view in ("groups", "group")
    for column in VIEWS[view].columns
    if column.unit or column.name == "share"
]


def told(view: str, name: str, **columns: Any) -> str:
    """What is told of a cell of the first row."""
    if view == "groups":
        seen = report(1, 2, of_groups=columns)
    else:
        seen = report(1, 1, of_partitions=columns)
    sheet = VIEWS[view].open(seen, 10.0, ("group-0",))
    column = next(column for column in VIEWS[view].columns if column.name == name)
    return "\n".join(explain(view, sheet, 0, column))


@pytest.mark.parametrize(
    ("view", "column"), WITH_FORMULA, ids=lambda part: getattr(part, "name", part)
)
def test_every_figure_with_a_unit_has_a_formula(view: str, column: Any) -> None:
    assert "=" in told(view, column.name).removeprefix(column.help)


@pytest.mark.parametrize("view", VIEWS)
def test_every_column_of_every_view_can_be_explained(view: str) -> None:
    path: dict[str, Path] = {
        "topic": ("topic-0",),
        "partition": ("topic-0", 0),
        "broker": (1,),
        "member": ("group-0", "m-0"),
    }
    sheet = VIEWS[view].open(report(1, 1), 10.0, path.get(view, ("group-0",)))

    for column in VIEWS[view].columns:
        assert explain(view, sheet, 0, column)[0] == column.help


def test_a_partitions_lag_is_reckoned_from_its_offsets() -> None:
    formula = told("group", "lag", log_end_offset=[5_100], committed_offset=[100])

    assert "= 5,100 - max(100, 0)" in formula


def test_lost_messages_are_told() -> None:
    formula = told("group", "lag", verdict=[Verdict.LOST], lost_messages=[1_204])

    assert "1,204 messages were deleted unread" in formula


def test_where_nothing_was_committed_there_is_no_formula() -> None:
    formula = told("group", "lag", committed_offset=[NO_COMMIT], verdict=[Verdict.NO_COMMIT])

    assert "never committed" in formula
    assert "=" not in formula


def test_a_groups_lag_names_the_worst_partitions_and_what_is_missing() -> None:
    formula = told("groups", "lag", lag_messages=[1_000], lag_missing=[1])

    assert "1 could not be read" in formula
    assert "topic-0 0: 500" in formula


def test_a_groups_rate_says_what_is_missing_in_it() -> None:
    formula = told("groups", "out", consumed_per_s=[30.0], consumed_missing=[1])

    assert "not known of 1, so that it is at least that" in formula
    assert "= 30.00 per s" in formula


def test_a_groups_gap_is_not_told_of_a_part() -> None:
    formula = told("groups", "gap", gap_per_s=[math.nan], consumed_missing=[1])

    assert "not known of 1 partition, nor of the group" in formula


@pytest.mark.parametrize("method", LagMethod)
def test_a_lag_in_time_says_how_it_was_found(method: LagMethod) -> None:
    formula = told("group", "behind", lag_s=[842.0], lag_s_method=[method])

    assert "14m02s (842.0 s)" in formula
    assert ("1,000 / 45.00 per s" in formula) == (method is LagMethod.RATE)


def test_never_says_why() -> None:
    assert "no more is consumed than is produced" in told("group", "drain", drain_s=[math.inf])


def test_a_drain_tells_its_interval() -> None:
    formula = told("group", "drain", drain_s=[89.0], drain_low_s=[80.0], drain_high_s=[100.0])

    assert "between 1m20s (80.0 s) and 1m40s (100.0 s)" in formula


def test_a_loss_has_two_ends() -> None:
    formula = told("group", "loss", data_loss_s=[7_200.0], data_loss_latest_s=[10_800.0])

    assert "at the earliest = 2h00m: the message" in formula
    assert "at the latest = 3h00m: a segment" in formula


@pytest.mark.parametrize(
    ("column", "field", "needed"),
    [
        ("in", "produced_per_s", "two polls"),
        ("out", "consumed_per_s", "two commits"),
        ("loss", "data_loss_s", "DESCRIBE_CONFIGS"),
    ],
)
def test_what_is_not_known_yet_says_what_it_needs(column: str, field: str, needed: str) -> None:
    assert needed in told("group", column, **{field: [math.nan]})
    assert needed not in told("group", column, **{field: [5.0], "data_loss_latest_s": [9.0]})
