"""Lines over time: buckets that do not move, scales that do not jump, drawings as strings."""

from __future__ import annotations

import math
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len

from lagtop.ui.chart import GUTTER, Trace, buckets, draw, top_of, window_s
from lagtop.ui.roles import Line
from lagtop.ui.text import rate


def text(lines: list[Line]) -> list[str]:
    """Lines without their roles."""
    return ["".join(piece.text for piece in line) for line in lines]


@pytest.mark.parametrize(
    ("span_s", "window"),
    [(0, 60), (61, 120), (120, 120), (121, 300), (4_000, 14_400), (10**6, 14_400)],
)
def test_the_window_is_the_shortest_that_holds_all(span_s: int, window: int) -> None:
    assert window_s(np.array([1e9, 1e9 + span_s])) == window


def test_a_new_value_moves_no_old_one() -> None:
    at = np.arange(1_700_000_000.0, 1_700_000_120.0, 2.0)
    values = np.arange(60.0)

    before, after = buckets(at[:-1], values[:-1], 120, 30), buckets(at, values, 120, 30)

    assert np.array_equal(before[1:], after[:-1], equal_nan=True)


def test_a_bucket_holds_the_mean_of_what_is_known() -> None:
    at = np.array([0.0, 1.0, 2.0, 3.0])
    values = np.array([10.0, 20.0, math.nan, 7.0])

    assert buckets(at, values, 8, 2).tolist()[-2:] == [15.0, 7.0]


def test_a_poll_that_was_missed_is_a_gap_and_a_slow_pace_is_none() -> None:
    slow = buckets(np.arange(0.0, 60.0, 5.0), np.ones(12), 60, 30)
    assert np.isfinite(slow[-56:]).all()

    at = np.array([0.0, 1, 2, 3, 4, 5, 50, 51, 52])
    holed = buckets(at, np.ones(9), 60, 30)
    assert np.isnan(holed[-40:-10]).all()


def test_no_history_is_an_empty_chart() -> None:
    nothing = np.empty(0)

    assert np.isnan(buckets(nothing, nothing, 120, 10)).all()


@pytest.mark.parametrize(
    ("highest", "top"),
    [(0.0, 1.0), (0.8, 1.0), (1.0, 1.0), (1.1, 1.5), (37.0, 50.0), (8.12e6, 1e7)],
)
def test_the_scale_ends_on_a_round_number(highest: float, top: float) -> None:
    assert top_of([Trace(np.array([0.0, highest, math.nan]), "text")]) == pytest.approx(top)


def test_a_rising_line_rises() -> None:
    rising = Trace(np.linspace(0.0, 10.0, 16), "growing")

    drawn = text(draw([rising], 8, 4, rate, "braille"))

    columns = [{x for x, dot in enumerate(line[GUTTER:]) if dot != " "} for line in drawn]
    assert [line[:GUTTER] for line in drawn] == ["     10 ", " " * GUTTER, " " * GUTTER, "      0 "]
    assert all(max(below) <= min(above) for above, below in pairwise(columns))


def test_each_line_has_its_own_role() -> None:
    low, high = Trace(np.full(8, 1.0), "trace"), Trace(np.full(8, 9.0), "growing")

    drawn = draw([low, high], 4, 4, rate, "braille")

    inked = {piece.role: piece.text for line in drawn for piece in line if piece.text.strip()}
    assert set(inked) == {"dim", "trace", "growing"}


@given(
    st.lists(st.floats(0, 1e9) | st.just(math.nan), min_size=20, max_size=20),
    st.integers(min_value=2, max_value=9),
)
def test_a_chart_is_as_wide_and_high_as_asked(values: list[float], height: int) -> None:
    drawn = text(draw([Trace(np.array(values), "text")], 10, height, rate, "*"))

    assert len(drawn) == height
    assert all(cell_len(line) <= GUTTER + 10 for line in drawn)
    assert all(line.isascii() for line in drawn)
