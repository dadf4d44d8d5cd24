"""A few lines of pieces; only lines that changed are drawn again."""

from __future__ import annotations

from collections.abc import Sequence

from textual.geometry import Region
from textual.strip import Strip
from textual.widget import Widget

from lagtop.ui.roles import Line, paint_of


class Band(Widget):
    """Lines at a fixed place: header, place, reason, footer."""

    DEFAULT_CSS = """
    Band { height: 1; width: 1fr; }
    """

    def __init__(self, id: str) -> None:  # noqa: A002
        super().__init__(id=id)
        self.lines: list[Line] = []

    def show(self, lines: Sequence[Line]) -> None:
        """Draw these lines from now on."""
        new = [tuple(line) for line in lines]
        longest = max(len(new), len(self.lines))
        dirty = [y for y in range(longest) if self._line(y) != (new[y] if y < len(new) else ())]
        self.lines = list(new)
        if dirty:
            self.refresh(*(Region(0, y, self.size.width, 1) for y in dirty))

    def render_line(self, y: int) -> Strip:
        """One line for Textual's compositor."""
        return paint_of(self).strip(self._line(y), self.size.width)

    def _line(self, y: int) -> Line:
        return self.lines[y] if y < len(self.lines) else ()
