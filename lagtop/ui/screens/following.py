"""Text over a table on one thing in it, which goes on telling of that thing as figures come."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from rich.cells import cell_len

from lagtop.ui.commands import bindings_of
from lagtop.ui.names import clean, fit
from lagtop.ui.roles import Line, Piece
from lagtop.ui.screens.text import TextScreen

if TYPE_CHECKING:
    from lagtop.ui.screens.table_screen import TableScreen

Make = Callable[[int], Sequence[Line]]
"""Lines, broken to a width."""

Find = Callable[[], Make | None]
"""The lines on a thing as the table shows it now, or None where it is gone."""


class Follows:
    """A screen over a table that the table draws with itself: with news, held, or stale."""

    def show(self) -> None:
        """Draw what the table's session shows now."""
        raise NotImplementedError


class FollowingScreen(Follows, TextScreen, inherit_bindings=False):
    """The title says as of when the lines are; those of a thing that is gone stay as they were."""

    BINDINGS = [*bindings_of("help"), *bindings_of("following")]  # noqa: RUF012 - as Textual wants it

    def __init__(self, title: str, table: TableScreen, find: Find) -> None:
        super().__init__(title, self._lines, "following")
        self._told, self._table, self._find = clean(title), table, find
        self._make: Make = lambda width: ()
        self._as_of, self._is_gone = "", False
        self.show()

    def on_mount(self) -> None:
        """Say every second how old the figures are, if they are."""
        self.set_interval(1.0, self._show_title)

    def on_resize(self) -> None:
        """Find room for the title."""
        self._show_title()

    def show(self) -> None:
        """Tell of the thing as it is now."""
        report, made = self._table.session.shown.report, self._find()
        self._is_gone = made is None
        if report is not None and made is not None:
            self._make = made
            self._as_of = time.strftime("%H:%M:%S", time.localtime(report.captured_at))
        self._show_title()
        self.pager.remake()

    def action_freeze(self) -> None:
        """Hold the picture, or let go of it."""
        self._table.session.toggle_freeze()
        self._table.show()

    def _lines(self, width: int) -> Sequence[Line]:
        return self._make(width)

    def _show_title(self) -> None:
        status, width = self._table.session.status, self.size.width
        gone = "gone, " if self._is_gone else ""
        when = Piece(f"  {gone}as of {self._as_of}  ", "attention" if gone else "dim")
        banner = Piece(status.banner, status.banner_role)
        room = max(width - cell_len(when.text) - cell_len(banner.text) - 1, width // 2)
        title = fit(self._told, min(room, cell_len(self._told)))
        self._title.show([[Piece(f" {title}", "title"), when, banner]])
