"""Every key is answered, with a change or with a sentence, whatever the screen has and its size."""

from __future__ import annotations

import pytest

from lagtop.ui.session import INTERVALS_S
from tests.ui.reports import report
from tests.ui.screens import opened

EVIL = "evil\x1b[2Jname"


@pytest.mark.parametrize("key", ["<", ">", "O", "h", "l", "^", "$", "v", "e", "x", "ctrl+d"])
async def test_no_key_fails_on_a_terminal_without_room_for_a_table(key: str) -> None:
    async with opened(report(3), size=(30, 5)) as screen:
        await screen.press(key)
        await screen.press("escape")
        await screen.resize(80, 24)

        assert "group-2" in screen.text


@pytest.mark.parametrize("key", ["p", "[", "]", "{", "}"])
async def test_without_a_picture_the_keys_of_time_say_so(key: str) -> None:
    async with opened() as screen:
        await screen.press(key)

        assert "there is no picture yet" in screen.text


async def test_the_ends_of_what_is_kept_are_told() -> None:
    async with opened(report(3)) as screen:
        await screen.deliver(report(2, captured_at=1_700_000_002.0))
        await screen.press("]")
        assert "this is the newest picture" in screen.text
        await screen.press("[")
        assert "this is the" not in screen.text
        await screen.press("[")
        assert "this is the first picture" in screen.text


async def test_charts_that_cannot_be_shown_say_why() -> None:
    async with opened(report(3), size=(100, 20)) as screen:
        await screen.press("v")
        assert "charts are on the page of a group" in screen.text
        await screen.press("enter", "v", "v")
        assert "charts need 28 lines, and here are 20" in screen.text


@pytest.mark.parametrize(
    ("interval_s", "key", "becomes_s"),
    [(300.0, "+", 300.0), (300.0, "-", INTERVALS_S[-1]), (0.2, "-", 0.2), (2.0, "+", 5.0)],
)
async def test_slower_is_never_faster(interval_s: float, key: str, becomes_s: float) -> None:
    async with opened(report(1), interval_s=interval_s) as screen:
        await screen.press(key)

        assert screen.app.session.interval_s == becomes_s


async def test_a_pace_that_the_command_line_takes_can_be_typed() -> None:
    async with opened(report(1)) as screen:
        await screen.press(":", *"every 300", "enter")

        assert screen.app.session.interval_s == 300


@pytest.mark.parametrize("key", ["x", "d", "W"])
async def test_a_strangers_name_in_a_title_cannot_drive_the_terminal(key: str) -> None:
    async with opened(report(1, names=[EVIL])) as screen:
        await screen.press(key)

        assert "evil�[2Jname" in screen.text
        assert "\x1b" not in screen.text


async def test_a_strangers_name_in_a_notice_cannot_drive_the_terminal() -> None:
    async with opened(report(1)) as screen:
        screen.app.browse.say(EVIL)
        await screen.pilot.pause()

        assert "evil�[2Jname" in screen.text


@pytest.mark.parametrize(("size", "is_cut"), [((60, 10), True), ((60, 20), False)])
async def test_a_reason_that_is_cut_says_so(size: tuple[int, int], is_cut: bool) -> None:
    why = "a reason of more words than a line of sixty columns has room for"
    rows = {"reason": [0], "lag_messages": [7]}
    async with opened(report(1, of_groups=rows, reasons=[why]), size=size) as screen:
        told = "".join(line.rstrip() + " " for line in screen.lines[-3:-1])

        assert told.rstrip().endswith("…" if is_cut else "has room for")


@pytest.mark.parametrize("keys", [[], ["?"], ["o"], ["w"]])
async def test_the_keys_at_the_bottom_follow_the_width(keys: list[str]) -> None:
    async with opened(report(1), size=(140, 40)) as screen:
        await screen.press(*keys)
        for width in (100, 80, 70, 60, 40):
            await screen.resize(width, 40)

            assert not screen.lines[-1].rstrip().endswith("…")


@pytest.mark.parametrize(
    ("width", "named"), [(120, ["x explain", "d details", "W why", "w what if"]), (80, ["W why"])]
)
async def test_the_keys_that_tell_of_a_row_are_named(width: int, named: list[str]) -> None:
    async with opened(report(1), size=(width, 24)) as screen:
        assert [told for told in named if told not in screen.lines[-1]] == []


async def test_one_cluster_alone_has_no_fleet_and_says_how_there_is_one() -> None:
    async with opened(report(1)) as screen:
        await screen.press("0")

        assert "lagtop PROFILE PROFILE" in screen.text
