"""The lines of the what-if panel: its knobs, its figures, its words."""

from __future__ import annotations

import math
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len

from lagtop.analysis.change import Change
from lagtop.analysis.report import Report
from lagtop.snapshot import NOBODY, UNKNOWN, Gap
from lagtop.ui.knobs import KNOBS, Knob, Wish, consumer_steps
from lagtop.ui.look import Look
from lagtop.ui.roles import Line
from lagtop.ui.screens.whatif import SMALLEST
from lagtop.ui.whatif_answer import Question, ask
from lagtop.ui.whatif_curve import curve_lines
from lagtop.ui.whatif_lines import KNOBS_WIDTH, knob_lines, word_lines
from lagtop.ui.whatif_outcome import OUTCOMES, outcome_lines
from tests.analysis.loads import Load, loads
from tests.ui.asked import EVEN, HOT, billing
from tests.ui.reports import report

PLAIN = Look()
ASCII = Look(ascii=True)


def as_share_group(made: Report) -> Report:
    """The same, of a share group."""
    return replace(made, group_facts=(replace(made.group_facts[0], type="share"),))


def as_unauthorized(made: Report) -> Report:
    """The same, if the group may not be described."""
    gap = Gap("unauthorized", "no DESCRIBE on group billing")
    groups = replace(made.groups, members=np.array([UNKNOWN]))
    facts = (replace(made.group_facts[0], gap=gap),)
    return replace(made, group_facts=facts, groups=groups, members=())


def outcomes(made: Report, wish: Wish, look: Look = PLAIN) -> dict[str, tuple[str, str]]:
    """What each line of the answer says of now and of then."""
    lines = outcome_lines(ask(Question(made, 0, wish)), look, 100, is_pending=False)[1:]
    return {line[0].text.strip(): (line[1].text.strip(), line[2].text.strip()) for line in lines}


def words(made: Report, wish: Wish) -> list[str]:
    """What the answer says in words."""
    return text(word_lines(ask(Question(made, 0, wish)), 200))


def text(lines: list[Line]) -> list[str]:
    """Lines without their roles."""
    return ["".join(piece.text for piece in line) for line in lines]


def knob(name: str) -> Knob:
    """The knob that turns a field of Wish."""
    return next(knob for knob in KNOBS if knob.name == name)


def test_every_field_of_a_wish_has_a_knob_that_can_stand_where_it_begins() -> None:
    assert [knob.name for knob in KNOBS] == list(Wish.__dataclass_fields__)
    assert all(knob.value(Wish()) in (knob.steps or (0.0,)) for knob in KNOBS)


def test_an_untouched_panel_changes_nothing() -> None:
    assert Wish().change == Change()


@given(st.sampled_from(KNOBS), st.lists(st.integers(-30, 30)), st.integers(0, 50))
def test_a_knob_stays_within_its_bounds_and_goes_back(
    turned: Knob, turns: list[int], members: int
) -> None:
    wish = Wish()
    for by in turns:
        wish = turned.turned(wish, by, consumer_steps(members, 12, wish))

    assert turned.value(wish) in (turned.steps or consumer_steps(members, 12, wish))
    assert turned.reset(wish, Wish()) == Wish()


def test_no_more_consumers_leave_than_there_are_and_some_come_beyond_the_partitions() -> None:
    wish = knob("consumers").turned(Wish(), -99, consumer_steps(3, 6, Wish()))
    assert wish.change.add_members == -3

    wish = knob("consumers").turned(Wish(), 99, consumer_steps(3, 6, Wish(partitions=2.0)))
    assert 3 + wish.change.add_members > 12


def test_a_spike_lasts_only_if_there_is_one() -> None:
    assert Wish(spike_min=10.0).change == Change()
    assert Wish(spike=3.0, spike_min=10.0).change == Change(spike_factor=3.0, spike_s=600.0)


@given(loads(), st.sampled_from([0.0, 0.2, 0.9]))
def test_then_is_as_now_while_nothing_but_the_margin_is_turned(load: Load, margin: float) -> None:
    told = outcomes(billing(load), Wish(margin=margin))

    assert len(told) == len(OUTCOMES)
    assert all(now == then for now, then in told.values())


def test_a_hot_partition_is_named_with_its_member_and_no_number_of_consumers_helps() -> None:
    told = outcomes(billing(HOT), Wish(consumers=2.0))

    assert told["drain"] == ("never", "never")
    assert told["decides"][0] == "client-001 8.6k in 2.5k out/s"
    assert told["hottest"][0] == "orders 3 8.1k/s in"
    assert told["idle"] == ("0 of 2 members", "0 of 4 members")
    assert told["each"] == ("2 partitions", "1 partition")
    assert told["needed"] == ("no number is enough", "no number is enough")
    assert "needs x3.3 speed, or its key split" in " ".join(words(billing(HOT), Wish()))


def test_faster_consumers_drain_sooner() -> None:
    told = outcomes(billing(EVEN), Wish(speed=2.0))

    assert told["drain"] == ("1m40s", "33s")
    assert told["needed"] == ("1 consumer", "1 consumer")
    assert told["lag in 1 h"] == ("0", "0")


