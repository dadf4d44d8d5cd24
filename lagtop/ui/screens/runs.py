"""Runs of probes, traces and loads beside the screen, over the table that they were asked for in.

They are processes of their own: the screen only reads what they tell, and writes to no cluster.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from typing import Final

from lagtop.runs.run import Run
from lagtop.ui.commands import bindings_of
from lagtop.ui.look import Look
from lagtop.ui.roles import Line
from lagtop.ui.run_lines import runs_lines
from lagtop.ui.screens.text import TextScreen

Read = Callable[[], tuple[Run, ...]]
"""The runs as they stand, read from disk."""

_EVERY_S: Final = 1.0


class RunsScreen(TextScreen, inherit_bindings=False):
    """One run in full under the names of all; the newest that runs is chosen first.

    `leave` shows one of the views of the table below, by its name.
    """

    BINDINGS = [*bindings_of("help"), *bindings_of("runs")]  # noqa: RUF012 - as Textual wants it

    def __init__(self, read: Read, look: Look, leave: Callable[[str], None]) -> None:
        super().__init__("probes, traces and loads beside", self._lines, "runs")
        self._read, self._look, self._leave = read, look, leave
        self._runs: tuple[Run, ...] | None = None
        self._chosen = ""

    def on_mount(self) -> None:
        """Look at once, and then every second."""
        self.set_interval(_EVERY_S, self._glance)
        self._glance()

    def action_choose(self, by: int) -> None:
        """Show the next run, or the one before."""
        runs = self._runs or ()
        if runs:
            place = min(max(self._place(runs) + by, 0), len(runs) - 1)
            self._chosen = _key(runs[place])
            self.pager.remake()
            self.action_top()

    def action_view(self, name: str) -> None:
        """Back to the table, in one of its views."""
        self.dismiss()
        self._leave(name)

    def _glance(self) -> None:
        self.run_worker(self._look_again(), exclusive=True)

    async def _look_again(self) -> None:
        runs = self._runs = await asyncio.to_thread(self._read)
        if runs:
            # What is looked at stays in sight, also when it ends and others come before it.
            self._chosen = _key(runs[self._place(runs)])
        self.pager.remake()

    def _place(self, runs: tuple[Run, ...]) -> int:
        keys = [_key(run) for run in runs]
        return keys.index(self._chosen) if self._chosen in keys else 0

    def _lines(self, width: int) -> list[Line]:
        place = self._place(self._runs or ())
        return runs_lines(self._runs, place, time.time(), self._look, width)


def _key(run: Run) -> str:
    return f"{run.pid} {run.began_at}"
