"""Chooses and orders the columns of a view."""

from __future__ import annotations

from collections.abc import Sequence

from textual.app import ComposeResult
from textual.screen import Screen

from lagtop.ui.columns import AnyColumn
from lagtop.ui.commands import bindings_of
from lagtop.ui.lines import footer_line
from lagtop.ui.roles import Line, Piece
from lagtop.ui.widgets.band import Band
from lagtop.ui.widgets.pager import Pager

_NAME = 14


class ColumnsScreen(Screen[list[str] | None], inherit_bindings=False):
    """A list of all columns; gives the names of those to show, or None."""

    BINDINGS = bindings_of("columns")

    def __init__(self, every: Sequence[AnyColumn], shown: Sequence[AnyColumn]) -> None:
        super().__init__(id="columns")
        hidden = [column for column in every if column not in shown]
        self._columns = [*shown, *hidden]
        self._shown = {column.name for column in shown}
        self._at = 0
        self._foot = Band(id="columns-foot")
        self.pager = Pager(self._lines)

    def compose(self) -> ComposeResult:
        """A title, the list, the keys."""
        yield Band(id="columns-title")
        yield self.pager
        yield self._foot

    def on_mount(self) -> None:
        """Fill the lines that stand still."""
        self.query_one("#columns-title", Band).show([[Piece(" columns", "title")]])

    def on_resize(self) -> None:
        """Find room for the keys."""
        self._foot.show([footer_line("columns", self.size.width)])

    def action_move(self, by: int) -> None:
        """To another column."""
        self._at = min(max(self._at + by, 0), len(self._columns) - 1)
        self._draw()

    def action_shift(self, by: int) -> None:
        """Put the column elsewhere."""
        to = self._at + by
        if 0 <= to < len(self._columns):
            self._columns.insert(to, self._columns.pop(self._at))
            self._at = to
            self._draw()

    def action_switch(self) -> None:
        """Show or hide the column; a vital one is always shown."""
        column = self._columns[self._at]
        if column.priority:
            self._shown ^= {column.name}
            self._draw()

    def action_keep(self) -> None:
        """Give the choice."""
        self.dismiss([column.name for column in self._columns if column.name in self._shown])

    def action_drop(self) -> None:
        """Leave everything as it was."""
        self.dismiss(None)

    def _draw(self) -> None:
        self.pager.show_line(self._at)
        self.pager.remake()

    def _lines(self, width: int) -> list[Line]:
        return [self._line(place, column) for place, column in enumerate(self._columns)]

    def _line(self, place: int, column: AnyColumn) -> Line:
        here = place == self._at
        box = "[x]" if column.name in self._shown else "[ ]"
        return [
            Piece(">" if here else " ", "key"),
            Piece(f" {box} ", "key" if here else "dim"),
            Piece(column.title.ljust(_NAME), "sorted" if here else "name"),
            Piece(column.help, "text" if column.name in self._shown else "dim"),
        ]
