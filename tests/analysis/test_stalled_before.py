"""A group that stood still before anybody looked is told so as soon as a broker says since when."""

from __future__ import annotations

import pytest

from lagtop.analysis.observer import Observer
from lagtop.analysis.report import PartitionRows, Trend
from lagtop.snapshot import NO_RECORD, TimeAnswer, TimeQuestion
from tests.analysis.build import one, snapshots

BEGAN = 1_700_000_000
PER_S = 10
STOOD_FOR_S = 600
LOOKED_AT = BEGAN + STOOD_FOR_S + 1


def answer(question: TimeQuestion, now: float) -> TimeAnswer:
    """What a broker says of a log in which record n was written n / PER_S s after BEGAN."""
    offset = max(0, -((BEGAN * 1000 - question.time_ms) * PER_S // 1000))
    if offset >= (now - BEGAN) * PER_S:
        return TimeAnswer(question, NO_RECORD, NO_RECORD)
    return TimeAnswer(question, offset, BEGAN * 1000 + offset * 1000 // PER_S)


def trends(*, searched: bool, commits_at_s: float | None = None) -> dict[int, Trend]:
    """The trend of a group that stands still, two seconds apart, by seconds since we look."""
    told = watched(searched=searched, commits_at_s=commits_at_s)
    return {elapsed: Trend(rows.trend[0]) for elapsed, rows in told.items()}


def watched(
    *, searched: bool, commits_at_s: float | None = None, comes_at_s: float | None = None
) -> dict[int, PartitionRows]:
    """What is told of the group's partition, two seconds apart, by seconds since we look.

    A member comes at `comes_at_s`; the group has none before.
    """
    observer, found = Observer(), {}
    for elapsed in range(0, 120, 2):
        now = float(LOOKED_AT + elapsed)
        committed = 10 if commits_at_s is None or elapsed < commits_at_s else 400
        line = one(now, committed, int((now - BEGAN) * PER_S))
        if comes_at_s is not None and elapsed >= comes_at_s:
            line["groups"]["g"]["members"] = [["m", "m", "/h", {"orders": [0]}]]
        (snapshot,) = snapshots(line)
        found[elapsed] = observer.observe(snapshot).partitions
        while searched and (questions := observer.time_questions()):
            observer.learn_times([answer(question, now) for question in questions])
    return found


@pytest.mark.parametrize(("searched", "at_s"), [(True, 16), (False, 94)])
def test_a_stall_of_ten_minutes_is_told_when_it_is_known(searched: bool, at_s: int) -> None:
    stalled = [at for at, trend in trends(searched=searched).items() if trend == Trend.STALLED]

    assert min(stalled) == pytest.approx(at_s, abs=4)
    assert len(stalled) == len(range(min(stalled), 120, 2)), "and it stays so"


def test_who_commits_before_that_is_not_held_to_what_was() -> None:
    told = trends(searched=True, commits_at_s=12)

    assert Trend.STALLED not in [trend for at, trend in told.items() if at < 90]


@pytest.mark.parametrize(("searched", "since"), [(True, BEGAN + 1), (False, LOOKED_AT)])
def test_a_stall_began_when_its_next_record_came_as_far_as_that_is_known(
    searched: bool, since: float
) -> None:
    last = watched(searched=searched)[118]

    assert last.trend_since[0] == pytest.approx(since, abs=2.5)


def test_who_came_later_is_not_blamed_for_the_time_before() -> None:
    told = watched(searched=True, comes_at_s=20)

    trends = {at: rows.trend[0] for at, rows in told.items()}
    assert trends[18] == Trend.STALLED, "nobody read it until then"
    assert Trend.STALLED not in [trend for at, trend in trends.items() if 22 <= at < 100]
