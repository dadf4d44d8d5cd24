"""Strangers' text cannot break the screen."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len
from wcwidth import wcswidth

from lagtop.ui.names import ascii_only, clean, fit


@pytest.mark.parametrize(
    "bad",
    [
        "\x1b[2J",
        "\x00",
        "\r\n",
        "\t",
        "\x7f",
        "\x9b31m",
        "\u202e",
        "\u2066",
        "\u200b",
        "\u200d",
        "\ufeff",
        "\u2028",
        "\xad",
        "\ue000",
        "\U000e0041",
        "\ud800",
        "\u3164",
        "\U0001f1e9",
    ],
    ids=ascii,
)
def test_what_acts_or_hides_is_shown_as_a_replacement(bad: str) -> None:
    cleaned = clean(f"a{bad}b")

    assert cleaned.startswith("a\ufffd")
    assert cleaned.endswith("b")
    assert cell_len(cleaned) >= 3


@given(st.text())
def test_a_clean_name_has_only_characters_that_are_seen(name: str) -> None:
    unsafe = {"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp", "Mn", "Mc", "Me"}

    assert not {c for c in clean(name) if unicodedata.category(c) in unsafe}


@given(st.text(), st.integers(min_value=1, max_value=40))
def test_a_fitted_name_takes_exactly_its_width(name: str, width: int) -> None:
    assert cell_len(fit(name, width)) == width


@given(st.text())
def test_a_clean_name_is_as_wide_as_terminals_think(name: str) -> None:
    cleaned = clean(name)

    assert cell_len(cleaned) == wcswidth(cleaned)


def test_combining_marks_are_composed_or_dropped() -> None:
    assert clean("e\u0301") == "\xe9"
    assert clean("x" + "\u0336" * 50) == "x"


def test_a_name_that_fits_is_only_padded() -> None:
    assert fit("orders", 8) == "orders  "


def test_a_name_is_cut_between_wide_characters() -> None:
    assert fit("日本語の話題", 6) == "日本… "


def test_a_wide_character_takes_as_many_question_marks_as_cells() -> None:
    assert ascii_only("a日é") == "a???"
