"""Offsets by time and times by offset agree, whatever was written when."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from lagtop.demo.history import CAPACITY, History

written = st.lists(st.integers(0, 40), min_size=2, max_size=30)


def history_of(counts: list[int], step_s: float = 2.0) -> History:
    history = History()
    history.widen(np.array([100]))
    history.record(0.0, np.array([100]))
    for number, end in enumerate(100 + np.cumsum(counts), 1):
        history.record(number * step_s, np.array([end]))
    return history


@given(written, st.floats(0.001, 59.0))
def test_the_first_record_since_a_time_is_not_stamped_before_it(
    counts: list[int], t: float
) -> None:
    history, end = history_of(counts), 100 + sum(counts)

    offset = history.first_since(0, t)

    assert 100 <= offset <= end
    if offset < end:
        assert history.time_of(0, offset) >= t - 1e-5


@given(written, st.floats(0.001, 59.0))
def test_the_record_before_the_first_since_a_time_is_older(counts: list[int], t: float) -> None:
    history = history_of(counts)

    offset = history.first_since(0, t)

    if offset > 100:
        assert history.time_of(0, offset - 1) < t + 1e-5


@given(written)
def test_times_of_offsets_never_go_back(counts: list[int]) -> None:
    history = history_of(counts)

    times = [history.time_of(0, offset) for offset in range(90, 100 + sum(counts))]

    assert times == sorted(times)


def test_what_is_older_than_the_history_has_its_oldest_time() -> None:
    assert history_of([5, 5]).time_of(0, 3) == 0.0


def test_a_topic_added_later_has_always_ended_where_it_began() -> None:
    history = history_of([5, 5])

    history.widen(np.array([1_000, 2_000]))

    assert history.ends_at(2.0).tolist() == [105, 1_000, 2_000]


def test_a_full_history_forgets_its_older_half() -> None:
    history = history_of([1] * CAPACITY)

    assert history.time_of(0, 100) == CAPACITY // 2 * 2.0
    assert history.ends_at(1e9).tolist() == [100 + CAPACITY]
