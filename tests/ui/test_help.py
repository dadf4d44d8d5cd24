"""Help in a terminal that is made too narrow for it."""

from __future__ import annotations

from tests.ui.reports import report
from tests.ui.screens import opened
from tests.ui.test_fleet import fleet


async def test_help_lives_on_in_a_terminal_of_a_few_columns() -> None:
    async with opened(report(1), size=(80, 24)) as screen:
        await screen.press("question_mark")
        for width in (4, 1, 80):
            await screen.resize(width, 24)

        assert "lagtop only reads" in screen.text


async def test_help_of_several_clusters_does_too() -> None:
    async with fleet("prod", "stage") as seen:
        await seen.press("question_mark")
        for width in (4, 1, 80):
            await seen.pilot.resize_terminal(width, 20)
            await seen.pilot.pause()

        assert any("lagtop only reads" in line for line in seen.lines)
