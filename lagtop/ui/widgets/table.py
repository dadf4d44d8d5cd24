"""The main table, on Textual's line API: formats the rows in sight and draws those that changed.

Textual's DataTable sends 30 kB a refresh whatever changed and measures every cell of every row;
this one costs the same at a hundred rows and at a million.
"""

from __future__ import annotations

from typing import NamedTuple

from textual import events
from textual.geometry import Region
from textual.message import Message
from textual.strip import Strip
from textual.widget import Widget

from lagtop.analysis.marks import Mark
from lagtop.ui.columns import Placed, lay_out
from lagtop.ui.grid import Grid
from lagtop.ui.look import Look
from lagtop.ui.marks import SIGNS
from lagtop.ui.names import fit
from lagtop.ui.order import Rows
from lagtop.ui.roles import Line, Paint, Piece, paint_of

_MARGIN = 1
_WHEEL_ROWS = 3
_ROOMY = 100
"""Columns of the terminal from which nothing vital is left out, so that nothing need be said."""


class RowText(NamedTuple):
    """All that decides how a row looks; a row whose RowText is the same is not drawn again.

    `cell` is the place of the column under the cell cursor, -1 where it is not in this row.
    """

    cells: tuple[str, ...]
    roles: tuple[str, ...]
    is_marked: bool
    at_cursor: bool
    cell: int


