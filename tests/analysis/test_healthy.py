"""A healthy consumer is left in peace and one that dies is not, at five seconds a commit."""

from __future__ import annotations

from typing import Any

import numpy as np

from lagtop.analysis.report import Report, Trend
from lagtop.analysis.rules import State
from tests.analysis.build import one, reports

PER_S = 1_000
COMMIT_EVERY_S = 5.0


def watched(minutes: float, dies_at: float = float("inf"), seed: int = 1) -> list[Report]:
    """Polls two seconds apart, jittered, of a consumer that keeps up until it dies."""
    random = np.random.default_rng(seed)
    lines: list[dict[str, Any]] = []
    t = 0.0
    while t < minutes * 60:
        alive = min(t, dies_at)
        committed = round(alive // COMMIT_EVERY_S * COMMIT_EVERY_S * PER_S)
        lines.append(one(t, committed, round(t * PER_S)))
        t += 2.0 * random.uniform(0.8, 1.2)
    return reports(*lines)


def test_a_healthy_consumer_raises_no_alert_and_claims_no_growth() -> None:
    seen = watched(minutes=12)

    assert not any(report.alerts for report in seen)
    trends = {Trend(int(report.groups.trend[0])) for report in seen}
    assert not trends & {Trend.GROWING, Trend.STALLED}


def test_a_consumer_that_dies_is_stalled_within_its_grace_and_told_of_in_time() -> None:
    seen = watched(minutes=9, dies_at=120.0)

    stalled = next(one for one in seen if Trend.STALLED in one.partitions.trend)
    assert 120 < stalled.captured_at <= 120 + 2 * COMMIT_EVERY_S + 5
    firing = {
        alert.rule.name: alert.since for alert in seen[-1].alerts if alert.state == State.FIRING
    }
    assert 120 + 300 <= firing["ConsumerStalled"] <= 120 + 300 + 20
    assert firing["ConsumerLagHigh"] <= 120 + 10 + 120 + 10
