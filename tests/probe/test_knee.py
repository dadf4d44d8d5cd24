"""The inflection of latency under load: found where it is, refused where it cannot be known."""

from __future__ import annotations

import numpy as np
import pytest

from lagtop.probe.knee import Knee, Refusal, fit_knee
from lagtop.snapshot import Floats

CAPACITY = 1000.0


def curve(
    used: Floats, floor_s: float, wait_s: float, noise: float = 0.0, seed: int = 1
) -> tuple[Floats, Floats]:
    """Loads and latencies of a queue at these shares of its capacity."""
    random = np.random.default_rng(seed)
    latency = floor_s + wait_s * used / (1 - used)
    return used * CAPACITY, latency * np.exp(noise * random.standard_normal(len(used)))


@pytest.mark.parametrize(("floor", "truth"), [(1.0, 0.5), (4.0, 0.8), (20.0, 20 / 21)])
def test_the_knee_is_where_latency_is_twice_the_floor(floor: float, truth: float) -> None:
    found = fit_knee(*curve(np.linspace(0.1, 0.97, 10), floor * 0.01, 0.01))

    assert isinstance(found, Knee)
    assert found.knee_per_s == pytest.approx(truth * CAPACITY, rel=0.01)
    assert found.capacity_per_s == pytest.approx(CAPACITY, rel=0.01)
    assert found.error < 0.01


@pytest.mark.parametrize("highest", [0.92, 0.95, 0.99])
def test_noise_and_the_sweeps_end_do_not_move_the_knee(highest: float) -> None:
    found = [
        fit_knee(*curve(np.linspace(0.07, highest, 15), 0.01, 0.01, noise=0.05, seed=seed))
        for seed in range(30)
    ]
    knees = [one for one in found if isinstance(one, Knee)]

    assert len(knees) >= 27
    for one in knees:
        assert one.knee_per_s == pytest.approx(0.5 * CAPACITY, abs=0.1 * CAPACITY)
        assert one.capacity_per_s == pytest.approx(CAPACITY, rel=0.05)


@pytest.mark.parametrize(
    ("load", "latency", "reason"),
    [
        (*curve(np.linspace(0.1, 0.95, 5), 0.01, 0.01), "6 loads"),
        (*curve(np.full(12, 0.95), 0.01, 0.01), "6 loads"),
        (*curve(np.linspace(0.1, 0.6, 12), 0.01, 0.01), "near the capacity"),
        (np.linspace(1, 1000, 12), np.full(12, 0.01), "near the capacity|did not rise"),
        (np.linspace(1, 1000, 12), np.tile([0.01, 0.1], 6), "law|near the capacity"),
        (np.array([]), np.array([]), "6 loads"),
        (np.full(9, np.nan), np.full(9, 0.01), "6 loads"),
    ],
)
def test_thin_data_is_refused_with_its_reason(load: Floats, latency: Floats, reason: str) -> None:
    found = fit_knee(load, latency)

    assert isinstance(found, Refusal)
    assert any(part in found.reason for part in reason.split("|"))


def test_a_refusal_still_tells_the_load_of_the_best_power() -> None:
    found = fit_knee(*curve(np.linspace(0.1, 0.7, 7), 0.01, 0.01))

    assert isinstance(found, Refusal)
    assert found.power_per_s == pytest.approx(500.0)