def test_members_beyond_the_partitions_are_idle() -> None:
    told = outcomes(billing(EVEN), Wish(consumers=4.0))

    assert told["idle"] == ("0 of 2 members", "2 of 6 members")
    assert told["decides"][1].startswith(("client-", "new member"))


def test_the_margin_has_a_line_of_its_own() -> None:
    told = "then with a margin of 20 % (out at least 1.2 x in): drain 2m30s, consumers needed 2"
    assert told in words(billing(EVEN), Wish())
    assert not any("margin of" in line for line in words(billing(EVEN), Wish(margin=0.0)))
    most = words(billing(EVEN), Wish(margin=9.0))[0]
    assert "margin of 900 % (out at least 10 x in): drain never, no number of consumers" in most
    assert "orders partition 0 alone" in most


@pytest.mark.parametrize("column", ["produced_per_s", "consumed_per_s", "base_lag_messages"])
def test_what_is_not_measured_yet_is_a_question_mark(column: str) -> None:
    unknown: dict[str, Any] = {column: [math.nan] * 4}
    if column == "base_lag_messages":
        unknown["lag_messages"] = [UNKNOWN] * 4
    made = billing(replace(EVEN, columns=unknown))
    told = outcomes(made, Wish(consumers=1.0))

    assert told["drain"] == told["lag in 1 h"] == told["needed"] == ("?", "?")
    assert (
        "lag to come: ?"
        in text(curve_lines(ask(Question(made, 0, Wish())).changed, PLAIN, 40, 9))[0]
    )


def test_partitions_that_are_left_out_make_a_figure_the_least_that_it_can_be() -> None:
    unknown = {"produced_per_s": [50.0, math.nan, 50.0, 50.0]}
    told = outcomes(billing(replace(EVEN, columns=unknown)), Wish(), ASCII)

    assert told["lag in 1 h"][0].startswith(">=")
    assert told["drain"][0].startswith(">=")


def test_nothing_is_reckoned_for_a_share_group() -> None:
    made = as_share_group(billing(EVEN))

    assert set(outcomes(made, Wish()).values()) == {("?", "?")}
    assert any(
        "no member of a share group owns a partition" in line for line in words(made, Wish())
    )


def test_a_group_without_a_known_partition_is_not_caught_up() -> None:
    made = report(1, 0)

    assert set(outcomes(made, Wish()).values()) == {("?", "?")}
    assert "drain ?" in words(made, Wish())[1]


def test_members_that_may_not_be_seen_are_not_zero() -> None:
    made = as_unauthorized(billing(replace(EVEN, owner=[NOBODY] * 4, capacity=[])))
    told = outcomes(made, Wish())

    assert told["idle"] == told["each"] == ("?", "?")
    assert text(knob_lines(Question(made, 0, Wish()), 0, ASCII))[1].split()[2:] == [
        "?", "<", "?", ">",
    ]  # fmt: skip
    assert words(made, Wish())[0] == "no DESCRIBE on group billing"


WISHES = [
    Wish(),
    Wish(consumers=8.0, speed=100.0, produce=0.0, spike=100.0, partitions=16.0),
    Wish(consumers=-2.0, produce=100.0, margin=0.9),
]


@pytest.mark.parametrize("width", range(SMALLEST[0], 160, 9))
@pytest.mark.parametrize("wish", WISHES, ids=str)
@pytest.mark.parametrize("look", [PLAIN, ASCII], ids=str)
def test_every_line_has_room_and_ascii_is_ascii(width: int, wish: Wish, look: Look) -> None:
    made = billing(replace(HOT, produced=[999_949.0] * 4, lag=[9e11] * 4, capacity=[999_949.0] * 2))
    question = Question(made, 0, wish)
    answer = ask(question)
    knobs = [line for at in range(len(KNOBS)) for line in knob_lines(question, at, look)]
    curve = curve_lines(answer.changed, look, width - KNOBS_WIDTH - 1, 9)
    figures = outcome_lines(answer, look, width, is_pending=True)

    assert max(map(cell_len, text(knobs))) <= KNOBS_WIDTH
    assert max(map(cell_len, text(curve))) <= width - KNOBS_WIDTH - 1
    assert max(map(cell_len, text(figures))) <= width
    assert max(map(len, text(word_lines(answer, width)))) <= width
    decides = dict(zip(dict(OUTCOMES), figures[1:], strict=True))["decides"]
    assert all(piece.text.rstrip().endswith(("out/s", "keep up")) for piece in decides[1:])
    if look.ascii:
        assert all(line.isascii() for line in text([*knobs, *curve, *figures]))


def test_the_curves_are_told_apart_without_colour() -> None:
    changed = ask(Question(billing(EVEN), 0, Wish(speed=2.0))).changed
    legend, *drawn = text(curve_lines(changed, ASCII, 50, 9))

    assert ". now" in legend
    assert "* then" in legend
    assert {".", "*"} < set("".join(drawn))
    assert drawn[-1].split() == ["now", "in", "2m05s"]
