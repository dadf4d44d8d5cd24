"""What somebody set by hand is not consumed, and whatever may have been is not known to be."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import pytest

from lagtop.analysis.glance import Glance
from lagtop.analysis.report import Report, Trend
from lagtop.analysis.skips import NONE, Skips
from tests.analysis.build import Line, poll, reports

OUT_PER_S, COMMIT_EVERY_S = 100, 4
STEP = OUT_PER_S * COMMIT_EVERY_S
EMPTY_AT, JUMP_AT, END_AT = 100, 120, 180
JUMP = 50_000
END = 1_000_000
CONSUMER: Line = {"type": "classic", "protocol_type": "consumer"}
MODERN: Line = {"type": "consumer", "protocol_type": "consumer"}
NEVER_JOINED: Line = {"type": "classic", "protocol_type": ""}
BEFORE_WE_KNEW: Line = {"type": "classic"}
GAP: Line = {"gap": ["timeout", "broker 1 did not answer"]}


def at(t: int, committed: Sequence[int], kind: Line, members: Sequence[str], **more: Any) -> Line:
    """A poll of one group that reads two partitions, of which all are owned by its first member."""
    said: list[list[Any]] = [[name, "client", "/host", {}] for name in members]
    if said:
        said[0][3] = {"orders": [0, 1]}
    offsets = {"orders": list(map(list, enumerate(committed)))}
    group = kind | {"offsets": offsets, "members": said, "state": "Stable" if said else "Empty"}
    topics = {"orders": [[index, 1, 0, END, END] for index in range(2)]}
    return poll(float(t), topics, {"g": group | more})


def read_until(t: int) -> int:
    """How far a partition has been committed."""
    return OUT_PER_S * (t - t % COMMIT_EVERY_S)


def told(*lines: Line) -> list[Report]:
    """The reports of a group that was read for a while, with what comes then."""
    began = [at(t, [read_until(t)] * 2, CONSUMER, ["a", "b"]) for t in range(0, EMPTY_AT, 2)]
    return reports(*began, *lines)[len(began) :]


def emptied(kind: Line, jump: int = JUMP) -> list[Report]:
    """Of a group that is emptied, and one of whose offsets is set forward then."""
    stood = read_until(EMPTY_AT)
    return told(
        *(
            at(t, [stood + (t >= JUMP_AT) * jump, stood], kind, [])
            for t in range(EMPTY_AT, END_AT, 2)
        )
    )


def most(found: Sequence[Report]) -> float:
    """The highest rate that is shown, of a partition or of the group."""
    rates = [report.partitions.consumed_per_s for report in found]
    rates += [report.groups.consumed_per_s for report in found]
    return float(np.nanmax(np.concatenate(rates)))


@pytest.mark.parametrize("kind", [CONSUMER, MODERN])
@pytest.mark.parametrize("jump", [JUMP, STEP])
def test_what_an_admin_sets_forward_is_never_consumed(kind: Line, jump: int) -> None:
    found = emptied(kind, jump)

    assert most(found) <= 2 * OUT_PER_S * 1.05
    assert most(found[(JUMP_AT - EMPTY_AT) // 2 :]) <= 2 * OUT_PER_S
    assert np.isnan(found[(JUMP_AT - EMPTY_AT) // 2].partitions.consumed_per_s[0])
    assert found[-1].partitions.consumed_per_s.tolist() == [0.0, 0.0]
    assert found[-1].groups.consumed_per_s.tolist() == [0.0]


@pytest.mark.parametrize("kind", [NEVER_JOINED, BEFORE_WE_KNEW])
def test_what_moves_in_a_group_that_nobody_joined_is_consumed(kind: Line) -> None:
    lines = [at(t, [read_until(t)] * 2, kind, []) for t in range(0, END_AT, 2)]

    last = reports(*lines)[-1]

    assert last.partitions.consumed_per_s == pytest.approx([OUT_PER_S] * 2, rel=0.05)
    assert last.groups.consumed_per_s == pytest.approx([2 * OUT_PER_S], rel=0.05)


def test_a_recording_that_does_not_tell_plays_as_it_did() -> None:
    assert most(emptied(BEFORE_WE_KNEW)) > 4 * OUT_PER_S


@pytest.mark.parametrize(
    ("members", "more", "is_known"),
    [
        pytest.param(["a", "b"], {}, True, id="nobody left"),
        pytest.param(["b"], {}, True, id="one of two left"),
        pytest.param(["b", "c"], {}, True, id="one of two is another"),
        pytest.param(["c", "d"], {}, False, id="all are others: it was empty between, perhaps"),
        pytest.param([], {}, False, id="all have left"),
        pytest.param(["a", "b"], GAP, False, id="nobody says who is there"),
    ],
)
def test_a_leap_is_consumed_where_a_member_was_there_before_and_after(
    members: list[str], more: Line, is_known: bool
) -> None:
    leapt = [read_until(EMPTY_AT) + JUMP, read_until(EMPTY_AT)]

    (found,) = told(at(EMPTY_AT, leapt, CONSUMER, members, **more))

    assert np.isnan(found.partitions.consumed_per_s[0]) != is_known
    assert not np.isnan(found.partitions.consumed_per_s[1])
    assert (found.groups.consumed_missing[0] == 0) == is_known


def test_a_usual_commit_before_the_members_left_is_consumed() -> None:
    (found,) = told(at(EMPTY_AT, [read_until(EMPTY_AT)] * 2, CONSUMER, []))

    assert found.partitions.consumed_per_s == pytest.approx([OUT_PER_S] * 2, rel=0.05)


@pytest.mark.parametrize(("state", "is_known"), [("Stable", True), ("Empty", False)])
def test_where_members_may_not_be_seen_the_state_must_do(state: str, is_known: bool) -> None:
    gap = ["unauthorized", "no DESCRIBE on topic orders"]
    lines = [
        at(t, [read_until(t)] * 2, MODERN, [], gap=gap, state=state) for t in range(0, END_AT, 2)
    ]

    assert np.isnan(reports(*lines)[-1].groups.consumed_per_s[0]) != is_known


def test_who_reads_on_after_a_reset_is_measured_from_there() -> None:
    stood = read_until(EMPTY_AT)
    back = [
        at(t, [stood + JUMP + read_until(t) - read_until(JUMP_AT)] * 2, CONSUMER, ["c"])
        for t in range(JUMP_AT, END_AT, 2)
    ]

    found = told(at(EMPTY_AT, [stood] * 2, CONSUMER, []), *back)

    assert most(found) <= 2 * OUT_PER_S * 1.3
    assert found[-1].groups.consumed_per_s == pytest.approx([2 * OUT_PER_S], rel=0.05)
    assert found[-1].partitions.consumed_per_s == pytest.approx([OUT_PER_S] * 2, rel=0.05)


def test_a_rate_at_a_glance_begins_anew() -> None:
    glance, committed = Glance(2), np.array([0, 0])
    for t in range(0, 100, 2):
        if t == 80:
            glance.skip(Skips(NONE, NONE, np.array([1])))
            committed = committed + np.array([0, JUMP])
        committed = committed + np.array([20, 0])
        glance.push(committed, np.full(2, float(t)), np.full(2, 1e6), float(t))
        if t == 80:
            assert np.isnan(glance.consumed_per_s()[1])

    assert glance.consumed_per_s() == pytest.approx([10.0, 0.0], rel=0.02)


SELDOM_S, LEFT_AT, BACK_AT = 60, 600, 750


def restarted(instance: str) -> list[Report]:
    """A healthy group that commits once a minute, from its only member's restart on."""
    lines = []
    for t in range(0, BACK_AT + 200, 2):
        stood = min(t, LEFT_AT) if t < BACK_AT else t
        since = 0 if t < BACK_AT else BACK_AT
        committed = OUT_PER_S * (stood - (stood - since) % SELDOM_S)
        member = ["m-1" if t < BACK_AT else "m-2", "client", "/host", {"orders": [0]}, instance]
        offsets = {"orders": [[0, committed]]}
        group = CONSUMER | {"state": "Stable", "offsets": offsets, "members": [member]}
        end = OUT_PER_S * t + 1_000
        lines.append(poll(float(t), {"orders": [[0, 1, 0, end, end]]}, {"g": group}))
    return reports(*lines)[BACK_AT // 2 :]


def test_a_static_member_that_restarts_keeps_its_seat() -> None:
    found = restarted("instance")

    assert found[0].groups.consumed_per_s == pytest.approx([OUT_PER_S], rel=0.05)
    assert not any(report.groups.trend[0] == Trend.STALLED for report in found)


def test_who_begins_anew_may_be_silent_as_long_as_before() -> None:
    found = restarted("")

    assert np.isnan(found[0].groups.consumed_per_s[0])
    assert not any(report.groups.consumed_per_s[0] == 0 for report in found)
    assert not any(report.groups.trend[0] == Trend.STALLED for report in found)


def test_a_row_at_a_glance_that_begins_anew_may_be_silent_as_long_as_before() -> None:
    glance, lag = Glance(1), np.full(1, 1e6)
    for t in range(0, LEFT_AT + 2 * SELDOM_S, 2):
        if t == LEFT_AT:
            glance.skip(Skips(NONE, NONE, np.array([0])))
        glance.push(np.array([t // SELDOM_S * 6_000]), np.full(1, float(t)), lag, float(t))
        rate = glance.consumed_per_s()
        if t >= LEFT_AT:
            assert np.isnan(rate[0]) or rate[0] == pytest.approx(OUT_PER_S)
            assert glance.trend(lag, rate, rate)[0] != Trend.STALLED


def test_who_goes_on_time_and_again_with_nobody_there_reads_by_itself() -> None:
    """As with assign(), under a name that others had joined."""
    alone = [at(t, [read_until(t)] * 2, CONSUMER, []) for t in range(EMPTY_AT, END_AT, 2)]

    found = told(*alone)

    rates = [float(report.groups.consumed_per_s[0]) for report in found]
    assert np.isnan(rates[3]), "it may have been set by hand"
    assert rates[-1] == pytest.approx(2 * OUT_PER_S, rel=0.05)
    assert most(found) <= 2 * OUT_PER_S * 1.3


def test_a_group_that_is_set_forward_a_few_times_is_not_read() -> None:
    stood, leaps = read_until(EMPTY_AT), (JUMP_AT, JUMP_AT + 20, JUMP_AT + 40)
    lines = [
        at(t, [stood + sum(t >= leap for leap in leaps) * JUMP, stood], CONSUMER, [])
        for t in range(EMPTY_AT, END_AT, 2)
    ]

    assert most(told(*lines)) <= 2 * OUT_PER_S * 1.3
