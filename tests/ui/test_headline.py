"""The lines at the top say how often is polled where that is not as asked."""

from __future__ import annotations

from dataclasses import replace

import pytest

from lagtop.analysis.behind import worst_age
from lagtop.analysis.report import LagMethod
from lagtop.snapshot import NO_GAP, Broker, Gap, PollCost
from lagtop.ui.headline import Status, behind, headline
from lagtop.ui.look import Look
from tests.ui.reports import report


def second_line(cost: PollCost) -> str:
    shown = replace(report(), cost=cost)
    return "".join(piece.text for piece in headline(shown, Status(), Look(), 140)[1])


def test_a_stretched_interval_is_told_with_its_reason() -> None:
    line = second_line(PollCost(every_s=8.0, why_slow="2 s would cost 60 % CPU"))

    assert "every 8 s: 2 s would cost 60 % CPU" in line


def test_an_interval_as_asked_is_not_told() -> None:
    assert "every" not in second_line(PollCost(every_s=2.0))


def test_a_controller_that_nobody_knows_is_not_a_number() -> None:
    shown = replace(report(), controller=-1)

    line = "".join(piece.text for piece in headline(shown, Status(), Look(), 140)[0])

    assert "ctrl ?" in line


def first_line(silent: int, brokers: int = 6, width: int = 140) -> str:
    gap = Gap("timeout", "it did not answer")
    gaps = [gap] * silent + [NO_GAP] * (brokers - silent)
    told = tuple(Broker(n, "kafka", 9092, gap=gap) for n, gap in enumerate(gaps, start=1))
    shown = replace(report(), brokers=told)
    return "".join(piece.text for piece in headline(shown, Status(), Look(), width)[0])


@pytest.mark.parametrize(
    ("silent", "told"),
    [
        (1, "5/6 brokers  no answer: broker 1  "),
        (3, "3/6 brokers  no answer: brokers 1, 2, 3  "),
        (5, "1/6 brokers  no answer: brokers 1, 2, 3 +2  "),
    ],
)
def test_brokers_that_do_not_answer_are_named(silent: int, told: str) -> None:
    assert told in first_line(silent)


@pytest.mark.parametrize("silent", [0, 6])
def test_where_all_or_none_answer_no_broker_is_named(silent: int) -> None:
    assert "no answer" not in first_line(silent)


def test_where_it_is_narrow_an_id_does_not_pass_for_a_count() -> None:
    assert "5/6 brokers  silent: id 1  " in first_line(1, width=100)


def test_a_bound_of_the_worst_lag_in_time_is_told_as_one() -> None:
    def told(*methods: LagMethod) -> str:
        columns = {"lag_s": [5, 12, 9], "lag_s_method": list(methods)}
        seen = report(3, 1, of_partitions=columns)
        totals = replace(seen.totals, **worst_age(seen.partitions))
        return behind(replace(seen, totals=totals), Look())

    bound, exact = LagMethod.AT_LEAST, LagMethod.EXACT
    assert [told(bound, bound, bound), told(bound, exact, bound)] == ["≥12s", "12s"]


@pytest.mark.parametrize("is_stale", [False, True])
def test_the_age_at_the_end_is_not_that_of_a_poll_long_ago(is_stale: bool) -> None:
    status = Status(banner="stale 20s: no broker answers" * is_stale, is_stale=is_stale)

    line = "".join(piece.text for piece in headline(report(), status, Look(), 140)[1])

    assert (" old" in line) is not is_stale


def test_what_a_poll_cost_gives_way_to_how_far_behind_and_to_what_is_hidden() -> None:
    shown = replace(report(), hidden=("2 groups may not be described",))
    paused = Status(banner="PAUSED at 14:05:00: p goes on")

    line = "".join(piece.text for piece in headline(shown, paused, Look(), 80)[1])

    assert " behind  " in line
    assert ":hidden" in line
    assert "poll" not in line
