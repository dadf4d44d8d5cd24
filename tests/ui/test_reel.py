"""Stepping back through the pictures of before."""

from __future__ import annotations

from lagtop.snapshot import Failure
from lagtop.ui.reel import Reel
from tests.ui.reports import report
from tests.ui.screens import Opened, opened

MOMENTS = [report(g + 1, 1, captured_at=1_000.0 + 30 * g) for g in range(5)]


async def played(screen: Opened) -> None:
    """Deliver one report after another."""
    for seen in MOMENTS:
        await screen.deliver(seen)


async def test_brackets_step_back_and_on_and_the_newest_is_live() -> None:
    async with opened() as screen:
        await played(screen)
        assert len(screen.names) == 5

        await screen.press("left_square_bracket", "left_square_bracket")
        assert len(screen.names) == 3
        assert "PAUSED at" in screen.lines[1]

        await screen.press("right_square_bracket", "right_square_bracket")
        assert len(screen.names) == 5
        assert "PAUSED" not in screen.text


async def test_braces_step_by_a_minute() -> None:
    async with opened() as screen:
        await played(screen)

        await screen.press("left_curly_bracket")
        assert len(screen.names) == 3
        await screen.press("right_curly_bracket")
        assert len(screen.names) == 5


async def test_there_is_nothing_before_the_first_picture() -> None:
    async with opened() as screen:
        await screen.press("left_square_bracket", "left_curly_bracket")
        assert "connecting" in screen.text

        await played(screen)
        await screen.press(*["left_square_bracket"] * 9)
        assert len(screen.names) == 1


async def test_p_comes_back_from_the_past() -> None:
    async with opened() as screen:
        await played(screen)
        await screen.press("left_square_bracket", "p")

        assert len(screen.names) == 5


async def test_a_failure_does_not_spoil_the_past() -> None:
    async with opened() as screen:
        await played(screen)
        await screen.deliver(Failure(0.0, "gone", "", 1.0))
        await screen.press("left_square_bracket")

        assert "PAUSED" in screen.lines[1]
        assert len(screen.names) == 4


def test_a_very_big_report_leaves_room_for_itself_alone() -> None:
    reel = Reel()
    big = [report(200, 1_000, captured_at=float(moment)) for moment in range(4)]
    for seen in big:
        reel.push(seen)

    assert reel.step(big[-1], -9) is big[-1]
    assert reel.at(0.0) is big[-1]
    assert reel.begins() == "of 200,000 rows no picture but the newest is kept"


async def test_where_the_past_begins_is_said() -> None:
    async with opened() as screen:
        await played(screen)
        await screen.press(*["left_square_bracket"] * 5)
        assert "this is the first picture" in screen.text


async def test_what_was_dropped_for_want_of_room_is_said() -> None:
    async with opened() as screen:
        for moment in range(3):
            await screen.deliver(report(20, 3_000, captured_at=float(moment)))
        await screen.press("left_square_bracket")
        assert "PAUSED" in screen.lines[1]
        await screen.press("left_square_bracket")
        assert "of 60,000 rows the last 2 pictures are kept" in screen.text
