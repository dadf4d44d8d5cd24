from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest

from lagtop.analysis.observer import Observer
from lagtop.analysis.report import LagMethod
from lagtop.snapshot import NO_COMMIT, UNKNOWN
from tests.analysis.build import observed, one, poll, reports, snapshots

Line = dict[str, Any]


def moving(
    seconds: int, produced: float = 100.0, consumed: float = 100.0, behind: float = 0.0
) -> list[Line]:
    """Polls each second of a group that commits every 5 s."""
    start = 10_000.0
    return [
        one(
            t,
            int(start + consumed * (t - t % 5)),
            int(start + behind + produced * t),
        )
        for t in range(seconds)
    ]


def test_rates_are_measured_from_commit_to_commit() -> None:
    rows = observed(*moving(63)).partitions
    assert rows.produced_per_s[0] == pytest.approx(100)
    assert rows.consumed_per_s[0] == pytest.approx(100)
    assert rows.gap_per_s[0] == pytest.approx(0, abs=1e-9)


def test_a_rate_is_unknown_before_it_was_watched() -> None:
    first, *_, last = (report.partitions for report in reports(*moving(6, behind=500)))
    assert math.isnan(first.produced_per_s[0])
    assert math.isnan(last.consumed_per_s[0])
    assert math.isnan(last.drain_s[0])


def test_an_idle_group_with_nothing_to_read_consumes_nothing_at_once() -> None:
    rows = observed(one(0, 7, 7), one(2, 7, 7)).partitions
    assert (rows.produced_per_s[0], rows.consumed_per_s[0], rows.lag_s[0]) == (0, 0, 0)
    assert rows.lag_s_method[0] == LagMethod.EXACT


def test_a_backlog_drains_at_the_difference_of_the_rates() -> None:
    rows = observed(*moving(121, produced=100, consumed=150, behind=50_000)).partitions
    left = 50_000 - 50 * 120
    assert rows.drain_s[0] == pytest.approx(left / 50, rel=0.02)
    assert (rows.lag_s[0], rows.lag_s_method[0]) == (120, LagMethod.AT_LEAST)


def test_a_backlog_that_grows_never_drains() -> None:
    rows = observed(*moving(60, produced=150, consumed=100)).partitions
    assert rows.drain_s[0] == math.inf


def test_each_answer_counts_from_its_own_time() -> None:
    def line(t: int) -> Line:
        answered = t - (0.5 if t % 2 else 0.0)
        topics = {"orders": [[0, 1, 0, int(1000 * answered), None]]}
        return poll(t, topics, {"g": {"orders": [[0, 0]]}}, at=[[answered, {"orders": [0]}, {}]])

    rows = observed(*(line(t) for t in range(1, 40))).partitions
    assert rows.produced_per_s[0] == pytest.approx(1000)


def test_a_rewind_starts_the_rate_anew() -> None:
    lines = moving(40)
    rewound = one(40, 5, 14_000)
    rows = observed(*lines, rewound, one(41, 5, 14_100)).partitions
    assert math.isnan(rows.consumed_per_s[0])


def test_a_topic_that_is_made_again_starts_anew() -> None:
    def line(t: float, end: int, topic_id: str) -> Line:
        return poll(
            t,
            {"orders": [[0, 1, 0, end, end]]},
            {"g": {"orders": [[0, 0]]}},
            topic_ids={"orders": topic_id},
        )

    first = [line(t, 100 * t, "aa") for t in range(20)]
    same, *_, again = reports(*first, line(20, 2000, "aa"), line(21, 2100, "bb"))[19:]
    assert same.partitions.produced_per_s[0] == pytest.approx(100)
    assert math.isnan(again.partitions.produced_per_s[0])
    assert np.isnan([picture[0] for picture in again.partitions.lag_history[:-1]]).all()