class LagTable(Widget):
    """Draws a Grid; headings on the first line, or a message where there are no rows."""

    DEFAULT_CSS = """
    LagTable { height: 1fr; width: 1fr; }
    """

    class Moved(Message):
        """The mouse moved the cursor or the window."""

    class Opened(Message):
        """The mouse opened the row under the cursor."""

    def __init__(self, grid: Grid, look: Look) -> None:
        super().__init__(id="table")
        self.grid = grid
        self.look = look
        self.message: list[Line] = []
        self.placed: list[Placed] = []
        self._texts: list[RowText] = []
        self._strips: list[Strip] = []
        self._drawn_with: tuple[object, ...] = ()

    def paint(self) -> None:
        """Draw what changed since the last time."""
        if not self.size.width:
            return
        self.grid.resize(self.size.height - 1)
        paint, frame = paint_of(self), self._frame()
        if frame != self._drawn_with:
            self._drawn_with = frame
            self.placed = lay_out(self.grid.columns, self.size.width - 2 * _MARGIN, self.look)
            self._texts, self._strips = [], [self._heading(paint)]
            self.refresh()
        self._paint_rows(self._row_texts(), paint)

    def render_line(self, y: int) -> Strip:
        """One line for Textual's compositor."""
        if self.message:
            return self._message_line(y)
        if y < len(self._strips):
            return self._strips[y]
        return paint_of(self).strip((), self.size.width)

    def on_resize(self) -> None:
        """Lay out anew."""
        self.paint()

    def on_mouse_scroll_down(self, event: events.MouseScrollDown) -> None:
        """Scroll on."""
        self._scroll(_WHEEL_ROWS)

    def on_mouse_scroll_up(self, event: events.MouseScrollUp) -> None:
        """Scroll back."""
        self._scroll(-_WHEEL_ROWS)

    def on_click(self, event: events.Click) -> None:
        """Choose a row, open it with the second click, or sort by a heading."""
        if event.y == 0:
            self._sort_at(event.x)
        elif event.y <= len(self._texts):
            self.grid.go(self.grid.top + event.y - 1)
            self.paint()
            self.post_message(self.Opened() if event.chain == 2 else self.Moved())

    def _scroll(self, by: int) -> None:
        self.grid.scroll(by)
        self.paint()
        self.post_message(self.Moved())

    def _sort_at(self, x: int) -> None:
        edge = _MARGIN
        for column, width in self.placed:
            edge += width + 1
            if x < edge:
                self.grid.sort_by(column.name)
                self.paint()
                self.post_message(self.Moved())
                return

    def _frame(self) -> tuple[object, ...]:
        grid = self.grid
        order = (grid.columns, grid.sort, grid.descending)
        return (*order, self.size, paint_of(self), self.look, bool(self.message))

    def _row_texts(self) -> list[RowText]:
        grid = self.grid
        if grid.sheet is None or not grid.total:
            return []
        rows = grid.visible()
        columns = [self._cells(placed, rows) for placed in self.placed]
        marks, stale = grid.sheet.marks[rows].tolist(), grid.sheet.stale[rows].tolist()
        roles = [self._roles(Mark(m), s) for m, s in zip(marks, stale, strict=True)]
        here = grid.cursor - grid.top
        places = [column for column, _ in self.placed]
        cell = places.index(grid.column) if grid.column in places else -1
        return [
            RowText(
                cells, roles[y], grid.is_marked(int(rows[y])), y == here, cell if y == here else -1
            )
            for y, cells in enumerate(zip(*columns, strict=True))
        ]

    def _cells(self, placed: Placed, rows: Rows) -> list[str]:
        column, width = placed
        texts = column.cells(self.grid.sheet, rows, self.look, width)
        if column.grow:
            return [fit(text, width, self.look.ellipsis) for text in texts]
        if column.align == "right":
            return [text.rjust(width) for text in texts]
        return [text.ljust(width) for text in texts]

    def _roles(self, mark: Mark, stale: bool) -> tuple[str, ...]:
        if stale:
            return ("stale",) * len(self.placed)
        row, calm = SIGNS[mark].role, mark is Mark.NONE
        roles = {"row": row, "trace": "dim" if calm else "trace"}
        return tuple(roles.get(column.paint, column.paint) for column, _ in self.placed)

    def _paint_rows(self, texts: list[RowText], paint: Paint) -> None:
        old = self._texts
        dirty = [y for y, text in enumerate(texts) if y >= len(old) or old[y] != text]
        gone = range(len(texts), len(old))
        del self._strips[len(texts) + 1 :]
        for y in dirty:
            self._strips[y + 1 : y + 2] = [self._row_strip(texts[y], paint)]
        self._texts = texts
        if not texts:
            self.refresh()
        elif dirty or gone:
            width = self.size.width
            self.refresh(*(Region(0, y + 1, width, 1) for y in (*dirty, *gone)))

    def _row_strip(self, row: RowText, paint: Paint) -> Strip:
        line = [Piece("*" if row.is_marked else " ")]
        for place, (cell, role) in enumerate(zip(row.cells, row.roles, strict=True)):
            if place == row.cell:
                line += [Piece(cell, "cell"), Piece(" ", role)]
            elif line[-1].role == role:
                line[-1] = Piece(line[-1].text + cell + " ", role)
            else:
                line.append(Piece(cell + " ", role))
        over = "cursor" if row.at_cursor else "marked" if row.is_marked else None
        return paint.strip(line, self.size.width, over)

    def _heading(self, paint: Paint) -> Strip:
        line = [Piece(" " * _MARGIN, "heading")]
        for column, width in self.placed:
            sorted_by = column is self.grid.sort
            title = column.heading + (self._arrow() if sorted_by and column.heading else "")
            shown = title if len(title) <= width else column.heading
            text = shown.rjust(width) if column.align == "right" else shown.ljust(width)
            line.append(Piece(text, "sorted" if sorted_by else "heading"))
            line.append(Piece(" ", "heading"))
        filler = Piece(" " * self.size.width, "heading")
        more = self._left_out()
        room = self.size.width - len("".join(piece.text for piece in line).rstrip())
        if not more or room <= len(more):
            return paint.strip([*line, filler], self.size.width)
        headings = paint.strip([*line, filler], self.size.width - len(more))
        return Strip([*headings, *paint.strip([Piece(more, "heading")], len(more))])

    def _left_out(self) -> str:
        """How many columns have no room, with the key that shows all; where that is seldom, not."""
        count = len(self.grid.columns) - len(self.placed)
        return f"+{count} d" if count and self.size.width < _ROOMY else ""

    def _arrow(self) -> str:
        down, up = ("v", "^") if self.look.ascii else ("↓", "↑")
        return down if self.grid.descending else up

    def _message_line(self, y: int) -> Strip:
        first = max((self.size.height - len(self.message)) // 3, 0)
        inside = first <= y < first + len(self.message)
        line = self.message[y - first] if inside else ()
        return paint_of(self).strip([Piece("  "), *line], self.size.width)
