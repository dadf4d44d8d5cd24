"""Which rows stand out, and how."""

from __future__ import annotations

from typing import Any

import pytest

from lagtop.analysis.marks import Mark, group_marks, partition_marks
from lagtop.analysis.report import Trend
from lagtop.analysis.verdicts import Verdict
from lagtop.snapshot import UNKNOWN, Gap, Group
from lagtop.ui.marks import SIGNS
from tests.ui.reports import report


@pytest.mark.parametrize(
    ("columns", "mark"),
    [
        ({}, Mark.NONE),
        ({"trend": [Trend.IDLE]}, Mark.NONE),
        ({"trend": [Trend.GROWING]}, Mark.GROWING),
        ({"trend": [Trend.SHRINKING]}, Mark.SHRINKING),
        ({"trend": [Trend.STALLED]}, Mark.STALLED),
        ({"trend": [Trend.REBALANCING]}, Mark.REBALANCING),
        ({"unbalanced": [True]}, Mark.UNBALANCED),
        ({"unbalanced": [True], "trend": [Trend.GROWING]}, Mark.GROWING),
        ({"members": [0], "consumed_per_s": [0.0]}, Mark.ATTENTION),
        ({"members": [0], "consumed_per_s": [90.0]}, Mark.NONE),
        ({"members": [0], "lag_messages": [0]}, Mark.NONE),
        ({"lag_messages": [UNKNOWN]}, Mark.UNKNOWN),
    ],
)
def test_a_group_shows_the_worst_that_holds(columns: dict[str, Any], mark: Mark) -> None:
    assert group_marks(report(1, 2, of_groups=columns)).tolist() == [mark]


def test_the_partitions_that_a_group_without_members_left_behind_are_marked_as_it_is() -> None:
    left = report(
        1, 2,
        of_groups={"members": [0], "consumed_per_s": [0.0]},
        of_partitions={"lag_messages": [0, 500], "trend": [Trend.IDLE, Trend.STALLED]},
    )  # fmt: skip

    assert group_marks(left).tolist() == [Mark.ATTENTION]
    assert partition_marks(left).tolist() == [Mark.NONE, Mark.ATTENTION]


def test_a_group_that_may_not_be_described_is_unknown() -> None:
    facts = {0: Group("group-0", gap=Gap("unauthorized", "no DESCRIBE on group group-0"))}

    assert group_marks(report(1, 1, facts=facts)).tolist() == [Mark.UNKNOWN]


@pytest.mark.parametrize(
    ("verdict", "mark"),
    [
        (Verdict.OK, Mark.NONE),
        (Verdict.NO_COMMIT, Mark.NONE),
        (Verdict.LOST, Mark.ATTENTION),
        (Verdict.PAST_END, Mark.ATTENTION),
        (Verdict.OFFLINE, Mark.ATTENTION),
        (Verdict.DELETED, Mark.ATTENTION),
        (Verdict.UNAUTHORIZED, Mark.UNKNOWN),
        (Verdict.UNKNOWN, Mark.UNKNOWN),
    ],
)
def test_a_partition_is_marked_by_its_verdict(verdict: Verdict, mark: Mark) -> None:
    seen = report(1, 1, of_partitions={"verdict": [verdict]})

    assert partition_marks(seen).tolist() == [mark]


def test_every_mark_has_a_sign_of_its_own_with_and_without_unicode() -> None:
    assert set(SIGNS) == set(Mark)
    assert len({sign.glyph for sign in SIGNS.values()}) == len(Mark)
    assert len({sign.ascii_glyph for sign in SIGNS.values()}) == len(Mark)
    assert all(sign.ascii_glyph.isascii() for sign in SIGNS.values())
