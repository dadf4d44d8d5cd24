"""Lines that may be more than fit: help, explanations."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from textual.strip import Strip
from textual.widget import Widget

from lagtop.ui.roles import Line, Piece, paint_of

_MARGIN = 2


class Pager(Widget):
    """Shows what `make(width)` gives, a window of it at a time."""

    DEFAULT_CSS = """
    Pager { height: 1fr; width: 1fr; }
    """

    def __init__(self, make: Callable[[int], Sequence[Line]]) -> None:
        super().__init__(id="pager")
        self._make = make
        self._lines: Sequence[Line] = ()
        self.top = 0

    def on_resize(self) -> None:
        """Break the lines anew."""
        self.remake()
        self.scroll_lines(0)

    def remake(self) -> None:
        """Make the lines anew, and draw them if they are others; the window stays where it is."""
        lines = self._make(self.size.width - 2 * _MARGIN)
        if lines != self._lines:
            self._lines = lines
            self.scroll_lines(0)

    def show_line(self, line: int) -> None:
        """Move the window as little as brings a line into sight."""
        self.top = min(max(self.top, line - self.size.height + 1), line)

    def scroll_lines(self, by: int) -> None:
        """Move the window by some lines, as far as there are any."""
        last_top = max(len(self._lines) - self.size.height, 0)
        self.top = min(max(self.top + by, 0), last_top)
        self.refresh()

    def render_line(self, y: int) -> Strip:
        """One line for Textual's compositor."""
        at = self.top + y
        line = self._lines[at] if at < len(self._lines) else ()
        return paint_of(self).strip([Piece(" " * _MARGIN), *line], self.size.width)
