"""The line at the bottom in which a filter or a command is typed."""

from __future__ import annotations

from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Horizontal
from textual.message import Message
from textual.widgets import Input

from lagtop.ui.roles import Piece
from lagtop.ui.widgets.band import Band


class Prompt(Horizontal):
    """A sign and a line of input; hidden until it is opened."""

    DEFAULT_CSS = """
    Prompt { height: 1; display: none; }
    Prompt.open { display: block; }
    Prompt Band { width: 2; }
    Prompt Input { width: 1fr; background: $background; }
    """

    class Typed(Message):
        """The line changed while it is typed."""

        def __init__(self, text: str) -> None:
            super().__init__()
            self.text = text

    class Closed(Message):
        """The line is done with: Enter keeps it, Esc does not."""

        def __init__(self, text: str, *, kept: bool) -> None:
            super().__init__()
            self.text = text
            self.kept = kept

    BINDINGS: ClassVar[list[BindingType]] = [("escape", "cancel", "cancel")]

    def compose(self) -> ComposeResult:
        """The sign and the input."""
        yield Band(id="sign")
        yield Input(id="line", compact=True, select_on_focus=False)

    def on_mount(self) -> None:
        """A cursor that blinks would send bytes for ever."""
        self.query_one(Input).cursor_blink = False

    @property
    def is_open(self) -> bool:
        """Whether the line is shown and takes the keys."""
        return self.has_class("open")

    def open(self, sign: str, text: str = "") -> None:
        """Show the line with `text` in it."""
        self.query_one(Band).show([[Piece(f" {sign}", "key")]])
        line = self.query_one(Input)
        with self.prevent(Input.Changed):
            line.value = text
        line.cursor_position = len(text)
        self.add_class("open")
        line.focus()

    def action_cancel(self) -> None:
        """Close without keeping what was typed."""
        self._close(kept=False)

    def on_input_changed(self, event: Input.Changed) -> None:
        """Tell what is typed."""
        event.stop()
        self.post_message(self.Typed(event.value))

    def on_input_submitted(self, event: Input.Submitted) -> None:
        """Close and keep it."""
        event.stop()
        self._close(kept=True)

    def _close(self, *, kept: bool) -> None:
        line = self.query_one(Input)
        self.remove_class("open")
        self.screen.set_focus(None)
        self.post_message(self.Closed(line.value, kept=kept))