def test_history_follows_rows_that_others_push_aside() -> None:
    def line(t: int, others: bool) -> Line:
        topics = {"orders": [[0, 1, 0, 100 * t, None]]}
        groups: Line = {"g": {"orders": [[0, 0]]}}
        if others:
            topics |= {"aaa": [[0, 1, 0, 5, 5], [1, 1, 0, 7, 7]]}
            groups |= {"a": {"aaa": [[0, 1], [1, 1]]}, "g": {"aaa": [[1, 2]], "orders": [[0, 0]]}}
        return poll(t, topics, groups)

    before = [line(t, False) for t in range(20)]
    after = [line(t, True) for t in range(20, 23)]
    back = [line(t, False) for t in range(23, 26)]
    seen = reports(*before, *after, *back)
    rows = seen[22].partitions
    assert [int(number) for number in rows.lag_messages] == [4, 6, 5, 2200]
    assert rows.produced_per_s[3] == pytest.approx(100)
    assert [picture[3] for picture in rows.lag_history][-3:] == [2000, 2100, 2200]
    assert np.isnan(rows.lag_history[0][:3]).all()
    assert seen[22].groups.lag_history[-4][1] == 1900
    assert seen[-1].partitions.produced_per_s[0] == pytest.approx(100)


def test_the_key_columns_are_shared_while_nothing_comes_or_goes() -> None:
    first, second = (report.partitions for report in reports(one(1, 1, 2), one(2, 1, 2)))
    assert first.topic is second.topic
    assert first.starts is second.starts


def test_a_group_sums_what_is_known_and_says_what_is_missing() -> None:
    report = observed(
        poll(
            1,
            {"orders": [[0, 1, 0, 10, 10], [1, 1, 0, None, None], [2, 1, 0, 30, 30]]},
            {
                "a": {"orders": [[0, 4], [1, 5], [2, NO_COMMIT]]},
                "b": {"orders": [[1, 5]]},
                "c": {"state": "Empty"},
            },
        )
    )
    groups = report.groups
    assert groups.lag_messages.tolist() == [6, UNKNOWN, UNKNOWN]
    assert groups.lag_missing.tolist() == [2, 1, 0]
    assert groups.partitions.tolist() == [3, 1, 0]
    assert groups.topics.tolist() == [1, 1, 0]
    assert (report.totals.lag_messages, report.totals.lag_missing) == (6, 3)
    assert report.reasons[groups.reason[1]] == "unknown when it was recorded"


def test_a_partition_that_was_never_written_hides_nothing_of_its_group() -> None:
    report = observed(
        poll(
            1,
            {"orders": [[0, 1, 0, 10, 10], [1, 1, 0, 0, 0], [2, 1, 7, 7, 7]]},
            {"a": {"orders": [[0, 4], [1, NO_COMMIT], [2, NO_COMMIT]]}},
        )
    )
    assert report.partitions.lag_messages.tolist() == [6, UNKNOWN, UNKNOWN]
    assert (report.groups.lag_messages[0], report.groups.lag_missing[0]) == (6, 0)
    assert report.reasons[report.groups.reason[0]] == ""


def test_rates_that_are_not_known_yet_are_missing_from_every_sum_of_them() -> None:
    """orders-1 commits every 30 s: its rate is not known when that of orders-0 is."""
    lines = [
        poll(
            t,
            {"orders": [[0, 1, 0, 100 * t, None], [1, 1, 0, 100 * t, None], [2, 1, 0, 0, 0]]},
            {"g": {"orders": [[0, 90 * t], [1, 100 * (t - t % 30)], [2, NO_COMMIT]]}},
        )
        for t in range(1, 40)
    ]
    first, early, late = (reports(*lines)[at] for at in (0, 8, 38))

    assert [one.groups.consumed_missing[0] for one in (first, early, late)] == [2, 1, 0]
    assert [one.totals.consumed_missing for one in (first, early, late)] == [2, 1, 0]
    assert [one.groups.produced_missing[0] for one in (first, early, late)] == [3, 0, 0]
    assert [one.totals.produced_missing for one in (first, early, late)] == [3, 0, 0]
    assert math.isnan(first.groups.consumed_per_s[0])
    assert early.groups.consumed_per_s[0] == pytest.approx(90)
    for claim in (early.groups.gap_per_s[0], early.groups.ratio[0], early.totals.ratio):
        assert math.isnan(claim)
    assert late.groups.gap_per_s[0] == pytest.approx(200 - late.groups.consumed_per_s[0])
    assert late.groups.ratio[0] == pytest.approx(late.groups.consumed_per_s[0] / 200)


