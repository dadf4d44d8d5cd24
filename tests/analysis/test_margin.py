"""Whether a load can be sustained, against the safety margin."""

from __future__ import annotations

import math
from typing import Any

import pytest

from lagtop.analysis.alerts import Alerts
from lagtop.analysis.margin import Pace, pace
from lagtop.analysis.report import Trend
from tests.ui.reports import report


@pytest.mark.parametrize(
    ("ratio", "behind_s", "margin", "expected"),
    [
        pytest.param(math.nan, 0, 0.2, Pace.UNKNOWN, id="no rate, no word"),
        pytest.param(0.9, 0, 0.2, Pace.FALLING_BEHIND, id="less out than in"),
        pytest.param(1.0, 3, 0.2, Pace.KEEPING_UP, id="caught up: it cannot consume more"),
        pytest.param(1.0, 600, 0.2, Pace.BELOW_MARGIN, id="a backlog that stays"),
        pytest.param(1.19, 600, 0.2, Pace.BELOW_MARGIN, id="a backlog that shrinks too slowly"),
        pytest.param(1.2, 600, 0.2, Pace.CATCHING_UP, id="the margin itself is enough"),
        pytest.param(1.2, 600, 0.5, Pace.BELOW_MARGIN, id="for another margin it is not"),
        pytest.param(1.05, math.nan, 0.2, Pace.BELOW_MARGIN, id="nobody knows how far behind"),
    ],
)
def test_a_pace_is_held_against_the_margin(
    ratio: float, behind_s: float, margin: float, expected: Pace
) -> None:
    assert pace(ratio, behind_s, margin) == expected


SLOW = {"produced_per_s": [100.0], "consumed_per_s": [110.0], "drain_s": [900.0], "lag_s": [300.0]}


@pytest.mark.parametrize(
    ("said", "fires"),
    [
        pytest.param({}, True, id="too slowly"),
        pytest.param({"consumed_per_s": [120.0]}, False, id="by the margin"),
        pytest.param({"consumed_per_s": [100.0], "drain_s": [0.0]}, False, id="caught up"),
        pytest.param({"consumed_per_s": [90.0], "drain_s": [math.inf]}, True, id="never"),
        pytest.param({"lag_s": [20.0]}, False, id="a backlog of seconds"),
        pytest.param({"trend": [Trend.STALLED]}, False, id="a stall has its own alert"),
    ],
)
def test_a_backlog_that_is_worked_off_too_slowly_is_told(said: dict[str, Any], fires: bool) -> None:
    alerts = Alerts()
    for at in (0.0, 600.0):
        columns = {**SLOW, **said}
        found = alerts.observe(report(1, 1, of_groups=columns, captured_at=at))

    assert ("MarginTooSmall" in {one.rule.name for one in found}) == fires
