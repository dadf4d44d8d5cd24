"""Pictures of series that were not there yet when they were taken."""

from __future__ import annotations

import numpy as np
import pytest

from lagtop.analysis.history import History, Plan

NOT_BEGUN, BEGUN = np.array([False, True]), np.array([True])


@pytest.fixture(autouse=True)
def _what_lay_in_the_memory(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(np, "empty", lambda shape, kind=float: np.full(shape, 7, kind))


@pytest.mark.parametrize("at", [10.0, 12.0])
def test_a_new_series_has_no_past_even_at_the_same_time(at: float) -> None:
    known = History(1, Plan((8, 4)))
    known.push(np.array([100]), np.array([1.0]), BEGUN, 10.0)

    both = known.carried(np.array([0, -1]), known.plan)
    both.push(np.array([120, 500]), np.array([0.0, 0.0]), NOT_BEGUN, at)

    before = both.order()[1]
    assert both.moved(np.array([120, 500]), before).tolist()[0] == 20.0
    assert np.isnan(both.moved(np.array([120, 500]), before)[1])
    assert both.read_at(before)[0] == 9.0
    assert np.isnan(both.read_at(before)[1])
