"""Opens the app without a terminal, on a feed that the test plays by hand."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any

from textual.pilot import Pilot

from lagtop.live import Update
from lagtop.ui.app import LagtopApp
from lagtop.ui.options import Options
from lagtop.ui.views import Place
from lagtop.ui.widgets.table import LagTable
from tests.ui.feeds import HandClock, HandFeed


@dataclass
class Opened:
    """A running app with all that a test wants to reach."""

    app: LagtopApp
    pilot: Pilot[int]
    feed: HandFeed
    clock: HandClock

    async def deliver(self, update: Update) -> None:
        """The feed has news, and the screen has drawn it."""
        self.feed.deliver(update)
        await self.pilot.pause()

    async def press(self, *keys: str) -> None:
        """Press keys and wait for the screen."""
        await self.pilot.press(*keys)
        await self.pilot.pause()

    async def resize(self, width: int, height: int) -> None:
        """Make the terminal another size."""
        await self.pilot.resize_terminal(width, height)
        await self.pilot.pause()

    @property
    def here(self) -> Place:
        """The place in sight."""
        return self.app.browse.here

    @property
    def table(self) -> LagTable:
        """The table in sight."""
        return self.app.browse.table

    @property
    def names(self) -> list[str]:
        """What identifies the rows in sight."""
        grid = self.here.grid
        assert grid.sheet is not None
        return [" ".join(map(str, grid.sheet.identity(int(row)))) for row in grid.visible()]

    @property
    def chosen(self) -> str:
        """What identifies the row under the cursor."""
        return " ".join(map(str, self.here.identity or ()))

    @property
    def lines(self) -> list[str]:
        """The screen as text."""
        return [strip.text for strip in self.app.screen._compositor.render_strips()]

    @property
    def text(self) -> str:
        """The screen as one text."""
        return "\n".join(self.lines)


@asynccontextmanager
async def opened(
    *updates: Update, size: tuple[int, int] = (120, 30), **options: Any
) -> AsyncIterator[Opened]:
    """The app after the feed has delivered these updates."""
    feed, clock = HandFeed(*updates), HandClock()
    choices: dict[str, Any] = {"target": "broker:9092", "ascii": False, "clock": clock} | options
    app = LagtopApp(feed, Options(**choices))
    async with app.run_test(size=size) as pilot:
        await pilot.pause()
        screen = Opened(app, pilot, feed, clock)
        async with asyncio.timeout(60):
            while not screen.lines[0].strip():  # on a busy machine the first frame takes a while
                await pilot.pause(0.02)
        yield screen
