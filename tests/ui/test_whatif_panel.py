"""The what-if panel on the screen: its keys, its news, its size."""

from __future__ import annotations

from dataclasses import replace

import pytest

from lagtop.ui.knobs import KNOBS, Wish
from lagtop.ui.screens.whatif import WhatIfScreen
from lagtop.ui.whatif_outcome import OUTCOMES
from tests.ui.asked import EVEN, HOT, billing
from tests.ui.conftest import Open
from tests.ui.reports import report
from tests.ui.screens import Opened, opened


async def answered(screen: Opened, *keys: str) -> WhatIfScreen:
    """The panel after some keys, when it has answered."""
    await screen.press(*keys)
    await screen.app.workers.wait_for_complete()
    await screen.pilot.pause()
    panel = screen.app.screen
    assert isinstance(panel, WhatIfScreen)
    return panel


def figure(screen: Opened, label: str) -> str:
    """The line of the screen that begins with a label."""
    return next(line for line in screen.lines if line.strip(" >").startswith(label))


async def test_eighty_by_twenty_four_hold_it_all() -> None:
    async with opened(billing(HOT), size=(80, 24)) as screen:
        await answered(screen, "w")

        for label in (*(knob.label for knob in KNOBS), *dict(OUTCOMES)):
            assert figure(screen, label).strip()
        assert "what if: billing" in screen.lines[0]
        assert "then with a margin of 20 % (out at least 1.2 x in)" in screen.text
        assert "client-001 with orders partition 3 and others decides" in screen.text
        assert "Esc close" in screen.lines[-1]


@pytest.mark.parametrize("keys", [("w",), ("enter", "w"), ("enter", "enter", "w"), ("3", "w")])
@pytest.mark.parametrize("close", ["escape", "q", "w"])
async def test_w_asks_about_the_group_in_sight(keys: tuple[str, ...], close: str) -> None:
    async with opened(billing(EVEN)) as screen:
        place = keys[:-1]
        await screen.press(*place)
        before = screen.text

        await answered(screen, "w")
        assert "what if: billing" in screen.text

        await screen.press(close)
        assert screen.text == before


async def test_w_where_there_is_no_group_says_so() -> None:
    async with opened(billing(EVEN)) as screen:
        await screen.press("2", "w")

        assert "what if is asked about a group" in screen.text


async def test_the_margin_is_the_headers_until_it_is_turned() -> None:
    async with opened(replace(billing(EVEN), margin=0.35)) as screen:
        assert "margin 35 %" in screen.lines[1]

        panel = await answered(screen, "w")
        assert "35 %" in figure(screen, "margin")
        assert "margin of 35 % (out at least 1.35 x in)" in screen.text

        await answered(screen, *["j"] * 5, "l")
        assert panel.wish.margin == 0.4
        await answered(screen, "0")
        assert panel.wish.margin == 0.35


async def test_arrows_and_letters_turn_the_knobs() -> None:
    async with opened(billing(EVEN)) as screen:
        panel = await answered(screen, "w", "right", "l", "h", "down", "l", "j", "L", "k", "up")
        assert panel.wish == Wish(consumers=1.0, speed=1.1, produce=1.4)
        assert "◂ 3 (+1) ▸" in figure(screen, "consumers")

        panel = await answered(screen, "0", "j", "backspace")
        assert panel.wish == Wish(produce=1.4)


async def test_a_change_answers_then_and_leaves_now() -> None:
    async with opened(billing(EVEN)) as screen:
        await answered(screen, "w", "j", "L", "L", "L")

        assert figure(screen, "drain").split() == ["drain", "1m40s", "20s"]


async def test_news_answer_both_anew_and_leave_the_knobs() -> None:
    async with opened(billing(EVEN)) as screen:
        await answered(screen, "w", "j", "L", "L", "L")

        await screen.deliver(billing(replace(EVEN, lag=[10_000.0] * 4)))
        panel = await answered(screen)

        assert panel.wish.speed == 3.0
        assert figure(screen, "drain").split() == ["drain", "3m20s", "40s"]


async def test_a_frozen_picture_is_asked_about_as_it_is() -> None:
    async with opened(billing(EVEN)) as screen:
        await answered(screen, "p", "w")
        await screen.deliver(billing(replace(EVEN, lag=[10_000.0] * 4)))
        await answered(screen)

        assert figure(screen, "drain").split() == ["drain", "1m40s", "1m40s"]
        assert "PAUSED" in screen.lines[0]


async def test_a_group_that_goes_is_told_and_one_that_returns_is_answered() -> None:
    async with opened(billing(EVEN)) as screen:
        await answered(screen, "w", "l")

        await screen.deliver(report(1, 2))
        await answered(screen, "j", "l")
        assert "this group is gone" in screen.text
        assert "drain" not in screen.text

        await screen.deliver(billing(EVEN))
        panel = await answered(screen)
        assert panel.wish == Wish(consumers=1.0)
        assert figure(screen, "drain").split()[1] == "1m40s"


async def test_more_words_than_fit_can_be_read() -> None:
    async with opened(billing(HOT), size=(70, 20)) as screen:
        await answered(screen, "w")
        first = screen.lines[18]

        await screen.press("pagedown")
        assert screen.lines[18] != first

        await screen.press("pageup")
        assert screen.lines[18] == first


@pytest.mark.parametrize("size", [(40, 24), (120, 19), (40, 8), (20, 4)], ids=str)
async def test_a_small_terminal_says_what_the_panel_needs(size: tuple[int, int]) -> None:
    async with opened(billing(EVEN)) as screen:
        await answered(screen, "w")
        await screen.resize(*size)
        await answered(screen, "l")
        assert "needs 70x20" in screen.text

        await screen.resize(120, 30)
        assert "(+1)" in figure(screen, "consumers")


def test_the_panel_works_in_a_terminal(open_story: Open) -> None:
    terminal = open_story()
    terminal.wait_for("group-29")

    terminal.send("w")
    terminal.wait_for("what if: group-29")
    terminal.send("\x1b[C")
    terminal.wait_for("2 (+1)")
    terminal.wait_for("margin of 20 %")

    terminal.send("q")
    terminal.wait_for("? help")
