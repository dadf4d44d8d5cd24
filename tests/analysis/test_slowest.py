"""The slowest decides: members for what they own, the worst row for a group."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from lagtop.analysis import causes, why
from lagtop.analysis.diagnosis.diagnose import diagnose
from lagtop.analysis.observer import Observer
from lagtop.analysis.report import Report, Trend
from tests.analysis.build import poll, reports, snapshots

PRODUCED_PER_S = 50
CAPACITY_PER_S = 300
POLL_S = 1.0

Line = dict[str, Any]
Owned = dict[str, list[int]]


def moment(at: float, committed: list[int], ends: list[int], members: Line, state: str) -> Line:
    """A full line of group g that reads topic orders."""
    topic = [[index, 1, 0, end, end] for index, end in enumerate(ends)]
    offsets = [[index, offset] for index, offset in enumerate(committed)]
    said = [[name, name, "/h", {"orders": owned}] for name, owned in members.items()]
    group = {"type": "classic", "state": state, "offsets": {"orders": offsets}, "members": said}
    return poll(at, {"orders": topic}, {"g": group})


def alternating(polls: int, turn_polls: int = 10) -> list[Line]:
    """One member of two partitions that reads one of them for a while, then the other."""
    committed, ends, lines = [0, 0], [10_000, 10_000], []
    for number in range(polls):
        lines.append(moment(number * POLL_S, list(committed), list(ends), {"a": [0, 1]}, "Stable"))
        committed[number // turn_polls % 2] += round(CAPACITY_PER_S * POLL_S)
        ends = [end + round(PRODUCED_PER_S * POLL_S) for end in ends]
    return lines


def test_a_member_that_takes_turns_is_measured_as_a_whole() -> None:
    seen = reports(*alternating(60))[-1]

    left = seen.partitions.lag_messages.sum() / (CAPACITY_PER_S - 2 * PRODUCED_PER_S)
    assert seen.groups.drain_s[0] == pytest.approx(left, rel=0.1)
    assert seen.partitions.drain_s.tolist() == [seen.groups.drain_s[0]] * 2


def test_a_partition_that_waits_for_its_turn_is_not_stalled() -> None:
    trends = {int(trend) for seen in reports(*alternating(60)) for trend in seen.partitions.trend}

    assert Trend.STALLED not in trends


PARTITIONS, FETCHED_S, SLOW_PER_S, IN_PER_S = 4, 60, 150, 100


def fetched_in_turns() -> list[Line]:
    """One member that is behind on four partitions and needs a minute for each fetch of one."""
    committed, lines = [0] * PARTITIONS, []
    for t in range(5 * FETCHED_S):
        ends = [50_000 + IN_PER_S * t] * PARTITIONS
        mine = {"a": list(range(PARTITIONS))}
        lines.append(moment(float(t), list(committed), ends, mine, "Stable"))
        committed[t // FETCHED_S % PARTITIONS] += SLOW_PER_S
    return lines


def test_a_minute_for_each_partition_in_turn_is_not_read_twice_and_nothing_is_stalled() -> None:
    seen = reports(*fetched_in_turns())[30:]

    assert {int(trend) for one in seen for trend in one.partitions.trend} & {Trend.STALLED} == set()
    for one in seen:
        assert one.groups.consumed_per_s[0] == pytest.approx(SLOW_PER_S, rel=0.1)
        assert one.totals.ratio == pytest.approx(SLOW_PER_S / IN_PER_S / PARTITIONS, rel=0.1)
        assert "poison record" not in {found.cause for found in diagnose(one, 0)}


def test_a_partition_that_stands_still_while_two_others_go_on_is_stalled() -> None:
    mine = {"a": [0, 1, 2]}
    lines = [
        moment(float(t), [50 * min(t, 60), 50 * t, 50 * t], [9_000 + 60 * t] * 3, mine, "Stable")
        for t in range(200)
    ]

    seen = reports(*lines)[-1]

    assert seen.partitions.trend.tolist()[0] == Trend.STALLED
    assert "poison record" in {found.cause for found in diagnose(seen, 0)}


def test_the_slow_one_of_two_members_decides() -> None:
    lines = [
        moment(t, [400 * t, 100 * t], [9_000 + 50 * t] * 2, {"fast": [0], "slow": [1]}, "Stable")
        for t in range(16)
    ]

    seen = reports(*lines)[-1]

    assert seen.groups.drain_s[0] == seen.partitions.drain_s[1]
    assert seen.partitions.drain_s[1] > 3 * seen.partitions.drain_s[0]


@pytest.mark.parametrize(
    ("state", "members", "told"),
    [
        ("Empty", {}, "no consumer: no member is left, 8,520 messages wait and 70/s come"),
        ("Stable", {"a": [0, 1]}, "a reads nothing of orders-0, 50/s in, 0/s out"),
    ],
    ids=["no members", "stalled"],
)
def test_what_nobody_reads_is_never_done_and_says_why(
    state: str, members: Owned, told: str
) -> None:
    lines = [
        moment(float(t), [5, 5], [100 + 50 * t, 100 + 20 * t], members, state) for t in range(120)
    ]

    seen = reports(*lines)[-1]

    assert np.isinf(seen.groups.drain_s[0])
    reason = seen.reasons[seen.groups.reason[0]]
    assert told in reason


def test_of_very_many_groups_those_furthest_behind_say_why(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(causes, "DIAGNOSED", 0)
    monkeypatch.setattr(why, "SENTENCES", 2)

    said = said_of_four()

    assert [sentence == why.GENERAL for sentence in said] == [True, False, True, False]
    assert all("nobody reads orders-0" in said[place] for place in (1, 3))


def test_of_very_many_groups_causes_are_sought_for_the_worst_and_those_that_are_looked_at(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(causes, "DIAGNOSED", 1)

    said = said_of_four("c")

    assert [sentence.split(":")[0] for sentence in said] == [
        "nobody reads orders-0", "no consumer", "no consumer", "nobody reads orders-0",
    ]  # fmt: skip


def said_of_four(*focus: str) -> list[str]:
    """What is said of the groups a to d, which nobody reads, while some are looked at."""
    behind = {"a": 10, "b": 900, "c": 20, "d": 800}
    groups = {
        name: {"state": "Empty", "offsets": {"orders": [[0, 1_000 - lag]]}}
        for name, lag in behind.items()
    }
    ends = (1_000 + 50 * t for t in range(60))
    lines = [poll(float(t), {"orders": [[0, 1, 0, e, e]]}, groups) for t, e in enumerate(ends)]
    observer = Observer()
    observer.focus(focus)
    seen = [observer.observe(snapshot) for snapshot in snapshots(*lines)][-1]
    return [seen.reasons[reason] for reason in seen.groups.reason]


def test_a_group_is_unknown_while_a_row_that_is_behind_is() -> None:
    seen: Report = reports(
        moment(0, [0, 100], [100, 100], {"a": [0], "b": [1]}, "Stable"),
        moment(1, [0, 110], [110, 110], {"a": [0], "b": [1]}, "Stable"),
    )[-1]

    assert seen.partitions.drain_s[1] == 0
    assert np.isnan(seen.groups.drain_s[0])


def test_a_member_that_gets_another_partition_is_measured_anew() -> None:
    lines = [
        moment(t, [300 * t, 0], [20_000, 20_000], {"a": [0], "b": [1]}, "Stable") for t in range(20)
    ]
    lines += [
        moment(20 + t, [6_000 + 300 * t, 50 * t], [20_000, 20_000], {"a": [0, 1]}, "Stable")
        for t in range(20)
    ]

    seen = reports(*lines)[-1]

    left = seen.partitions.lag_messages.sum() / 350
    assert seen.groups.drain_s[0] == pytest.approx(left, rel=0.15)
