"""A trend that was shown goes on until it plainly ends: at its threshold it does not flicker."""

from __future__ import annotations

import numpy as np
import pytest

from lagtop.analysis.observer import Observer
from lagtop.analysis.report import Trend
from tests.analysis.simulate import Story, after, simulate, steady

PER_S = 5_000.0
MINUTES = 10
RUNS = 6


def trends(story: Story) -> list[list[int]]:
    """What was shown of each run at each poll, after a while."""
    observer, polls = Observer(), simulate(story, runs=RUNS, seed=7).polls(2.0, 0.2)
    return [observer.observe(snapshot).partitions.trend.tolist() for snapshot in polls]


@pytest.mark.parametrize("deficit", [0.011, 0.013])
def test_who_falls_behind_by_a_hundredth_hardly_changes(deficit: float) -> None:
    capacity = steady(PER_S * (1 - deficit))
    seen = np.array(trends(Story(steady(PER_S), capacity, MINUTES * 60.0, commit_s=1.0)))

    changes = (np.diff(seen, axis=0) != 0).sum(axis=0)

    assert changes.mean() <= 4
    assert (seen[-1] == Trend.GROWING).sum() >= RUNS / 2


def test_who_catches_up_again_is_no_longer_said_to_fall_behind() -> None:
    capacity = after(steady(PER_S * 0.9), 300.0, steady(PER_S * 1.5))
    seen = np.array(trends(Story(steady(PER_S), capacity, 480.0, commit_s=1.0)))

    assert (seen[140] == Trend.GROWING).all()
    assert not (seen[-20:] == Trend.GROWING).any()
