"""What was written at this time on days before: asked in few questions, and unknown where it is."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from lagtop.analysis.before import DAY_S, MOST_PARTITIONS, NOT_TOLD, STEP_S, STEPS, Before
from lagtop.snapshot import NO_RECORD, Snapshot, TimeAnswer, TimeQuestion, TopicConfig
from tests.analysis.build import poll, snapshots

NOW = 1_700_000_000.0 // 60 * 60
END = 9_000
CUT = "its records do not reach back so far"


def seen(start: int = 0, end: int = END, partitions: int = 2, policy: str = "delete") -> Snapshot:
    """A group that reads a topic, whose partitions are all alike."""
    rows = [[index, 1, start, end, end] for index in range(partitions)]
    groups = {"billing": {"orders": [[index, end - 10] for index in range(partitions)]}}
    (one,) = snapshots(poll(NOW, {"orders": rows}, groups))
    return replace(one, configs={"orders": TopicConfig(cleanup_policy=policy)})


def asked_until_all_is_told(before: Before, reached: dict[int, list[int]]) -> int:
    """Answer with where the logs had come by the step of each day; gives how many questions."""
    count = 0
    while questions := before.questions():
        places = [(one.topic, one.partition) for one in questions]
        assert len(set(places)) == len(places)
        answers = [TimeAnswer(one, _reached(one, reached), one.time_ms) for one in questions]
        assert before.learn(answers) == []
        count += len(questions)
    return count


def _reached(question: TimeQuestion, reached: dict[int, list[int]]) -> int:
    ago_s = NOW - question.time_ms / 1000
    days = round(ago_s / DAY_S)
    return reached[days][round((days * DAY_S - ago_s) / STEP_S) - STEPS[0]]


FLAT = [3_000] * 5
OLD = [100] * 5


@pytest.mark.parametrize(
    ("yesterday", "a_week_ago", "snapshot", "rates", "reasons"),
    [
        pytest.param(
            [3_000, 3_030, 3_330, 3_360, 3_390], OLD, seen(), [2.0, 0.0], ["", ""],
            id="the fastest step of that day, over all partitions",
        ),
        pytest.param(
            [3_000, 3_030, NO_RECORD, NO_RECORD, NO_RECORD], OLD, seen(end=3_060), [0.2, 0.0],
            ["", ""], id="no record since then is the log's end",
        ),
        pytest.param(
            [3_000, 3_030, 3_330, 3_360, 3_390], [500] * 5, seen(start=500), [2.0, np.nan],
            ["", CUT], id="a week ago is deleted",
        ),
        pytest.param(
            FLAT, [0] * 5, seen(), [0.0, np.nan], ["", CUT], id="a week ago there was no record yet"
        ),
        pytest.param(
            [0, 0, 0, 30, 60], [0] * 5, seen(), [0.2, np.nan], ["", CUT],
            id="the first records were of yesterday",
        ),
    ],
)  # fmt: skip
def test_what_was_written_then_is_known_or_why_not(
    yesterday: list[int],
    a_week_ago: list[int],
    snapshot: Snapshot,
    rates: list[float],
    reasons: list[str],
) -> None:
    before = Before()
    before.follow(snapshot, [0])
    asked = asked_until_all_is_told(before, {1: yesterday, 7: a_week_ago})

    told = before.follow(snapshot, [0])[0]
    assert [one.per_s for one in told] == pytest.approx(rates, nan_ok=True)
    assert [one.reason for one in told] == reasons
    assert asked == 2 * len(STEPS) * 2


def test_without_a_spike_nothing_is_asked() -> None:
    before = Before()

    assert before.follow(seen(), []) == {}
    assert before.questions() == []


def test_a_spike_is_asked_about_once_in_a_quarter_of_an_hour() -> None:
    before = Before()
    before.follow(seen(), [0])
    assert asked_until_all_is_told(before, {1: FLAT, 7: OLD})

    for later_s, asks in ((2.0, False), (800.0, False), (1_000.0, True)):
        before.follow(replace(seen(), captured_at=NOW + later_s), [0])
        assert bool(before.questions()) == asks


def test_who_does_not_answer_is_not_asked_for_ever() -> None:
    before, count = Before(), 0
    for _ in range(50):
        told = before.follow(seen(), [0])[0]
        count += len(before.questions())

    assert [one.reason for one in told] == [NOT_TOLD] * 2
    assert count == 2 * 2 * 2 * len(STEPS)


@pytest.mark.parametrize(
    ("snapshot", "reason"),
    [
        (seen(policy="compact,delete"), "orders is compacted"),
        (seen(partitions=MOST_PARTITIONS + 1), "201 partitions are too many"),
    ],
)
def test_what_could_not_be_told_is_not_asked(snapshot: Snapshot, reason: str) -> None:
    before = Before()
    told = before.follow(snapshot, [0])[0]

    assert before.questions() == []
    assert all(reason in one.reason for one in told)


def test_answers_to_others_are_left_to_them() -> None:
    before = Before()
    before.follow(seen(), [0])
    other = TimeAnswer(TimeQuestion("orders", 0, 5), 1, 6)

    assert before.learn([other]) == [other]
