"""Makes the pictures: every view on the demo's stories, in a dark and a light theme.

Run from the repository's root with the test extra: `python -m screenshots.take [NAME...]`.
"""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Final, NamedTuple

from lagtop.analysis.report import Report
from lagtop.ui.app import LagtopApp
from lagtop.ui.options import Options
from screenshots.drawing import svg
from screenshots.stage import played
from tests.ui.feeds import HandClock, HandFeed

HERE: Final = Path(__file__).parent
THEMES: Final = ("dark", "light")
SEED, POLLS, SETTLE_S = 1, 290, 0.2


class Shot(NamedTuple):
    """A picture: its name, the terminal's size, and the keys that lead there."""

    name: str
    size: tuple[int, int]
    keys: str = ""


SHOTS: Final = (
    Shot("groups", (120, 30)),
    Shot("small", (80, 24)),
    Shot("group", (120, 36), "enter"),
    Shot("partition", (120, 14), "enter enter"),
    Shot("member", (120, 16), "enter enter enter"),
    Shot("what-if", (120, 26), "w right right down right right right"),
    Shot("explain", (100, 20), "l l l l l x"),
    Shot("topics", (120, 28), "2"),
    Shot("partitions", (120, 28), "3"),
    Shot("brokers", (120, 14), "4"),
    Shot("dead-letters", (120, 14), "5"),
    Shot("alerts", (120, 18), "6"),
    Shot("help", (100, 40), "question_mark"),
)


async def take(shot: Shot, theme: str, reports: Sequence[Report]) -> str:
    """One picture: the app is told the reports, pressed the keys, and drawn."""
    feed, clock = HandFeed(), HandClock()
    options = Options(tag="demo", theme=theme, ascii=False, interval_s=1.0, clock=clock)
    app = LagtopApp(feed, options)
    async with app.run_test(size=shot.size) as pilot:
        for report in reports:
            app.session.take(report)
        feed.deliver(reports[-1])
        await pilot.pause()
        for key in shot.keys.split():
            await pilot.press(key)
            await pilot.pause()
        await app.workers.wait_for_complete()
        await pilot.pause(SETTLE_S)
        strips = app.screen._compositor.render_strips()
        return svg(strips, app.paint.ground, shot.size[0])


async def main(names: Sequence[str]) -> None:
    """Write the pictures of these names, or all."""
    reports = await played("all", SEED, POLLS)
    for shot in SHOTS:
        for theme in THEMES:
            if not names or shot.name in names:
                picture = await take(shot, theme, reports)
                (HERE / f"{shot.name}-{theme}.svg").write_text(picture, encoding="utf-8")


if __name__ == "__main__":
    asyncio.run(main(sys.argv[1:]))
