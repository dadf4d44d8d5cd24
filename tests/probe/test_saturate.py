"""The maximum that is found against the plant's true capacity."""

from __future__ import annotations

import numpy as np
import pytest

from lagtop.probe.saturate import Maximum, Saturation
from tests.probe.plant import Plant

RUNS = 16
MOST_PER_S = 1e6


def maxima(plant: Plant, start_per_s: float) -> tuple[list[Maximum], float]:
    """What RUNS runs found, and how long they took in the mean, minutes."""
    found, minutes = [], []
    for seed in range(RUNS):
        script = Saturation(start_per_s, MOST_PER_S)
        minutes.append(plant.drive(script, seed) / 60)
        found.append(script.result)
    return found, float(np.mean(minutes))


@pytest.mark.parametrize(
    ("capacity_per_s", "start_per_s", "commit_s"),
    [(12_000.0, 1_000.0, 5.0), (700.0, 100.0, 5.0), (12_000.0, 1_000.0, 0.1)],
)
def test_the_maximum_is_within_five_per_cent_in_most_runs_and_seldom_too_high(
    capacity_per_s: float, start_per_s: float, commit_s: float
) -> None:
    found, minutes = maxima(Plant(capacity_per_s, commit_s=commit_s), start_per_s)

    shares = np.array([one.low_per_s or np.nan for one in found]) / capacity_per_s
    assert abs(np.mean(shares) - 0.98) <= 0.02
    assert np.mean(abs(shares - 1) <= 0.05) >= 0.75
    assert np.mean(shares > 1.02) <= 0.13
    assert minutes < 9
    measured = np.array([one.capacity_per_s or np.nan for one in found]) / capacity_per_s
    assert abs(np.mean(measured) - 1) <= 0.02


def test_the_answer_is_a_range_of_what_was_borne_and_what_was_not() -> None:
    found, _ = maxima(Plant(12_000.0, spread=0.15), 1_000.0)

    assert all(one.low_per_s and one.high_per_s for one in found)
    assert all(one.confirmed for one in found)
    assert all((one.low_per_s or 0) < (one.high_per_s or 0) for one in found)


def test_a_group_that_bears_all_that_may_be_written_is_said_to() -> None:
    script = Saturation(1_000.0, 5_000.0)
    Plant(12_000.0).drive(script, 1)

    assert script.result.low_per_s == 5_000.0
    assert script.result.high_per_s is None
    assert not script.result.confirmed
    assert "highest rate" in script.result.reason


def test_a_group_that_consumes_nothing_has_no_maximum() -> None:
    script = Saturation(1_000.0, MOST_PER_S)
    Plant(0.001, commit_s=1e9).drive(script, 1)

    assert script.result.low_per_s is None
    assert "committed nothing" in script.result.reason


def test_it_writes_nothing_any_more_when_it_is_done() -> None:
    script = Saturation(1_000.0, 2_000.0)
    Plant(12_000.0).drive(script, 1)

    assert script.rate_per_s == 0.0
