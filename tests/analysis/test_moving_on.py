"""The age of what a group reads next stays known while it moves on at each poll."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator

import numpy as np
import pytest

from lagtop.analysis.observer import Observer
from lagtop.analysis.report import LagMethod, PartitionRows
from lagtop.analysis.search import CLOSE_SHARE
from lagtop.live import ROUNDS_A_POLL
from lagtop.snapshot import NO_RECORD, TimeAnswer, TimeQuestion
from tests.analysis.build import one, snapshots

BEGIN_S = 2_000_000_000.0
POLL_S, POLLS, SETTLED_POLLS = 2.0, 40, 5


def log_ms(age_s: float, per_s: float, is_bursty: bool) -> list[int]:
    """When the records of a log were written, from long before a group's first to the end."""
    random = np.random.default_rng(1)
    gaps = random.exponential(1.0, int((1.2 * age_s + POLLS * POLL_S) * per_s) + 1)
    if is_bursty:
        gaps *= np.where(random.random(len(gaps)) < 0.002, 100, 1)
    times_s = BEGIN_S - 1.2 * age_s + np.cumsum(gaps / gaps.mean() / per_s)
    written: list[int] = np.floor(times_s * 1000).astype(np.int64).tolist()
    return written


def answer(question: TimeQuestion, log: list[int]) -> TimeAnswer:
    """As a broker answers that has these records."""
    at = bisect_left(log, question.time_ms)
    return TimeAnswer(question, *((at, log[at]) if at < len(log) else (NO_RECORD, NO_RECORD)))


def polled(age_s: float, speed: float, is_bursty: bool) -> Iterator[tuple[PartitionRows, float]]:
    """The row of a group that reads `speed` seconds of its log a second, and its true age."""
    log, random = log_ms(age_s, 20.0, is_bursty), np.random.default_rng(2)
    observer = Observer()
    moments = BEGIN_S + POLL_S * (np.arange(POLLS) + random.uniform(-0.2, 0.2, POLLS))
    at_ms = ((moments - BEGIN_S) * speed + BEGIN_S - age_s) * 1000
    committed = [bisect_left(log, time_ms) for time_ms in at_ms.tolist()]
    ends = [bisect_left(log, now * 1000) for now in moments.tolist()]
    lines = [one(*each) for each in zip(moments.tolist(), committed, ends, strict=True)]
    for snapshot, at, end in zip(snapshots(*lines), committed, ends, strict=True):
        yield observer.observe(snapshot).partitions, snapshot.captured_at - log[at] / 1000
        for _ in range(ROUNDS_A_POLL):
            asked = observer.time_questions()
            observer.learn_times([answer(question, log[:end]) for question in asked])


@pytest.mark.parametrize("is_bursty", [False, True], ids=["even", "bursty"])
@pytest.mark.parametrize(
    ("age_s", "speed"), [(300, 0.9), (300, 1.0), (3_600, 3.0), (3_600, 20.0), (86_400, 1.0)]
)
def test_an_age_that_was_known_is_no_bare_bound_at_the_next_commit(
    age_s: float, speed: float, is_bursty: bool
) -> None:
    for number, (rows, true_s) in enumerate(polled(age_s, speed, is_bursty)):
        assert rows.lag_s_low[0] - 0.01 <= true_s <= rows.lag_s_high[0] + 0.01
        if number >= SETTLED_POLLS:
            assert rows.lag_s_method[0] in (LagMethod.EXACT, LagMethod.BETWEEN), number
            assert rows.lag_s[0] == pytest.approx(true_s, rel=CLOSE_SHARE if is_bursty else 0.02)


def test_a_group_that_stands_still_is_soon_asked_about_no_more() -> None:
    log = log_ms(3_600, 20.0, False)
    observer, asked = Observer(), []
    lines = [one(BEGIN_S + POLL_S * n, 20_000, len(log)) for n in range(8)]
    for snapshot in snapshots(*lines):
        observer.observe(snapshot)
        while questions := observer.time_questions():
            observer.learn_times([answer(question, log) for question in questions])
            asked.append(snapshot.captured_at)

    assert max(asked) == BEGIN_S
