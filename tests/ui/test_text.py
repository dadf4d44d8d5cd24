"""Numbers as people read them."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lagtop.snapshot import UNKNOWN
from lagtop.ui import text

COUNTS = st.integers(min_value=-(2**63) + 1, max_value=2**63 - 1)
SECONDS = st.floats(min_value=0, allow_nan=False)
RATES = st.floats(allow_nan=False, allow_infinity=False, min_value=-1e18, max_value=1e18)


@pytest.mark.parametrize(
    ("number", "told"),
    [
        (0, "0"),
        (999, "999"),
        (1_000, "1.0k"),
        (22_040, "22.0k"),
        (412_000, "412.0k"),
        (999_949, "999.9k"),
        (999_950, "1.00M"),
        (8_123_456, "8.12M"),
        (12_400_000, "12.4M"),
        (412_000_000, "412M"),
        (999_600_000, "1.00G"),
        (2**63 - 1, "9.22E"),
        (-5, "-5"),
        (-12_400_000, "-12.4M"),
        (UNKNOWN, "?"),
    ],
)
def test_a_count_is_told_in_short(number: int, told: str) -> None:
    assert text.count(number) == told


def test_an_exact_count_is_told_whole() -> None:
    assert text.count(8_123_456, exact=True) == "8,123,456"


@given(COUNTS)
def test_no_count_needs_more_than_six_cells_and_its_sign(number: int) -> None:
    assert len(text.count(abs(number))) <= 6


@given(COUNTS, COUNTS)
def test_a_longer_count_never_reads_as_a_shorter_one(one: int, other: int) -> None:
    low, high = sorted((abs(one), abs(other)))

    assert worth(text.count(low)) <= worth(text.count(high)) * 1.0000001


def worth(told: str) -> float:
    """What a count that was told in short says."""
    if told[-1].isdigit():
        return float(told)
    return float(told[:-1]) * 1000.0 ** ("kMGTPE".index(told[-1]) + 1)


@pytest.mark.parametrize(
    ("per_s", "told"),
    [
        (0.0, "0"),
        (0.001, "<0.1"),
        (0.6, "0.6"),
        (9.94, "9.9"),
        (9.96, "10"),
        (999.4, "999"),
        (999.6, "1.0k"),
        (21_400.0, "21.4k"),
        (math.nan, "?"),
    ],
)
def test_a_rate_is_told_in_short(per_s: float, told: str) -> None:
    assert text.rate(per_s) == told


@given(RATES.filter(bool))
def test_no_rate_but_zero_reads_as_zero(per_s: float) -> None:
    assert text.rate(per_s) != "0"


@given(RATES)
def test_no_rate_needs_more_than_seven_cells(per_s: float) -> None:
    assert len(text.signed_rate(per_s)) <= 7


@pytest.mark.parametrize(
    ("seconds", "told"),
    [
        (0.0, "0"),
        (0.01, "<0.1s"),
        (0.3, "0.3s"),
        (9.94, "9.9s"),
        (9.96, "10s"),
        (59.4, "59s"),
        (59.6, "1m00s"),
        (842.0, "14m02s"),
        (3_599.6, "1h00m"),
        (79_500.0, "22h05m"),
        (273_600.0, "3d04h"),
        (100 * 86_400.0, "100d"),
        (3e9, "95.1y"),
        (1e18, ">999y"),
        (math.inf, "never"),
        (math.nan, "?"),
    ],
)
def test_a_span_is_told_in_two_units_at_most(seconds: float, told: str) -> None:
    assert text.duration(seconds) == told


@given(SECONDS)
def test_no_span_needs_more_than_six_cells(seconds: float) -> None:
    assert len(text.duration(seconds)) <= 6


@given(SECONDS, SECONDS, SECONDS, st.integers(min_value=6, max_value=20))
def test_a_drain_never_outgrows_its_width(s: float, low: float, more: float, width: int) -> None:
    assert len(text.drain(s, low, low + more, width)) <= width


@pytest.mark.parametrize(
    ("fraction", "told"),
    [(0.0, "0%"), (0.001, "<1%"), (0.97, "97%"), (0.997, ">99%"), (1.0, "100%"), (math.nan, "?")],
)
def test_a_share_is_told_in_per_cent(fraction: float, told: str) -> None:
    assert text.per_cent(fraction) == told


def test_a_sum_with_a_hole_is_at_least_so_much() -> None:
    assert text.at_least("18.2k", 2, "≥") == "≥18.2k"
    assert text.at_least("18.2k", 0, "≥") == "18.2k"
    assert text.at_least("?", 2, "≥") == "?"
