from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from lagtop.analysis.change import Change
from lagtop.analysis.report import Trend
from lagtop.analysis.verdicts import Verdict
from lagtop.analysis.whatif import CURVE_POINTS, WhatIf, what_if
from lagtop.snapshot import NOBODY, Group
from tests.analysis.loads import Load, loads

NO_PAUSE = Change(pause_s=0.0)
FACTORS = st.sampled_from([0.25, 0.5, 1.0, 1.5, 2.0, 8.0])


def asked(load: Load, change: Change = NO_PAUSE) -> WhatIf:
    """The answer for a load's only group."""
    return what_if(load.report(), 0, change)


EVEN = Load([0, 0, 1, 1], [50.0] * 4, [5000.0] * 4, [200.0, 200.0])
KEEPS_UP = Load([0, 0, 1, 1], [50.0] * 4, [0.0] * 4, [100.0, 100.0])


@settings(deadline=None)
@given(loads())
def test_without_a_change_the_slowest_member_decides_now_and_then(load: Load) -> None:
    answer = asked(load, Change())
    assert answer.now.drain_s == pytest.approx(load.drain_s())
    assert answer.then.drain_s == answer.now.drain_s
    assert (answer.then.lag_curve_messages == answer.now.lag_curve_messages).all()


@settings(deadline=None)
@given(loads(), FACTORS)
def test_twice_as_fast_with_twice_as_much_to_read_takes_half_the_time(
    load: Load, factor: float
) -> None:
    plain = asked(load)
    scaled = asked(load, replace(NO_PAUSE, speed=factor, produce=factor))
    assert scaled.then.drain_s == pytest.approx(plain.then.drain_s / factor)
    assert scaled.needed.consumers == plain.needed.consumers


@settings(deadline=None)
@given(loads(), st.sampled_from([0.1, 0.2, 0.5]), st.integers(0, 5))
def test_a_margin_is_as_much_less_speed(load: Load, margin: float, more: int) -> None:
    held = asked(load, Change(more, margin=margin))
    slower = asked(load, Change(more, speed=1 / (1 + margin)))
    assert held.then.drain_s == slower.then.drain_s
    assert held.needed == slower.needed


@settings(deadline=None)
@given(loads(), st.integers(1, 9))
def test_more_members_than_partitions_change_nothing_and_are_idle(load: Load, more: int) -> None:
    partitions, members = len(load.owner), len(load.capacity)
    enough = asked(load, Change(partitions - members))
    beyond = asked(load, Change(partitions - members + more))
    assume(partitions > members)
    assert beyond.then.drain_s == pytest.approx(enough.then.drain_s)
    assert (enough.then.idle, beyond.then.idle) == (0, more)
    assert (beyond.then.partitions_low, beyond.then.partitions_high) == (1, 1)


@settings(deadline=None)
@given(loads(), st.integers(0, 20), st.data())
def test_a_partition_that_is_too_much_for_one_consumer_never_drains(
    load: Load, more: int, data: st.DataObject
) -> None:
    hot = data.draw(st.integers(0, len(load.owner) - 1))
    produced = [min(rate, max(load.capacity)) for rate in load.produced]
    produced[hot] = max(load.capacity) * 3.24 + 1
    lag = [max(lag, produced[hot] * 20) for lag in load.lag]
    answer = asked(replace(load, produced=produced, lag=lag), Change(more))
    assert answer.then.drain_s == np.inf
    assert answer.needed.consumers is None
    assert answer.needed.reason.startswith(f"orders partition {hot} alone: ")
    assert "or its key split" in answer.needed.reason


@settings(deadline=None)
@given(loads(), st.integers(0, 9), FACTORS, FACTORS)
def test_faster_consumers_never_take_longer(
    load: Load, more: int, one: float, other: float
) -> None:
    slow, fast = sorted((one, other))
    slower = asked(load, Change(more, speed=slow)).then
    faster = asked(load, Change(more, speed=fast)).then
    assert faster.drain_s <= slower.drain_s * (1 + 1e-9)
    assert faster.lag_1h_messages <= slower.lag_1h_messages * (1 + 1e-9)


@settings(deadline=None)
@given(loads(), FACTORS, st.sampled_from([0.0, 0.2]))
def test_the_consumers_needed_are_enough_and_one_less_is_not(
    load: Load, produce: float, margin: float
) -> None:
    change = Change(0, produce=produce, margin=margin)
    needed = asked(load, change).needed.consumers
    assume(needed is not None)
    more = (needed or 0) - len(load.capacity)
    hair = replace(change, add_members=more, speed=1 + 1e-6)
    assert asked(load, hair).then.drain_s < np.inf
    if needed != 1:
        less = replace(change, add_members=more - 1, speed=1 - 1e-6)
        assert asked(load, less).then.drain_s == np.inf


