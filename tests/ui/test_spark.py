"""Sparklines and bars as strings."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from lagtop.ui.spark import bar, sparkline, sparklines


@pytest.mark.parametrize(
    ("values", "drawn"),
    [
        ([1, 2, 3, 4, 5, 6, 7, 8], "▁▂▃▄▅▆▇█"),
        ([8, 7, 6, 5, 4, 3, 2, 1], "█▇▆▅▄▃▂▁"),
        ([0] * 8, "▁▁▁▁▁▁▁▁"),
        ([500] * 8, "▅▅▅▅▅▅▅▅"),
        ([], "········"),
        ([1, math.nan, 8], "·····▁·█"),
        ([1_000_000, 1_000_001], "······▅▅"),
    ],
    ids=["rises", "falls", "nothing", "level", "no history", "a hole", "noise on a big lag"],
)
def test_a_trace_shows_where_the_lag_goes(values: list[float], drawn: str) -> None:
    assert sparkline(values, 8) == drawn


def test_ascii_has_a_ramp_of_its_own_and_a_blank_for_unknown() -> None:
    assert sparkline([1, 2, 3, 4, 5, 6, 7, 8], 9, ascii_glyphs=True) == " .:-=+*#@"


def test_only_the_newest_moments_are_drawn() -> None:
    assert sparkline([9, 9, 1, 8], 2) == "▁█"


def test_each_row_has_its_own_scale() -> None:
    history = [np.array([1, 100, 0], np.float32), np.array([2, 200, 0], np.float32)]

    assert sparklines(history, np.array([1, 0]), 2) == ["▁█", "▁█"]


def test_no_rows_make_no_traces() -> None:
    assert sparklines([], np.empty(0, dtype=np.intp), 8) == []


@given(st.lists(st.floats(width=32, allow_infinity=False), max_size=12), st.integers(1, 12))
def test_a_trace_is_always_as_wide_as_asked(values: list[float], width: int) -> None:
    assert len(sparkline(values, width)) == width


@pytest.mark.parametrize(
    ("fraction", "drawn"),
    [
        (0.0, "    "),
        (1.0, "████"),
        (0.5, "██  "),
        (0.01, "▏   "),
        (math.nan, "    "),
        (7.0, "████"),
    ],
)
def test_a_bar_is_filled_by_its_fraction(fraction: float, drawn: str) -> None:
    assert bar(fraction, 4) == drawn
