"""What W, d and x show goes on with the news, and says as of when it is."""

from __future__ import annotations

import time
from dataclasses import replace
from typing import Any

import pytest

from lagtop.analysis.report import Report, Trend
from lagtop.snapshot import Failure
from lagtop.ui.widgets.pager import Pager
from tests.ui.reports import report
from tests.ui.screens import Opened, opened

BEGAN = 1_700_000_000.0
NARROW = (40, 12)


def clock(moment: int) -> str:
    """A moment as a title says it."""
    return time.strftime("%H:%M:%S", time.localtime(BEGAN + 2 * moment))


def at(moment: int, *names: str, lag: int = 1_000, still_s: float = 60.0) -> Report:
    """Groups that stand still, two seconds on with every moment."""
    count, now = len(names), BEGAN + 2 * moment
    lags: dict[str, Any] = {"lag_messages": [lag] * count, "trend": [Trend.STALLED] * count}
    rows = {
        "lag_messages": [lag] * count, "log_end_offset": [50_000 + lag] * count,
        "consumed_per_s": [0.0] * count, "trend": [Trend.STALLED] * count,
        "trend_since": [now - still_s] * count,
    }  # fmt: skip
    made = report(
        count, 1, names=names, topics=[f"{name}.t" for name in names], captured_at=now,
        of_groups=lags | {"consumed_per_s": [0.0] * count}, of_partitions=rows,
    )  # fmt: skip
    return replace(made, reasons=("",))


@pytest.mark.parametrize(
    ("keys", "told", "then"),
    [
        (["W"], "stalled 1m00s", "stalled 1m20s"),
        (["enter", "W"], "stalled 1m00s", "stalled 1m20s"),
        (["d"], "LAG         1,000", "LAG         7,777"),
        (["x"], "b.t 0: 1,000", "b.t 0: 7,777"),
        (["enter", "x"], "51,000 - max(50,000, 0)", "57,777 - max(50,000, 0)"),
    ],
)
async def test_what_is_open_shows_the_news_of_the_same_thing_wherever_it_stands_now(
    keys: list[str], told: str, then: str
) -> None:
    async with opened(at(0, "b", lag=1_000)) as screen:
        await screen.press(*keys)
        assert told in screen.text
        assert f"as of {clock(0)}" in screen.lines[0]

        await screen.deliver(at(10, "a", "b", lag=7_777, still_s=80.0))

        assert then in screen.text
        assert told not in screen.text
        assert f"as of {clock(10)}" in screen.lines[0]


@pytest.mark.parametrize("keys", [["W"], ["d"], ["x"], ["enter", "d"], ["enter", "x"]])
async def test_of_what_is_gone_the_last_figures_stay_and_say_of_when_they_are(
    keys: list[str]
) -> None:
    async with opened(at(0, "a", "b")) as screen:
        await screen.press("down", *keys)
        before = screen.lines[1:-1]

        await screen.deliver(at(1, "a"))
        await screen.deliver(at(2, "a"))
        assert f"gone, as of {clock(0)}" in screen.lines[0]
        assert screen.lines[1:-1] == before

        await screen.deliver(at(3, "a", "b"))
        assert f"  as of {clock(3)}" in screen.lines[0]
        assert "gone" not in screen.lines[0]


async def test_news_leave_the_lines_in_sight_where_they_are() -> None:
    async with opened(at(0, "a"), size=NARROW) as screen:
        await screen.press("d", "j", "j", "j")
        top = screen.lines[1]

        await screen.deliver(at(1, "a", lag=2_000))

        assert screen.lines[1] == top
        await screen.press("k", "k", "k")
        assert screen.lines[1] != top


async def test_a_held_picture_is_held_in_what_is_open_too() -> None:
    async with opened(at(0, "a")) as screen:
        await screen.press("p", "d")
        await screen.deliver(at(1, "a", lag=2_000))
        assert "1,000" in screen.text
        assert "PAUSED" in screen.lines[0]

        await screen.press("p")
        assert "2,000" in screen.text
        assert "PAUSED" not in screen.lines[0]

        await screen.press("p")
        await screen.deliver(at(2, "a", lag=3_000))
        assert "2,000" in screen.text
        assert f"as of {clock(1)}" in screen.lines[0]


async def test_a_past_moment_stays_in_what_is_open() -> None:
    async with opened(at(0, "a")) as screen:
        await screen.deliver(at(1, "a", lag=2_000))
        await screen.press("left_square_bracket", "d")
        await screen.deliver(at(2, "a", lag=3_000))

        assert "LAG         1,000" in screen.text
        assert f"as of {clock(0)}" in screen.lines[0]


async def test_figures_that_have_grown_old_say_so() -> None:
    async with opened(at(0, "a")) as screen:
        await screen.press("W")
        await screen.deliver(Failure(0.0, "no broker answers", "lagtop goes on trying", 2.0))

        assert f"as of {clock(0)}  stale" in screen.lines[0]
        assert "no broker answers" in screen.lines[0]


async def test_a_long_name_leaves_room_for_as_of_when() -> None:
    async with opened(at(0, "a" * 200), size=(60, 12)) as screen:
        await screen.press("W")

        assert f"as of {clock(0)}" in screen.lines[0]


async def test_lines_that_are_the_same_are_not_drawn_again(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    async with opened(at(0, "a")) as screen:
        await screen.press("W")
        drawn = count_refreshes(monkeypatch)

        await screen.deliver(at(1, "a"))
        assert drawn == []

        await screen.deliver(at(2, "a", still_s=70.0))
        assert len(drawn) == 1


def count_refreshes(monkeypatch: pytest.MonkeyPatch) -> list[Pager]:
    """Pagers, one for each time that one is drawn again."""
    drawn: list[Pager] = []
    refresh = Pager.refresh

    def counted(self: Pager, *regions: Any, **how: Any) -> Pager:
        drawn.append(self)
        return refresh(self, *regions, **how)

    monkeypatch.setattr(Pager, "refresh", counted)
    return drawn


async def test_what_was_closed_is_made_no_more(monkeypatch: pytest.MonkeyPatch) -> None:
    async with opened(at(0, "a")) as screen:
        await screen.press("W", "escape", "d", "escape", "x", "escape")
        made = count_makes(monkeypatch)

        await screen.deliver(at(1, "a"))

        assert made == []


def count_makes(monkeypatch: pytest.MonkeyPatch) -> list[Pager]:
    """Pagers, one for each time that its lines are made."""
    made: list[Pager] = []
    monkeypatch.setattr(Pager, "remake", made.append)
    return made


async def test_why_is_not_asked_about_a_group_that_is_gone() -> None:
    async with opened(at(0, "a", "b")) as screen:
        await on_the_page_of_b(screen)
        await screen.deliver(at(1, "a"))
        await screen.press("W")

        assert "group b is gone" in screen.lines[-2]


async def on_the_page_of_b(screen: Opened) -> None:
    """Enter on the second group."""
    await screen.press("down", "enter")
