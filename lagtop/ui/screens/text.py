"""Text over the screen that it was asked in: help, explanations."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from textwrap import wrap

from textual.app import ComposeResult
from textual.screen import Screen

from lagtop.ui.command import Where
from lagtop.ui.commands import bindings_of
from lagtop.ui.lines import footer_line
from lagtop.ui.names import clean
from lagtop.ui.roles import Line, Piece
from lagtop.ui.widgets.band import Band
from lagtop.ui.widgets.pager import Pager


class TextScreen(Screen[None], inherit_bindings=False):
    """A title and lines that may be more than fit; `make` breaks them to a width.

    `more` names the keys that the last line shows beside its own.
    """

    BINDINGS = bindings_of("help")

    def __init__(self, title: str, make: Callable[[int], Sequence[Line]], *more: Where) -> None:
        super().__init__(id="text")
        self._more = more
        self._title, self._foot = Band(id="text-title"), Band(id="text-foot")
        self._title.show([[Piece(f" {clean(title)}", "title")]])
        self.pager = Pager(make)

    def compose(self) -> ComposeResult:
        """A title, the text, the keys."""
        yield self._title
        yield self.pager
        yield self._foot

    def on_resize(self) -> None:
        """Find room for the keys."""
        self._foot.show([footer_line("help", self.size.width, *self._more)])

    def action_close(self) -> None:
        """Back to where it was asked for."""
        self.dismiss()

    def action_scroll(self, by: int) -> None:
        """Some lines on or back."""
        self.pager.scroll_lines(by)

    def action_page(self, pages: float) -> None:
        """Pages on or back."""
        self.pager.scroll_lines(round(pages * max(self.pager.size.height - 1, 1)))

    def action_top(self) -> None:
        """To the start."""
        self.pager.scroll_lines(-self.pager.top)

    def action_bottom(self) -> None:
        """To the end."""
        self.pager.scroll_lines(10**6)


def sentences(told: Sequence[str], width: int) -> list[Line]:
    """Sentences, broken to `width`; indented ones are formulas and stay whole."""
    lines: list[Line] = []
    for sentence in told:
        if sentence.startswith(" "):
            lines.append([Piece(sentence, "name")])
        else:
            lines += [[], *([Piece(line)] for line in wrap(sentence, max(width, 20)))]
    return lines
