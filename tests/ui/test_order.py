"""The order of rows: partial, stable, unknown last."""

from __future__ import annotations

import math

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from lagtop.ui.order import head, position, sort_key

VALUES = st.lists(st.sampled_from([0.0, 1.0, 2.0, 7.5, math.inf, -math.inf, math.nan]), max_size=60)


@given(VALUES, st.booleans(), st.integers(min_value=0, max_value=60))
def test_the_head_is_the_start_of_the_whole_order(
    values: list[float], descending: bool, wanted: int
) -> None:
    key = sort_key(np.array(values), descending=descending)
    by_value_then_row = sorted(range(len(key)), key=lambda row: (key[row], row))

    assert head(key, wanted).tolist() == by_value_then_row[:wanted]


@given(VALUES.filter(bool), st.booleans(), st.data())
def test_a_row_stands_where_the_order_puts_it(
    values: list[float], descending: bool, data: st.DataObject
) -> None:
    key = sort_key(np.array(values), descending=descending)
    row = data.draw(st.integers(min_value=0, max_value=len(values) - 1))

    assert head(key, len(key)).tolist().index(row) == position(key, row)


def test_unknown_comes_last_both_ways_and_never_before_it() -> None:
    values = np.array([math.nan, 1.0, math.inf])

    assert head(sort_key(values, descending=True), 3).tolist() == [2, 1, 0]
    assert head(sort_key(values, descending=False), 3).tolist() == [1, 2, 0]
