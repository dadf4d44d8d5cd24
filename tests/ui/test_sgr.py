"""Styles and the way from one to another."""

from __future__ import annotations

import pyte
import pytest
from hypothesis import given
from hypothesis import strategies as st

from lagtop.ui.sgr import PLAIN, Style, change, on_blank, parse

COLOURS = ["", "31", "97", "38;5;17", "38;2;1;2;3"]
GROUNDS = ["", "41", "107", "48;5;17", "48;2;1;2;3"]
KNOWN_TO_PYTE = [1, 3, 4, 5, 7, 9]
STYLES = st.builds(
    Style,
    st.frozensets(st.sampled_from(KNOWN_TO_PYTE)),
    st.sampled_from(COLOURS),
    st.sampled_from(GROUNDS),
)


def drawn(*sequences: str) -> pyte.screens.Char:
    """A character that a terminal draws after these sequences."""
    screen = pyte.Screen(4, 1)
    pyte.Stream(screen).feed("".join(sequences) + "x")
    return screen.buffer[0][0]


@given(STYLES, STYLES)
def test_a_change_gives_the_style_that_was_wanted(old: Style, new: Style) -> None:
    start = f"\x1b[0;{';'.join(old.codes)}m" if old != PLAIN else "\x1b[m"
    whole = f"\x1b[0;{';'.join(new.codes)}m" if new != PLAIN else "\x1b[m"

    assert drawn(start, change(old, new)) == drawn(whole)


@given(STYLES, STYLES)
def test_a_change_is_never_longer_than_beginning_anew(old: Style, new: Style) -> None:
    assert len(change(old, new)) <= len(f"\x1b[0;{';'.join(new.codes)}m")


@given(STYLES)
def test_codes_read_back_give_the_style(style: Style) -> None:
    assert parse(";".join(style.codes)) == style


@pytest.mark.parametrize(
    ("old", "new", "sequence"),
    [
        ("31", "32", "\x1b[32m"),
        ("1;31", "31", "\x1b[22m"),
        ("31", "", "\x1b[m"),
        ("", "1;31", "\x1b[1;31m"),
        ("1;38;2;1;2;3;48;2;4;5;6", "1;38;2;9;9;9;48;2;4;5;6", "\x1b[38;2;9;9;9m"),
        ("31", "31", ""),
        ("1;2", "2", "\x1b[0;2m"),
    ],
)
def test_the_shortest_way_is_taken(old: str, new: str, sequence: str) -> None:
    assert change(parse(old), parse(new)) == sequence


def test_the_terminals_own_colours_are_no_colour_codes() -> None:
    assert parse("39;49") == PLAIN


def test_a_blank_shows_ground_and_lines_but_no_ink() -> None:
    assert on_blank(parse("1;3;31;44")) == parse("44")
    assert on_blank(parse("4;31")) == parse("4;31")
    assert on_blank(parse("7;31;44")) == parse("7;31;44")
