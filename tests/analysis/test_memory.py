"""What is remembered is bounded: as much after hours as after minutes."""

from __future__ import annotations

import pytest

from lagtop.analysis import past
from lagtop.analysis.glance import BUDGET_BYTES, TIERS, Glance
from lagtop.analysis.history import History, plan_within
from lagtop.analysis.observer import Observer
from lagtop.settings import DEFAULT_INTERVAL_S
from tests.analysis.build import one, snapshots
from tests.analysis.held import held_bytes

ROWS = 100_000
LEAST_S = 600.0
MOST_MB = 50
FILLED = 60
"""Polls, ten seconds apart, after which everything that fills up is full."""


def test_ten_minutes_of_a_hundred_thousand_rows_are_43_megabytes() -> None:
    plan = plan_within(BUDGET_BYTES, ROWS, TIERS)
    history = History(ROWS, plan)

    assert plan.polls * DEFAULT_INTERVAL_S >= LEAST_S
    assert held_bytes(history) <= MOST_MB * 1_000_000
    assert held_bytes(Glance(ROWS)) <= (MOST_MB + 5) * 1_000_000


def test_an_observer_holds_no_more_after_twenty_minutes_than_after_ten(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    # An hour of what is usual takes an hour to fill up: a shorter one is bounded in the same way.
    monkeypatch.setattr(past, "USUAL_PICTURES", FILLED // 3)
    observer, held = Observer(), []
    for poll in range(2 * FILLED):
        end = 10_000 + 100 * poll
        (snapshot,) = snapshots(one(1_000 + 10.0 * poll, end - 50, end))
        observer.observe(snapshot)
        held.append(held_bytes(observer))

    assert held[-1] == held[FILLED]
