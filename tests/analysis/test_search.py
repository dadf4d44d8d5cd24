"""The search by time always ends on the truth, within few rounds."""

from __future__ import annotations

import statistics
from bisect import bisect_left

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lagtop.analysis.search import NARROW_MS, NARROW_SHARE, TimeSearch, next_offsets
from lagtop.snapshot import NO_RECORD, TimeAnswer, TimeQuestion
from tests.analysis.build import one, poll, snapshots

NOW_MS = 2_000_000_000_000


class Log:
    """Records with times; answers as a broker does."""

    def __init__(self, times_ms: list[int]) -> None:
        self.times_ms = times_ms

    def answer(self, question: TimeQuestion) -> TimeAnswer:
        at = bisect_left(self.times_ms, question.time_ms)
        if at == len(self.times_ms):
            return TimeAnswer(question, NO_RECORD, NO_RECORD)
        return TimeAnswer(question, at, self.times_ms[at])


def search(log: Log, offset: int, latest_ms: int = NOW_MS) -> tuple[TimeSearch, int]:
    """A finished search for one committed offset, and how many rounds it took."""
    found = TimeSearch()
    (snapshot,) = snapshots(one(NOW_MS / 1000, offset, len(log.times_ms)))
    found.follow(snapshot, np.array([0]), np.array([latest_ms / 1000]))
    rounds = 0
    while questions := found.questions(NOW_MS / 1000, most=10):
        found.learn([log.answer(question) for question in questions], NOW_MS / 1000)
        rounds += 1
    return found, rounds


def bounds_ms(found: TimeSearch, offset: int) -> tuple[float, float]:
    low, best, high = found.bounds(["orders"], [0], [offset])
    assert np.isnan(best[0]) or low[0] <= best[0] <= high[0]
    return float(low[0]) * 1000, float(high[0]) * 1000


LOGS = st.lists(
    st.integers(NOW_MS - 10**9, NOW_MS - 1), min_size=2, max_size=300
).map(sorted)  # fmt: skip


@given(times=LOGS, data=st.data())
def test_the_bracket_holds_the_records_time_and_is_narrow(
    times: list[int], data: st.DataObject
) -> None:
    offset = data.draw(st.integers(0, len(times) - 1))

    found, _ = search(Log(times), offset)

    low, high = bounds_ms(found, offset)
    assert low - 1 <= times[offset] <= high + 1
    assert high - low <= max(NARROW_MS, NARROW_SHARE * (NOW_MS - low)) + 1


@settings(max_examples=20)
@given(seed=st.integers(0, 10**6))
def test_it_takes_few_rounds_on_bursty_logs(seed: int) -> None:
    random = np.random.default_rng(seed)
    gaps = random.exponential(200, 5_000) * np.where(random.random(5_000) < 0.01, 500, 1)
    times = (NOW_MS - 1 - np.cumsum(gaps)[::-1]).astype(np.int64).tolist()

    rounds = [search(Log(times), offset)[1] for offset in range(10, 5_000, 250)]

    assert statistics.median(rounds) <= 9
    assert max(rounds) <= 24


def test_nothing_is_asked_twice_of_the_same_offset() -> None:
    log = Log([NOW_MS - 10_000_000 + 1_000 * n for n in range(1_000)])
    found, _ = search(log, 400)
    (snapshot,) = snapshots(one(NOW_MS / 1000, 400, 1_000))

    found.follow(snapshot, np.array([0]), np.array([NOW_MS / 1000]))

    assert found.questions(NOW_MS / 1000, most=10) == []


def test_what_was_learnt_serves_the_next_offset() -> None:
    log = Log([NOW_MS - 10_000_000 + 1_000 * n for n in range(1_000)])
    found, rounds = search(log, 400)
    (snapshot,) = snapshots(one(NOW_MS / 1000, 401, 1_000))
    found.follow(snapshot, np.array([0]), np.array([NOW_MS / 1000]))

    again = 0
    while questions := found.questions(NOW_MS / 1000, most=10):
        assert questions[0].time_ms > 0
        found.learn([log.answer(question) for question in questions], NOW_MS / 1000)
        again += 1

    assert again <= rounds
    low, high = bounds_ms(found, 401)
    assert low - 1 <= log.times_ms[401] <= high + 1


def test_an_empty_log_is_asked_once_a_poll_and_stays_unknown() -> None:
    found = TimeSearch()
    (snapshot,) = snapshots(one(NOW_MS / 1000, 3, 5))
    found.follow(snapshot, np.array([0]), np.array([NOW_MS / 1000]))
    (question,) = found.questions(NOW_MS / 1000, most=10)

    found.learn([TimeAnswer(question, NO_RECORD, NO_RECORD)], NOW_MS / 1000)

    assert all(np.isnan(bounds_ms(found, 3)))


@pytest.mark.parametrize("most", [0, 1, 5])
def test_a_round_keeps_to_its_budget(most: int) -> None:
    found = TimeSearch()
    (snapshot,) = snapshots(one(NOW_MS / 1000, 3, 5))
    found.follow(snapshot, np.array([0]), np.array([NOW_MS / 1000]))

    assert len(found.questions(NOW_MS / 1000, most)) == min(most, 1)


def test_groups_behind_on_one_partition_are_each_found() -> None:
    log = Log([NOW_MS - 3_600_000 + 10_000 * n for n in range(360)])
    committed = {"old": 36, "mid": 270, "new": 350}
    topic = {"orders": [[0, 1, 0, 360, 360]]}
    groups = {name: {"orders": [[0, offset]]} for name, offset in committed.items()}
    (snapshot,) = snapshots(poll(NOW_MS / 1000, topic, groups))
    found = TimeSearch()
    found.follow(snapshot, np.arange(3), np.full(3, NOW_MS / 1000))

    while questions := found.questions(NOW_MS / 1000, most=10):
        assert len({(one.topic, one.partition) for one in questions}) == len(questions)
        found.learn([log.answer(question) for question in questions], NOW_MS / 1000)

    for offset in committed.values():
        low, high = bounds_ms(found, offset)
        assert low - 1 <= log.times_ms[offset] <= high + 1
        assert high - low <= max(NARROW_MS, NARROW_SHARE * (NOW_MS - low)) + 1


def test_a_lost_offset_is_searched_where_the_log_begins() -> None:
    (snapshot,) = snapshots(one(10.0, 3, 90, start=40))

    assert next_offsets(snapshot, np.array([0])).tolist() == [40]
