"""What a load tells people: the same figures as its scripts have."""

from __future__ import annotations

import pytest

from lagtop.cli.load import exit_status
from lagtop.cli.load_text import live, told
from lagtop.errors import (
    EXIT_CRITICAL,
    EXIT_INTERRUPTED,
    EXIT_OK,
    EXIT_UNKNOWN,
    EXIT_WARNING,
)
from lagtop.probe.ending import Cause, Ending
from lagtop.probe.load import Sample
from lagtop.probe.load_outcome import answer, charts
from lagtop.probe.saturate import Saturation
from lagtop.probe.scripts import Spike, Steps
from lagtop.probe.staircase import Reading
from tests.probe.plant import Plant

PLANT = Plant(1_000.0, spread=0.0, commit_s=1.0)


def test_a_maximum_is_told_with_what_is_recommended() -> None:
    script = Saturation(200.0, 1e6)
    PLANT.drive(script, 1)
    found = script.result

    lines = told(script)

    assert f"sustained:   {found.low_per_s:.0f}/s" in lines
    assert f"recommended: {0.8 * (found.low_per_s or 0):.0f}/s, a fifth below that" in lines
    assert f"too much:    {found.high_per_s:.0f}/s" in lines


def test_what_was_only_climbed_to_is_not_called_sustained() -> None:
    script = Saturation(200.0, 400.0)
    PLANT.drive(script, 1)

    lines = told(script)

    assert "borne:       400/s, for a short time" in lines
    assert not any("sustained" in line or "recommended" in line for line in lines)
    assert answer(script) == {
        "maximum": {
            "low_per_s": 400.0,
            "high_per_s": None,
            "capacity_per_s": None,
            "confirmed": False,
            "reason": "the group bears the highest rate that may be written",
            "recommended_per_s": None,
        }
    }


def test_a_load_that_never_began_is_told_without_figures() -> None:
    assert told(Saturation(1.0, 10.0)) == []
    assert told(Spike((1, 2), 1, 1, 1)) == ["the spike was not over"]
    assert "6 loads" in told(Steps([1.0], 5))[-1]


@pytest.mark.parametrize(
    ("most_per_s", "status"), [(1e6, EXIT_OK), (400.0, EXIT_WARNING)]
)
def test_only_an_answer_ends_a_load_with_success(most_per_s: float, status: int) -> None:
    script = Saturation(200.0, most_per_s)
    PLANT.drive(script, 1)

    assert exit_status(None, script) == status


@pytest.mark.parametrize(
    ("cause", "status"),
    [
        (Cause.INTERRUPTED, EXIT_INTERRUPTED),
        (Cause.LIMIT, EXIT_WARNING),
        (Cause.TROUBLE, EXIT_CRITICAL),
        (Cause.BLIND, EXIT_UNKNOWN),
    ],
)
def test_what_ends_a_load_early_is_its_exit_status(cause: Cause, status: int) -> None:
    assert exit_status(Ending(cause, "for a reason"), Steps([1.0], 5)) == status


def test_a_recovery_is_told_with_what_was_foretold() -> None:
    script = Spike((300.0, 3_000.0), calm_s=20, spike_s=10, patience_s=300, held_s=10)
    PLANT.drive(script, 1)

    words = " ".join(told(script))

    assert all(name in words for name in ("recovery:", "highest lag:", "foretold:"))


def test_each_step_has_a_line_and_the_one_that_grew_says_so() -> None:
    script = Steps([300.0, 600.0, 4_000.0], hold_s=10)
    PLANT.drive(script, 1)

    heading, *steps, inflection = told(script)

    assert "consumed/s" in heading
    assert [line.split()[0] for line in steps] == ["300", "600", "4000"]
    assert [line.endswith("the lag grew") for line in steps] == [False, False, True]
    assert "no inflection" in inflection


def test_live_lines_show_the_newest_poll_and_unknown_as_a_question_mark() -> None:
    samples = [
        Sample(0.0, "before", 0.0, None, None, 5),
        Sample(0.5, "climb", 100.0, 99.6, None, 40),
    ]

    newest, lag = live(samples, is_ascii=True)

    assert "wanted 100/s  produced 100/s  consumed ?  lag 40" in newest
    assert lag.startswith("lag up to 40: ")


def test_pictures_of_a_load_without_polls_are_drawn_all_the_same() -> None:
    script = Steps([1.0], hold_s=5)
    script.observe(Reading(0.0, 0.0, 0.0))

    assert set(charts([], script)) == {"rates.svg", "lag.svg", "latency.svg"}
