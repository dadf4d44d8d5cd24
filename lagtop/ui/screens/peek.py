"""The last records of a topic, over the screen that they were asked for in."""

from __future__ import annotations

import contextlib
from collections.abc import Callable

from textual.message import Message

from lagtop.records import Peek
from lagtop.ui.commands import bindings_of
from lagtop.ui.peek_lines import peek_lines
from lagtop.ui.roles import Line
from lagtop.ui.screens.text import TextScreen

Ask = Callable[[str, bool, Callable[[Peek], None]], None]
"""Reads a topic's last records, with their values or without, and delivers them from any thread."""


class Peeked(Message):
    """The records have come."""

    def __init__(self, peek: Peek) -> None:
        super().__init__()
        self.peek = peek


class PeekScreen(TextScreen, inherit_bindings=False):
    """Headers and sizes first; what the records say only if somebody asks for it."""

    BINDINGS = [*bindings_of("help"), *bindings_of("peek")]  # noqa: RUF012 - as Textual wants it

    def __init__(self, topic: str, ask: Ask) -> None:
        super().__init__(f"the last records of {topic}", self._lines, "peek")
        self._topic, self._ask = topic, ask
        self._peek: Peek | None = None
        self._values = False

    def on_mount(self) -> None:
        """Ask as soon as there is a place for the answer."""
        self.action_read()

    def on_peeked(self, message: Peeked) -> None:
        """Show what has come."""
        self._peek = message.peek
        self.pager.remake()

    def action_values(self) -> None:
        """Show what the records say too, or only their headers again."""
        self._values = not self._values
        self.action_read()

    def action_read(self) -> None:
        """Read them now, beside the polls."""
        self._ask(self._topic, self._values, self._deliver)

    def _deliver(self, peek: Peek) -> None:
        with contextlib.suppress(RuntimeError):
            self.post_message(Peeked(peek))

    def _lines(self, width: int) -> list[Line]:
        return peek_lines(self._peek, width, values=self._values)
