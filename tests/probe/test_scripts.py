"""Steps and spikes against a plant: what each step did to the group, and when it had recovered."""

from __future__ import annotations

import numpy as np
import pytest

from lagtop.probe.knee import Knee
from lagtop.probe.recovery import recovered_at, usual_limit
from lagtop.probe.scripts import Spike, Steps
from tests.probe.plant import Plant

CAPACITY = 12_000.0
FLOOR_S = 0.02


def queue(rate_per_s: float) -> float:
    """The latency of a queue whose service takes as long as its floor."""
    used = min(rate_per_s / CAPACITY, 0.999)
    return FLOOR_S + FLOOR_S * used / (1 - used)


def test_the_knee_of_a_queue_with_known_service_time_is_found_within_ten_per_cent() -> None:
    shares = np.array([0.1, 0.25, 0.4, 0.5, 0.6, 0.7, 0.8, 0.88, 0.94, 0.97])
    errors = []
    for seed in range(5):
        script = Steps((CAPACITY * shares).tolist(), hold_s=90)
        Plant(CAPACITY, spread=0.0, commit_s=1.0, latency_s=queue).drive(script, seed)
        found = script.knee()
        assert isinstance(found, Knee)
        errors.append(found.knee_per_s / (0.5 * CAPACITY) - 1)

    assert np.median(np.abs(errors)) <= 0.1


def test_steps_end_after_the_first_that_the_group_does_not_bear() -> None:
    script = Steps([4_000, 8_000, 16_000, 32_000], hold_s=30)
    Plant(CAPACITY).drive(script, 3)

    assert [step.grew for step in script.steps] == [False, False, True]
    assert [step.target_per_s for step in script.steps] == [4_000, 8_000, 16_000]
    for step in script.steps:
        assert step.produced_per_s == pytest.approx(step.target_per_s, rel=0.05)
        assert step.consumed_per_s == pytest.approx(min(step.target_per_s, CAPACITY), rel=0.12)


def test_without_answers_latency_is_what_records_wait_for_their_commit() -> None:
    script = Steps([4_000], hold_s=60)
    Plant(CAPACITY, spread=0.0).drive(script, 1)

    # A commit is seen up to a poll late: a quarter of a second on average.
    assert script.steps[0].latency_s == pytest.approx(0.25, abs=0.15)


@pytest.mark.parametrize(("commit_s", "calm_s", "error_s"), [(1.0, 30.0, 10.0), (5.0, 60.0, 10.0)])
def test_recovery_from_a_known_spike_is_timed_within_ten_seconds(
    commit_s: float, calm_s: float, error_s: float
) -> None:
    base, peak, spike_s = 6_000.0, 24_000.0, 20.0
    backlog = (peak - CAPACITY) * spike_s
    for seed in range(6):
        script = Spike((base, peak), calm_s, spike_s, patience_s=600)
        Plant(CAPACITY, spread=0.03, commit_s=commit_s).drive(script, seed)
        found = script.result
        assert found is not None
        assert found.recovery_s == pytest.approx(backlog / (CAPACITY - base), abs=error_s)
        assert found.peak_lag == pytest.approx(backlog, rel=0.15)
        assert found.fluid_s == pytest.approx(found.recovery_s, abs=error_s)


def test_a_group_that_does_not_recover_is_not_waited_for_without_end() -> None:
    script = Spike((11_900.0, 50_000.0), 30, 20, patience_s=120)
    Plant(CAPACITY).drive(script, 1)

    assert script.result is not None
    assert script.result.recovery_s is None
    assert "120 s" in script.result.reason


def test_a_group_without_commits_is_not_spiked() -> None:
    script = Spike((1_000.0, 50_000.0), 30, 20, patience_s=120)
    Plant(CAPACITY, commit_s=1e9).drive(script, 1)

    assert script.result is not None
    assert script.result.peak_lag == 0
    assert "too seldom" in script.result.reason


def test_recovery_has_to_hold() -> None:
    times = np.arange(0.0, 100.0, 5.0)
    lags = np.where((times < 20) | (times == 40), 1000.0, 5.0)

    assert recovered_at(times, lags, limit=10.0, held_s=30.0) == 45.0
    assert recovered_at(times[:9], lags[:9], limit=10.0, held_s=30.0) is None
    assert recovered_at(times[:0], lags[:0], limit=10.0, held_s=30.0) is None


def test_usual_lag_leaves_room_for_noise_polls_and_small_numbers() -> None:
    assert usual_limit(np.zeros(9), 0.0, 0.5, 5.0) == 10.0
    assert usual_limit(np.full(9, 100.0), 0.0, 0.5, 5.0) == 150.0
    assert usual_limit(np.full(9, 100.0), 1000.0, 0.5, 5.0) == 1100.0
    spread = usual_limit(np.linspace(0.0, 800.0, 9), 0.0, 0.5, 5.0)
    assert spread == pytest.approx(400 + 3 * 1.48 * 200)
