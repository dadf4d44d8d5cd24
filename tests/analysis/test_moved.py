"""Offsets that were moved and not read are told: which way, how far, and for how long."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pytest

from lagtop.analysis.diagnosis.diagnose import diagnose
from lagtop.analysis.moved import Span
from lagtop.analysis.observer import Observer
from lagtop.analysis.past import LOGGED
from lagtop.analysis.report import PAST_S, Report
from tests.analysis.build import Line, poll, reports, snapshots

START, STOOD, END = 1_000, 5_000, 9_000
MOVED_AT = 20.0
CONSUMER: Line = {"type": "classic", "protocol_type": "consumer"}
NEVER_JOINED: Line = {"type": "classic", "protocol_type": ""}
NOBODY = Span(0, 0)


def at(
    t: float, committed: Sequence[int], members: Sequence[str] = (), kind: Line = CONSUMER,
    start: int = START, end: int = END, **more: Any,
) -> Line:  # fmt: skip
    """A poll of one group that reads the partitions of one topic; its first member owns all."""
    said: list[list[Any]] = [[name, "client", "/host", {}] for name in members]
    if said:
        said[0][3] = {"orders": list(range(len(committed)))}
    offsets = {"orders": list(map(list, enumerate(committed)))}
    group = kind | {"offsets": offsets, "members": said, "state": "Stable" if said else "Empty"}
    topics = {"orders": [[index, 1, start, end, end] for index in range(len(committed))]}
    return poll(t, topics, {"g": group | more})


def moved(*committed: int, **more: Any) -> Report:
    """What is reported of a group in which nobody is, when its offsets are elsewhere."""
    stood = [STOOD] * len(committed)
    return reports(at(0, stood), at(MOVED_AT, committed, **more))[-1]


@pytest.mark.parametrize(
    ("committed", "forward", "back"),
    [
        pytest.param([END, STOOD], Span(END - STOOD, 1), NOBODY, id="one to the latest"),
        pytest.param([END, END], Span(2 * (END - STOOD), 2), NOBODY, id="all to the latest"),
        pytest.param([START, START], NOBODY, Span(2 * (STOOD - START), 2), id="to the earliest"),
        pytest.param([7_000, 4_000], Span(2_000, 1), Span(1_000, 1), id="to one time"),
        pytest.param([0], NOBODY, Span(STOOD - START, 1), id="to what is no longer there"),
    ],
)
def test_a_poll_that_shows_a_reset_tells_one_event_of_the_group(
    committed: list[int], forward: Span, back: Span
) -> None:
    seen = moved(*committed)

    (move,) = seen.moves
    assert (move.at, move.group, move.forward, move.back) == (MOVED_AT, "g", forward, back)


@pytest.mark.parametrize(
    "seen",
    [
        pytest.param(moved(STOOD), id="it stands"),
        pytest.param(moved(END, members=["a"]), id="who has come may have read it"),
        pytest.param(moved(END, kind=NEVER_JOINED), id="nobody ever joined: it looks like reading"),
        pytest.param(
            moved(END, gap=["timeout", "broker 1 did not answer"]), id="nobody says who is there"
        ),
        pytest.param(
            reports(at(0, [STOOD], ["a"]), at(2, [END]))[-1], id="who has left may have read it"
        ),
        pytest.param(
            reports(at(0, [STOOD]), at(600, [END]))[-1], id="nobody looked for ten minutes"
        ),
        pytest.param(moved(6_000, start=6_000), id="retention deleted all that was skipped"),
        pytest.param(
            reports(at(0, [STOOD], ["a"]), at(2, [6_000], ["a"], start=6_000))[-1],
            id="a member goes on after what retention deleted",
        ),
        pytest.param(moved(10, start=0, end=10), id="the log was truncated, or is another"),
    ],
)
def test_what_is_no_reset_is_not_told_as_one(seen: Report) -> None:
    assert not seen.moves
    assert "offsets moved" not in {one.cause for one in diagnose(seen, 0)}


def test_what_retention_deleted_is_not_among_what_was_skipped() -> None:
    (move,) = moved(END, start=6_000).moves

    assert move.forward == Span(END - 6_000, 1)


def test_a_consumer_that_rewinds_is_told() -> None:
    seen = reports(at(0, [STOOD], ["a"]), at(2, [4_000], ["a"]))[-1]

    assert [move.back for move in seen.moves] == [Span(1_000, 1)]


def test_a_reset_is_the_reason_and_a_cause_for_some_minutes() -> None:
    lines = [at(t, [STOOD if t < MOVED_AT else END]) for t in range(0, int(PAST_S) + 60, 10)]
    found = reports(*lines)

    said = (
        "forward by 4,000 messages in 1 partition, which no member read: a reset, or a reader"
        " that never joins"
    )
    told = {
        report.captured_at: report.reasons[report.groups.reason[0]] for report in found
    }
    assert told[MOVED_AT - 10].startswith("no consumer")
    assert told[MOVED_AT + 190] == f"offsets moved 3m10s ago: {said}"
    assert told[MOVED_AT + PAST_S] == f"offsets moved 15m00s ago: {said}"
    assert told[MOVED_AT + PAST_S + 10] == ""
    assert [one.cause for one in diagnose(found[0], 0)] == ["no consumer"]
    assert diagnose(found[-1], 0) == ()
    (cause,) = diagnose(found[21], 0)
    assert (cause.cause, cause.evidence) == ("offsets moved", f"offsets moved 3m10s ago: {said}")
    assert [move.how for move in found[-1].moves] == [said]


def test_a_graver_reason_stands_before_a_reset() -> None:
    lines = [at(t, [STOOD if t < 100 else START], end=END + 10 * t) for t in range(0, 300, 2)]
    last = reports(*lines)[-1]

    assert last.reasons[last.groups.reason[0]].startswith("no consumer")
    assert [one.cause for one in diagnose(last, 0)] == ["no consumer", "offsets moved"]


def test_who_goes_back_again_and_again_fills_no_log() -> None:
    observer = Observer()
    lines = [at(t, [STOOD - 100 * (t % 4 == 2)], ["a"]) for t in range(0, 200, 2)]
    for snapshot in snapshots(*lines):
        last = observer.observe(snapshot)

    assert last.past is not None
    assert last.past.rewinds[0] == 50
    assert len(last.moves) == LOGGED
    assert last.past.moves[0].at == 198
    assert [one.cause for one in diagnose(last, 0)] == ["reprocessing loop"]


def test_a_move_is_told_of_its_group_when_others_come_before_it() -> None:
    first, second = at(0, [STOOD]), at(2, [END])
    third = at(4, [END])
    third["groups"]["a"] = at(4, [STOOD])["groups"]["g"]

    last = reports(first, second, third)[-1]

    assert last.past is not None
    names = [last.group_facts[row].name for row in last.past.moves]
    assert names == ["g"]
