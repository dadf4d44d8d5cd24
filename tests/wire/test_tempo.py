"""The interval stretches where polls are dear, says so, and comes back when they are not."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lagtop.snapshot import Snapshot
from lagtop.wire import tempo as rule
from lagtop.wire.poller import Poller
from lagtop.wire.tempo import CPU_SHARE, EASES_BELOW, REQUESTS_PER_S, Spending, tempo


@pytest.mark.parametrize(
    ("asked_s", "cpu_s", "requests", "before_s", "every_s", "why"),
    [
        (2.0, 0.010, 3, 2.0, 2.0, ""),
        (2.0, 0.500, 3, 2.0, 2.0, ""),
        (2.0, 1.200, 3, 2.0, 5.0, "2 s would cost 60 % CPU"),
        (0.5, 0.200, 3, 0.5, 1.0, "0.5 s would cost 40 % CPU"),
        (2.0, 0.010, 333, 2.0, 8.0, "2 s would ask a broker 166 times a second"),
        (2.0, 4.000, 333, 2.0, 20.0, "2 s would cost 200 % CPU"),
        (10.0, 1.200, 3, 10.0, 10.0, ""),
        (2.0, 1.000, 3, 5.0, 5.0, "2 s would cost 50 % CPU"),
        (2.0, 0.800, 3, 5.0, 4.0, "2 s would cost 40 % CPU"),
        (2.0, 0.400, 3, 5.0, 2.0, ""),
        (2.0, 100.0, 3, 2.0, 400.0, "2 s would cost 5000 % CPU"),
    ],
)
def test_the_interval_is_as_long_as_the_budget_wants(
    asked_s: float, cpu_s: float, requests: int, before_s: float, every_s: float, why: str
) -> None:
    told = tempo(asked_s, cpu_s, requests, before_s)

    assert (told.every_s, told.why) == (every_s, why)


@given(
    st.floats(0.2, 3600), st.floats(0, 60), st.floats(0, 5_000), st.floats(0.2, 3600)
)
def test_no_interval_is_shorter_than_asked_nor_over_the_budget(
    asked_s: float, cpu_s: float, requests: float, before_s: float
) -> None:
    every_s = tempo(asked_s, cpu_s, requests, before_s).every_s

    assert every_s >= asked_s
    assert cpu_s <= CPU_SHARE * every_s * (1 + 1e-9)
    assert requests <= REQUESTS_PER_S * every_s * (1 + 1e-9)
    assert tempo(asked_s, cpu_s, requests, every_s).every_s == every_s
    assert 0 < EASES_BELOW < 1


def test_the_first_poll_is_not_what_polls_cost() -> None:
    spending = Spending()

    for cpu_s in (5.0, 0.1, 0.1):
        spending.take(cpu_s, 3)

    assert spending.cpu_s == pytest.approx(0.1)


async def test_a_poller_whose_polls_are_dear_says_how_often_it_polls(
    poller: Poller, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(rule, "CPU_SHARE", 1e-9)
    poller.interval_s = 0.0001
    told = []

    async for update in poller:
        assert isinstance(update, Snapshot)
        told.append(update.cost)
        poller.refresh()
        if len(told) == 4:
            break

    assert told[0].why_slow == ""
    assert told[-1].every_s > poller.interval_s
    assert "CPU" in told[-1].why_slow
