"""The line at the bottom in which a filter or a command is typed.

It takes keys at once, in the order in which they come: Textual's own Input takes them a message
later, and what is typed in a burst, as over a slow link, would land beside it.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from textual import events

from lagtop.ui.editor import LineEditor
from lagtop.ui.names import clean
from lagtop.ui.roles import Line, Piece
from lagtop.ui.widgets.band import Band


@dataclass(frozen=True, slots=True)
class Question:
    """What is asked for: a sign before the line, and who hears of it.

    `typed` hears of every change, `kept` of the text at Enter, `dropped` of Esc; `complete` gives
    what Tab makes of the text.
    """

    sign: str
    typed: Callable[[str], None]
    kept: Callable[[str], None]
    dropped: Callable[[], None]
    complete: Callable[[str], str] = str


class Prompt(Band):
    """A line of input in the footer's place while a question is open."""

    DEFAULT_CSS = """
    Prompt { height: 1; width: 1fr; display: none; }
    """

    def __init__(self) -> None:
        super().__init__(id="prompt")
        self._question: Question | None = None
        self._editor = LineEditor()

    def ask(self, question: Question, text: str = "") -> None:
        """Open the line with `text` in it."""
        self._question = question
        self._editor = LineEditor(text)
        self.display = True
        self.screen.add_class("asking")
        self._draw()

    def take(self, event: events.Key) -> bool:
        """Use a key; False when it is none of the line's."""
        question = self._question
        if question is None:
            return False
        if event.key in ("enter", "escape"):
            self._close(question, kept=event.key == "enter")
            return True
        before = self._editor.text
        if event.key == "tab":
            self._editor = LineEditor(question.complete(before))
        elif not self._editor.take(event.key, event.character):
            return False
        self._changed(question, before)
        return True

    def paste(self, text: str) -> None:
        """Insert what was pasted."""
        if self._question is not None:
            before = self._editor.text
            self._editor.insert(text)
            self._changed(self._question, before)

    def _changed(self, question: Question, before: str) -> None:
        self._draw()
        if self._editor.text != before:
            question.typed(self._editor.text)

    def _close(self, question: Question, *, kept: bool) -> None:
        self._question = None
        self.display = False
        self.screen.remove_class("asking")
        if kept:
            question.kept(self._editor.text)
        else:
            question.dropped()

    def _draw(self) -> None:
        sign = self._question.sign if self._question else ""
        self.show([_drawn(sign, self._editor)])


def _drawn(sign: str, line: LineEditor) -> Line:
    before, rest = clean(line.text[: line.caret]), clean(line.text[line.caret :])
    at, after = rest[:1] or " ", rest[1:]
    return (Piece(f" {sign}", "key"), Piece(before), Piece(at, "caret"), Piece(after))