def test_a_member_more_can_make_it_longer_and_that_is_said() -> None:
    produced = [1.0, 1.0, 60.0, 60.0, 1.0]
    load = Load([0, 0, 0, 1, 1], produced, [1000.0] * 5, [100.0, 100.0])
    answer = asked(load, Change(1))
    assert answer.now.drain_s == pytest.approx(3000 / 38)
    assert answer.then.drain_s == np.inf
    assert any("longer" in sentence for sentence in answer.words)


def test_the_limit_is_the_member_and_its_hottest_partition() -> None:
    load = Load([0, 0, 1], [10.0, 20.0, 8100.0], [300.0, 300.0, 90_000.0], [100.0, 2500.0])
    answer = asked(load)
    limit = answer.now.limit
    assert limit is not None
    assert (limit.client_id, limit.topic, limit.partition, limit.partitions) == (
        "client-001",
        "orders",
        2,
        1,
    )
    assert answer.needed.reason == (
        "orders partition 2 alone: 8.1k/s in, 2.5k/s out at most: "
        "needs x3.3 speed, or its key split"
    )
    assert "client-001 with orders partition 2 alone decides: 8.1k/s in, 2.5k/s out" in answer.words


def test_a_rebalance_stops_all_and_what_came_meanwhile_is_read_too() -> None:
    still = asked(EVEN, Change(2)).then.drain_s
    assert asked(EVEN, Change(2, pause_s=0.0)).then.drain_s == pytest.approx(5000 / 150)
    assert still == pytest.approx(10 + (5000 + 500) / 150)


def test_a_group_that_keeps_up_has_nothing_to_drain_and_what_it_can_do_is_not_known() -> None:
    answer = asked(KEEPS_UP, Change())
    assert (answer.now.drain_s, answer.now.limit, answer.now.lag_1h_messages) == (0.0, None, 0.0)
    assert answer.needed.consumers is None
    assert "no member was behind" in answer.needed.reason


def test_more_than_was_ever_seen_is_unknown_and_not_never() -> None:
    assert np.isnan(asked(KEEPS_UP, Change(produce=5.0)).then.drain_s)
    assert asked(KEEPS_UP, Change(produce=0.5)).then.drain_s == 0.0


def test_a_member_that_keeps_up_can_do_what_those_behind_do() -> None:
    load = Load([0, 1, 2], [50.0] * 3, [0.0, 9000.0, 9000.0], [50.0, 400.0, 300.0])
    then = asked(load, Change(produce=6.0)).then
    assert then.drain_s == pytest.approx(np.inf)
    assert asked(load, Change(-1, pause_s=0.0)).then.drain_s == pytest.approx(9000 / 250)


@pytest.mark.parametrize("column", ["produced_per_s", "consumed_per_s", "base_lag_messages"])
def test_what_is_not_measured_yet_is_unknown_and_never_zero(column: str) -> None:
    unknown: dict[str, Any] = {column: [np.nan] * 4}
    if column == "base_lag_messages":
        unknown["lag_messages"] = [-(2**63)] * 4
    answer = asked(replace(EVEN, columns=unknown), Change(1))
    assert np.isnan(answer.now.drain_s)
    assert np.isnan(answer.then.drain_s)
    assert np.isnan(answer.then.lag_1h_messages)
    assert answer.needed.consumers is None


def test_a_partition_that_is_unknown_is_left_out_and_counted() -> None:
    unknown = {
        "produced_per_s": [50.0, np.nan, 50.0, 50.0],
        "consumed_per_s": [100.0, np.nan, 100.0, 100.0],
    }
    answer = asked(replace(EVEN, columns=unknown))
    assert answer.missing == 1
    assert "1 partition of unknown lag or rate left out" in answer.words
    assert answer.now.drain_s == pytest.approx(100.0)


def test_an_empty_partition_without_a_commit_has_nothing_to_read() -> None:
    columns = {
        "verdict": [Verdict.NO_COMMIT, 0, 0, 0],
        "base_lag_messages": [np.nan, 5000.0, 5000.0, 5000.0],
        "lag_messages": [-(2**63), 5000, 5000, 5000],
        "log_end_offset": [0, 9000, 9000, 9000],
        "produced_per_s": [0.0, 50.0, 50.0, 50.0],
        "consumed_per_s": [np.nan, 200.0, 100.0, 100.0],
    }
    assert asked(replace(EVEN, columns=columns)).missing == 0


