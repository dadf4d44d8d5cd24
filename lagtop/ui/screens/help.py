"""The help over the screen that it was asked in."""

from __future__ import annotations

from collections.abc import Sequence

from textual.app import ComposeResult
from textual.screen import Screen

from lagtop.ui.columns import AnyColumn
from lagtop.ui.commands import bindings_of
from lagtop.ui.help_text import help_lines
from lagtop.ui.lines import footer_line
from lagtop.ui.look import Look
from lagtop.ui.roles import Piece
from lagtop.ui.widgets.band import Band
from lagtop.ui.widgets.pager import Pager


class HelpScreen(Screen[None], inherit_bindings=False):
    """Keys, marks and columns."""

    BINDINGS = bindings_of("help")

    def __init__(self, columns: Sequence[AnyColumn], look: Look) -> None:
        super().__init__(id="help")
        self.pager = Pager(lambda width: help_lines(columns, look, width))

    def compose(self) -> ComposeResult:
        """A title, the text, the keys."""
        yield Band(id="help-title")
        yield self.pager
        yield Band(id="help-foot")

    def on_mount(self) -> None:
        """Fill the lines that stand still."""
        self.query_one("#help-title", Band).show([[Piece(" lagtop help", "title")]])
        self.query_one("#help-foot", Band).show([footer_line("help")])

    def action_close(self) -> None:
        """Back to where help was asked for."""
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
