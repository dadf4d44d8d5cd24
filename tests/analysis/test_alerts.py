"""Alerts: when they begin, fire, hold, resolve; what is unknown changes nothing."""

from __future__ import annotations

import re
from dataclasses import replace
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from lagtop.analysis.alerts import LOG_LENGTH, Alerts
from lagtop.analysis.brokers import BrokerHealth
from lagtop.analysis.measures import MEASURES
from lagtop.analysis.report import Report, Trend
from lagtop.analysis.rules import DEFAULT_RULES, Alert, Rule, Severity, State
from lagtop.readings import Readings
from lagtop.snapshot import UNKNOWN
from tests.ui.reports import report

HIGH = Rule("High", "lag_messages", above=100, for_s=10, keep_s=5)


def lagging(lag: int, at: float, trend: Trend = Trend.STEADY) -> Report:
    """One group with this lag."""
    return report(1, 1, of_groups={"lag_messages": [lag], "trend": [trend]}, captured_at=at)


def states(alerts: Alerts, moments: list[tuple[float, int]]) -> list[str]:
    """The state after each (time, lag), `inactive` for none."""
    seen = [alerts.observe(lagging(lag, at)) for at, lag in moments]
    return [found[0].state.word if found else "inactive" for found in seen]


@pytest.mark.parametrize(
    ("moments", "expected"),
    [
        pytest.param([(0, 100), (5, 100)], ["inactive"] * 2, id="at the threshold is not above"),
        pytest.param([(0, 101), (9, 101)], ["pending"] * 2, id="above, but not for long enough"),
        pytest.param([(0, 101), (10, 500)], ["pending", "firing"], id="above for the whole time"),
        pytest.param(
            [(0, 101), (5, 99), (6, 101), (12, 101), (16, 101)],
            ["pending", "inactive", "pending", "pending", "firing"],
            id="one value under it starts the clock again",
        ),
        pytest.param(
            [(0, 101), (5, UNKNOWN), (10, 101)],
            ["pending", "pending", "firing"],
            id="an unknown value does not",
        ),
        pytest.param(
            [(0, 101), (10, 101), (11, 0), (13, 101), (14, 0), (18, 0), (19, 0)],
            ["pending", *["firing"] * 5, "resolved"],
            id="it resolves after a while under it, and not when it hovers",
        ),
        pytest.param(
            [(0, 101), (10, 101), (11, 0), (16, 0), (20, 101), (30, 101)],
            ["pending", "firing", "firing", "resolved", "pending", "firing"],
            id="it may fire again",
        ),
        pytest.param(
            [(0, 101), (10, 101), (11, 0), (16, 0), (700, 0)],
            ["pending", "firing", "firing", "resolved", "inactive"],
            id="a resolved one is shown for a while",
        ),
    ],
)
def test_an_alert_goes_through_its_states(
    moments: list[tuple[float, int]], expected: list[str]
) -> None:
    assert states(Alerts([HIGH]), moments) == expected


def test_what_fires_shows_what_it_fires_for_until_it_is_resolved() -> None:
    alerts = Alerts([replace(HIGH, for_s=0)])
    moments = [(0, 500), (1, 700), (2, 0), (6, 0), (7, 0), (8, 20)]

    values = [alerts.observe(lagging(lag, at))[0].value for at, lag in moments]

    assert values == [500, 700, 700, 700, 0, 20]


def test_what_is_pending_says_nothing_that_has_not_happened_yet() -> None:
    alerts = Alerts()

    said = [alerts.observe(lagging(20_000, at))[0].said for at in (0, 120)]

    assert said == [
        "the lag is over 10,000 messages (fires after 2m00s)",
        "the lag is over 10,000 messages",
    ]


@given(lags=st.lists(st.integers(0, 200), min_size=1, max_size=60), gap=st.integers(1, 7))
def test_it_fires_exactly_at_the_first_evaluation_after_its_time(lags: list[int], gap: int) -> None:
    alerts, above_since = Alerts([HIGH]), None
    for turn, lag in enumerate(lags):
        at = float(turn * gap)
        found = alerts.observe(lagging(lag, at))
        if lag <= HIGH.above:
            above_since = None
        elif above_since is None:
            above_since = at
        if found and found[0].state == State.FIRING and found[0].since == at:
            assert above_since is not None
            assert at - above_since >= HIGH.for_s
            assert at - above_since < HIGH.for_s + gap


def test_a_rule_without_a_time_fires_at_once() -> None:
    assert states(Alerts([replace(HIGH, for_s=0)]), [(0, 101)]) == ["firing"]


def test_a_rule_is_only_for_the_groups_it_names() -> None:
    rule = replace(HIGH, groups=re.compile("^billing$"))
    seen = report(2, 1, names=["billing", "audit"], of_groups={"lag_messages": [500, 500]})

    assert [alert.group for alert in Alerts([rule]).observe(seen)] == ["billing"]


def test_acknowledged_alerts_stay_and_come_after_the_others() -> None:
    alerts = Alerts([replace(HIGH, for_s=0)])
    seen = report(2, 1, names=["a", "b"], of_groups={"lag_messages": [500, 500]})
    alerts.observe(seen)

    alerts.acknowledge("High", "a")
    alerts.acknowledge("High", "nobody")

    assert [(one.group, one.acknowledged) for one in alerts.observe(seen)] == [
        ("b", False),
        ("a", True),
    ]