def test_what_nobody_reads_never_ends_and_what_is_read_by_hand_does() -> None:
    dead = replace(EVEN, owner=[NOBODY] * 4, capacity=[])
    assert asked(dead).now.drain_s == np.inf
    by_hand = replace(dead, columns={"consumed_per_s": [100.0] * 4})
    assert asked(by_hand).now.drain_s == pytest.approx(100.0)
    stalled = {"consumed_per_s": [100.0] * 4, "trend": [Trend.STALLED] * 4}
    assert asked(replace(dead, columns=stalled)).now.drain_s == np.inf


def test_a_stalled_member_is_no_measure_for_those_who_come() -> None:
    columns = {"consumed_per_s": [0.0, 0.0, 50.0, 50.0], "base_lag_messages": [5000, 5000, 0, 0]}
    answer = asked(replace(EVEN, columns=columns), Change(1))
    assert answer.now.drain_s == np.inf
    assert answer.now.limit is not None
    assert answer.now.limit.client_id == "client-000"
    assert "not known" in answer.needed.reason


def test_without_consumers_nothing_is_read() -> None:
    answer = asked(EVEN, Change(-5))
    assert (answer.then.members, answer.then.drain_s) == (0, np.inf)
    assert answer.then.lag_1h_messages == pytest.approx(20_000 + 200 * 3610, rel=0.01)
    assert "nobody reads" in answer.words


def test_a_new_partition_takes_its_share_and_a_hot_key_stays() -> None:
    load = Load([0, 0, 1, 1], [40.0, 40.0, 40.0, 640.0], [7000.0] * 4, [400.0, 400.0])
    answer = asked(load, Change(4, partitions_factor=2.0))
    assert answer.then.partitions_high == 2
    limit = answer.then.limit
    assert limit is not None
    assert limit.partition == 3
    assert limit.partition_per_s == pytest.approx(600 + 160 / 8)
    assert answer.then.drain_s == np.inf
    even = asked(replace(load, produced=[190.0] * 4), Change(2, partitions_factor=2.0))
    assert even.then.limit is not None
    assert even.then.limit.partition_per_s == pytest.approx(95.0)


@settings(deadline=None)
@given(loads(), st.sampled_from([0.5, 1.0, 1.2, 2.0, 3.7]))
def test_new_partitions_hold_no_lag_and_what_is_produced_stays_the_same(
    load: Load, factor: float
) -> None:
    answer = asked(load, Change(100, partitions_factor=factor, pause_s=0.0))
    partitions = max(len(load.owner), round(len(load.owner) * factor))
    assert answer.then.members - answer.then.idle == partitions
    assert answer.then.lag_curve_messages[0] == pytest.approx(sum(load.lag))
    nobody = asked(load, Change(-100, partitions_factor=factor, pause_s=0.0)).then
    grown = nobody.lag_1h_messages - sum(load.lag)
    assert grown == pytest.approx(3600 * sum(load.produced), abs=1e-3)


def test_the_curve_goes_from_the_lag_of_now_to_nothing() -> None:
    answer = asked(EVEN)
    assert answer.curve_s.shape == (CURVE_POINTS,)
    assert answer.curve_s[-1] == pytest.approx(125.0)
    assert answer.then.lag_curve_messages[0] == 20_000
    assert answer.then.lag_curve_messages[-1] == 0
    assert (np.diff(answer.then.lag_curve_messages) <= 0).all()


def test_members_of_a_share_group_own_nothing_and_are_not_reckoned() -> None:
    report = replace(EVEN.report(), group_facts=(Group("billing", "share", "Stable"),))
    answer = what_if(report, 0, Change(1))
    assert np.isnan(answer.then.drain_s)
    assert "share group" in answer.words[0]


def test_an_assignor_that_is_not_kafkas_is_said() -> None:
    answer = asked(replace(EVEN, assignor="by-weight"), Change(1))
    assert answer.about
    assert any("by-weight" in sentence for sentence in answer.words)


def test_static_members_come_first_as_in_kafkas_own_order() -> None:
    load = Load([0, 0, 0, 1], [10.0] * 4, [5000.0] * 4, [100.0, 400.0])
    report = load.report()
    static = replace(report.members[1], instance_id="z")
    answer = what_if(replace(report, members=(report.members[0], static)), 0, Change(-1))
    assert answer.then.limit is not None
    assert answer.then.limit.client_id == "client-001"