def test_a_ratio_is_told_without_rows_that_get_next_to_nothing() -> None:
    lines = [
        poll(
            t,
            {"orders": [[0, 1, 0, 100 * t, None], [1, 1, 0, 100 * t // 60, None]]},
            {"g": {"orders": [[0, 90 * t], [1, 0]]}},
        )
        for t in range(1, 12)
    ]
    groups = observed(*lines).groups

    assert (groups.consumed_missing[0], groups.ratio[0]) == (1, pytest.approx(0.9, rel=0.05))
    assert math.isnan(groups.gap_per_s[0])


def test_the_slowest_partition_decides_when_a_group_has_drained() -> None:
    lines = [
        poll(
            t,
            {"orders": [[0, 1, 0, 9_000 + 10 * t, None], [1, 1, 0, 90_000 + 10 * t, None]]},
            {"g": {"orders": [[0, 110 * t], [1, 110 * t]]}},
        )
        for t in range(1, 40)
    ]
    report = observed(*lines)
    assert report.groups.drain_s[0] == pytest.approx((90_000 - 100 * 39) / 100, rel=0.02)


def test_the_header_counts_each_partition_once_and_each_group_that_reads() -> None:
    lines = [
        poll(
            t,
            {"orders": [[0, 1, 0, 100 * t, None]], "unread": [[0, 1, 0, 500 * t, None]]},
            {"a": {"orders": [[0, 100 * t]]}, "b": {"orders": [[0, 100 * t]]}},
        )
        for t in range(40)
    ]
    totals = observed(*lines).totals
    assert totals.produced_per_s == pytest.approx(100)
    assert totals.consumed_per_s == pytest.approx(200)
    assert totals.ratio == pytest.approx(1)
    assert len(totals.produced_history) == 32
    assert math.isnan(reports(*lines)[0].totals.ratio)


def test_the_lag_history_holds_the_last_sixteen_pictures() -> None:
    rows = observed(*(one(t, 0, t) for t in range(1, 41))).partitions
    assert [picture[0] for picture in rows.lag_history] == list(range(25, 41))
    assert {picture.dtype for picture in rows.lag_history} == {np.dtype(np.float32)}


def test_the_base_lag_has_no_teeth() -> None:
    rows = observed(*moving(60)).partitions
    assert rows.lag_messages[0] == 400
    assert rows.base_lag_messages[0] == 0


@pytest.mark.parametrize(
    ("lags", "flagged"),
    [
        ((500, 100, 100), [True, False, False]),
        ((50, 10, 10), [True, False, False]),
        ((5, 1, 1), [False] * 3),
        ((0, 0, 0), [False] * 3),
        ((100, 100, 100), [False] * 3),
        ((700, None, 10, 20), [True, False, False, False]),
    ],
)
def test_a_partition_that_stands_out_is_unbalanced(
    lags: tuple[int | None, ...], flagged: list[bool]
) -> None:
    topics = {"orders": [[index, 1, 0, lag, None] for index, lag in enumerate(lags)]}
    groups = {"g": {"orders": [[index, 0] for index in range(len(lags))]}}
    report = observed(poll(1, topics, groups))
    assert report.partitions.unbalanced.tolist() == flagged
    assert report.groups.unbalanced.tolist() == [any(flagged)]


def test_nothing_at_all_is_a_report_of_nothing() -> None:
    report = observed(poll(1))
    assert report.totals.lag_messages == UNKNOWN
    assert len(report.partitions.starts) == 1
    topics_only = observed(poll(1), poll(2, {"orders": [[0, 1, 0, 5, 5]]}), poll(3))
    assert math.isnan(topics_only.totals.produced_per_s)


def test_a_poll_that_repeats_an_old_answer_is_no_silence() -> None:
    lines = moving(40, behind=50_000)
    observer = Observer()
    for snapshot in snapshots(*lines):
        rate = observer.observe(snapshot).partitions.consumed_per_s[0]
    stale = {**lines[-1], "at": [[39.0, {"orders": [0]}, {"g": {"orders": [0]}}]]}
    for snapshot in snapshots(*({**stale, "t": 40.0 + t} for t in range(100))):
        rows = observer.observe(snapshot).partitions
    assert rows.consumed_per_s[0] == pytest.approx(rate)
    assert rows.age_s[0] == 100.0