def test_the_alerts_of_a_group_that_is_gone_go_with_it() -> None:
    alerts = Alerts([replace(HIGH, for_s=0)])
    alerts.observe(lagging(500, 0))

    assert alerts.observe(report(1, 1, names=["another"], of_groups={"lag_messages": [0]})) == ()


def test_the_log_is_bounded_and_has_each_change_once() -> None:
    alerts = Alerts([replace(HIGH, for_s=0, keep_s=0)])
    for turn in range(LOG_LENGTH):
        alerts.observe(lagging(500 * (turn % 2), float(turn)))

    assert len(alerts.log) <= LOG_LENGTH
    changes = [event.state for event in alerts.log]
    assert all(one != other for one, other in pairwise(changes))


def logged(moments: list[tuple[float, int]]) -> list[tuple[float, str]]:
    """The time and state of each event after each (time, lag)."""
    alerts = Alerts([HIGH])
    states(alerts, moments)
    return [(event.at, event.state.word) for event in alerts.log]


def test_the_teeth_of_a_lag_are_pending_once_in_the_log() -> None:
    teeth = [(float(at), 500 if at % 4 else 0) for at in range(1, 60)]

    assert logged(teeth) == [(1, "pending")]


def test_what_was_over_for_long_enough_is_pending_anew_in_the_log() -> None:
    moments: list[tuple[float, int]]
    moments = [(0, 500), (1, 0), (4, 500), (5, 0), (10, 500), (20, 500), (21, 0), (26, 0)]

    assert logged(moments) == [
        (0, "pending"), (10, "pending"), (20, "firing"), (26, "resolved"),
    ]  # fmt: skip


def played(lags: list[float], trend: Trend, every_s: float = 5.0) -> dict[str, Alert]:
    """The default rules after a group had these lags, by rule."""
    alerts = Alerts()
    found: tuple[Alert, ...] = ()
    for turn, lag in enumerate(lags):
        found = alerts.observe(lagging(int(lag), turn * every_s, trend))
    return {alert.rule.name: alert for alert in found}


def test_a_lag_that_grows_by_ten_a_second_is_told_ten_minutes_later() -> None:
    grown = played([50 * turn for turn in range(125)], Trend.GROWING)

    assert {name: alert.state for name, alert in grown.items()} == {
        "ConsumerLagIncreasing": State.FIRING
    }


def test_a_lag_that_rises_without_a_trend_is_a_sawtooth() -> None:
    assert "ConsumerLagIncreasing" not in played([50 * t for t in range(125)], Trend.STEADY)


def test_a_stall_is_critical_after_five_minutes() -> None:
    alerts = Alerts()
    for at in range(0, 301, 20):
        stalled = report(
            1, 2, of_partitions={"trend": [Trend.STALLED, Trend.STEADY]}, captured_at=float(at)
        )
        found = alerts.observe(stalled)

    assert [(one.rule.name, one.state) for one in found] == [("ConsumerStalled", State.FIRING)]
    assert found[0].rule.severity == Severity.CRITICAL


def test_every_default_rule_looks_at_a_measure_that_there_is() -> None:
    assert {rule.measure for rule in DEFAULT_RULES} <= MEASURES.keys()
    assert len({rule.name for rule in DEFAULT_RULES}) == len(DEFAULT_RULES)


def test_a_loss_before_the_lag_is_gone_is_critical() -> None:
    alerts = Alerts()
    for at in (0.0, 120.0):
        doomed = report(
            1, 2, of_partitions={"data_loss_s": [600.0, 1e9], "drain_s": [900.0, 900.0]},
            captured_at=at,
        )  # fmt: skip
        found = alerts.observe(doomed)

    assert [(one.rule.name, one.value) for one in found] == [("RetentionWins", 1.0)]


@pytest.mark.parametrize(("days", "partitions"), [(0.9, 1.0), (1.1, 0.0), (10.0, 0.0)])
def test_a_loss_that_is_days_away_is_no_alarm_yet(days: float, partitions: float) -> None:
    columns = {"data_loss_s": [days * 86_400.0], "drain_s": [np.inf]}
    doomed = report(1, 1, of_partitions=columns)

    assert MEASURES["lost_before_drained_partitions"](doomed).tolist() == [partitions]


def test_a_loss_that_is_days_away_needs_no_known_drain() -> None:
    far = report(1, 1, of_partitions={"data_loss_s": [1e6], "drain_s": [np.nan]})

    assert MEASURES["lost_before_drained_partitions"](far).tolist() == [0.0]


def test_a_rule_may_look_at_what_a_broker_tells_of_itself() -> None:
    rule = Rule("Busy", "cpu_busy_share", above=0.85, for_s=0.0)
    told = {"1": Readings({"cpu_busy_share": 0.5}), "2": Readings({"cpu_busy_share": 0.9})}
    seen = replace(report(1, 1), readings=told, health=(BrokerHealth(),) * 3)

    found = Alerts([rule]).observe(seen)

    assert [(one.group, one.state) for one in found] == [("2", State.FIRING)], "3 tells nothing"
