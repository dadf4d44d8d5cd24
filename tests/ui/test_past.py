"""What groups' figures were since the screen was opened."""

from __future__ import annotations

import numpy as np

from lagtop.snapshot import UNKNOWN
from lagtop.ui.past import MOST_MOMENTS, Past
from tests.ui.reports import report


def test_a_groups_figures_are_remembered_by_its_name() -> None:
    past = Past()
    past.push(report(2, 1, of_groups={"lag_messages": [5, 7]}, captured_at=10.0))
    past.push(report(2, 1, names=["new", "group-0"], captured_at=12.0))

    series = past.of_group("group-0", until=99.0)

    assert series.at.tolist() == [10.0, 12.0]
    assert series.lag.tolist() == [5.0, 2_000.0]


def test_unknown_lag_is_unknown_in_the_past_too() -> None:
    past = Past()
    past.push(report(1, 1, of_groups={"lag_messages": [UNKNOWN]}))

    assert np.isnan(past.of_group("group-0", until=np.inf).lag).all()


def test_a_frozen_picture_has_no_future() -> None:
    past = Past()
    for moment in range(5):
        past.push(report(1, 1, captured_at=float(moment)))

    assert past.of_group("group-0", until=2.0).at.tolist() == [0.0, 1.0, 2.0]


def test_a_group_that_was_never_there_has_no_past() -> None:
    past = Past()
    past.push(report(1, 1))

    assert len(past.of_group("nobody", until=np.inf).at) == 0


def test_the_past_is_bounded() -> None:
    past, seen = Past(), report(1, 1)
    for _ in range(MOST_MOMENTS + 10):
        past.push(seen)

    assert len(past.of_group("group-0", until=np.inf).at) == MOST_MOMENTS
