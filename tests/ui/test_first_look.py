"""A first look at a few groups of a big cluster says of how many it is, wherever it is shown."""

from __future__ import annotations

from dataclasses import replace

import pytest

from lagtop.ui.headline import Status, headline
from lagtop.ui.look import Look
from tests.ui.reports import report
from tests.ui.screens import opened
from tests.ui.test_acts import Saved
from tests.ui.test_fleet import fleet


@pytest.mark.parametrize(("unread", "is_told"), [(64_997, True), (0, False)])
def test_a_first_look_says_of_how_many_groups_it_is(unread: int, is_told: bool) -> None:
    shown = replace(report(3), unread=unread)

    line = "".join(piece.text for piece in headline(shown, Status(), Look(), 140)[1])

    assert ("3 of 65,000 groups so far" in line) is is_told
    assert ("so far" in line) is is_told


async def test_a_save_of_a_first_look_says_what_is_not_in_it() -> None:
    async with opened(replace(report(3, 2), unread=1_497), save_csv=Saved()) as screen:
        await screen.press("ctrl+s")

        assert "; 1,497 groups were not read yet" in screen.text


async def test_a_first_look_has_at_least_so_many_groups() -> None:
    async with fleet("east", "west") as screen:
        await screen.deliver("east", replace(report(3), unread=1_497))
        await screen.deliver("west", report(4))

        assert "≥3 " in screen.row("east")
        assert " 4 " in screen.row("west")
        assert "≥4" not in screen.row("west")
