"""What a theme gives a style to: roles, not colours; and the pieces that lines are made of."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final, NamedTuple, Protocol, cast

from rich.cells import cell_len
from rich.segment import Segment
from rich.style import Style
from textual.strip import Strip
from textual.widget import Widget

from lagtop.ui.names import ascii_only

ROLES: Final = {
    "text": "figures and plain text",
    "dim": "what matters less",
    "name": "names of groups, topics, members",
    "heading": "column headings",
    "sorted": "the heading that the table is sorted by",
    "title": "the program's name, the place, headings of help",
    "key": "keys in footer and help",
    "trace": "sparklines and bars",
    "ok": "what is well",
    "growing": "rows whose lag grows",
    "stalled": "rows that stand still",
    "shrinking": "rows that catch up",
    "attention": "rows without members, lost messages, warnings",
    "unbalanced": "rows that stand out of their group",
    "rebalancing": "rows in a rebalance",
    "unknown": "rows that could not be read",
    "stale": "figures that are old",
    "alarm": "banners: stale, failed",
    "paused": "the banner of a frozen picture",
    "caret": "the place where a typed character goes",
    "cursor": "the row under the cursor, over its own style",
    "cell": "the cell under the cell cursor, in the cursor's row",
    "marked": "rows that were marked, over their own style",
}


class Piece(NamedTuple):
    """A run of text in one role."""

    text: str
    role: str = "text"


Line = Sequence[Piece]


@dataclass(frozen=True, slots=True, eq=False)
class Paint:
    """How this terminal is drawn on: a style for each role, and whether only ASCII may be sent.

    `ground` is under all of them: Textual puts no background under what draws its own lines.
    """

    styles: Mapping[str, Style]
    ground: Style
    ascii: bool = False

    def strip(self, line: Line, width: int, over: str | None = None) -> Strip:
        """A line as Textual draws it, cut or filled to `width` cells; `over` is laid on it all.

        A line that is cut ends with an ellipsis, so that nobody takes the rest for the whole.
        """
        top = Style.null() if over is None else self.styles[over]
        spell = ascii_only if self.ascii else str
        segments = [
            Segment(spell(piece.text), self.ground + self.styles[piece.role] + top)
            for piece in line
            if piece.text
        ]
        strip = Strip(segments)
        if strip.cell_length > width and cell_len(strip.text.rstrip()) > width > 1:
            last = Segment("~" if self.ascii else "…", self.ground + self.styles["dim"] + top)
            strip = Strip([*strip.crop(0, width - 1), last])
        return strip.adjust_cell_length(width, self.ground + top)


class Painted(Protocol):
    """An app that says how its terminal is drawn on."""

    paint: Paint


def paint_of(widget: Widget) -> Paint:
    """How the widget's app draws."""
    return cast(Painted, widget.app).paint
