"""Percentiles from buckets against percentiles from all values."""

from __future__ import annotations

import math
from collections.abc import Iterable

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from lagtop.probe.histogram import BUCKETS, Histogram

LATENCIES = st.lists(st.floats(1e-6, 10_000), min_size=1, max_size=200)


def of(latencies_s: Iterable[float]) -> Histogram:
    """A histogram of some latencies."""
    histogram = Histogram()
    for latency_s in latencies_s:
        histogram.add(latency_s)
    return histogram


@given(LATENCIES, st.floats(0.001, 1.0))
def test_a_quantile_is_within_a_bucket_of_the_value_that_stands_there(
    latencies: list[float], share: float
) -> None:
    rank = max(1, math.ceil(share * len(latencies) - 1e-9))

    assert of(latencies).quantile(share) == pytest.approx(sorted(latencies)[rank - 1], rel=0.012)


@pytest.mark.parametrize(("share", "enough"), [(0.95, 20), (0.99, 100)])
def test_a_percentile_is_not_known_of_too_few(share: float, enough: int) -> None:
    latencies = [0.001 * 1.05**step for step in range(enough)]

    assert math.isnan(of(latencies[1:]).sure_quantile(share))
    assert of(latencies).sure_quantile(share) == pytest.approx(latencies[-2], rel=0.012)
    assert of([0.5]).sure_quantile(0.5) == 0.5


@given(LATENCIES, LATENCIES)
def test_merging_is_the_same_as_counting_all(first: list[float], second: list[float]) -> None:
    merged, whole = of(first), of(first + second)
    merged.merge(of(second))

    assert (merged.counts == whole.counts).all()
    assert (merged.count, merged.least_s, merged.most_s) == (
        whole.count,
        whole.least_s,
        whole.most_s,
    )
    assert merged.mean_s == pytest.approx(whole.mean_s)


@given(LATENCIES, st.integers(1, 40))
def test_the_bars_hold_every_latency_and_are_not_more_than_asked(
    latencies: list[float], most: int
) -> None:
    bars = of(latencies).bars(most)

    assert len(bars) <= most
    assert sum(count for _, _, count in bars) == len(latencies)
    assert bars[0][0] <= min(latencies) * 1.0001
    assert bars[-1][1] >= max(latencies) * 0.9999


def test_nothing_has_no_percentile() -> None:
    empty = Histogram()

    assert math.isnan(empty.quantile(0.5))
    assert math.isnan(empty.mean_s)
    assert empty.bars(10) == []


def test_memory_does_not_grow_with_what_is_counted() -> None:
    histogram = of(np.random.default_rng(1).lognormal(-5, 2, 10_000))
    histogram.add(0.0)
    histogram.add(1e9)

    assert histogram.counts.size == BUCKETS
    assert histogram.quantile(1.0) == pytest.approx(2**34 * 1e-6, rel=0.03)
    assert histogram.quantile(0.0) == pytest.approx(0.0, abs=2e-6)
