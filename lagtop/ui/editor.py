"""A line that is being typed: text and caret, without a screen."""

from __future__ import annotations

import re
from typing import Final

_WORD_BEFORE: Final = re.compile(r"\S*\s*$")


class LineEditor:
    """Takes keys as readline does; what it has no use for is left to others."""

    def __init__(self, text: str = "") -> None:
        self.text = text
        self.caret = len(text)

    def take(self, key: str, character: str | None) -> bool:
        """Use a key, named as Textual names it; False when it means nothing here."""
        if character is not None and character.isprintable():
            self.insert(character)
            return True
        edit = _EDITS.get(key)
        if edit is None:
            return False
        edit(self)
        return True

    def insert(self, text: str) -> None:
        """Put text at the caret; of several lines, only the first."""
        first = text.splitlines()[0] if text else ""
        printable = "".join(filter(str.isprintable, first))
        self._replace(self.caret, self.caret, printable)

    def left(self) -> None:
        """A character back."""
        self.caret = max(self.caret - 1, 0)

    def right(self) -> None:
        """A character on."""
        self.caret = min(self.caret + 1, len(self.text))

    def home(self) -> None:
        """To the start."""
        self.caret = 0

    def end(self) -> None:
        """To the end."""
        self.caret = len(self.text)

    def rub_out(self) -> None:
        """Delete the character before the caret."""
        self._replace(max(self.caret - 1, 0), self.caret, "")

    def delete(self) -> None:
        """Delete the character at the caret."""
        self._replace(self.caret, self.caret + 1, "")

    def rub_out_word(self) -> None:
        """Delete the word before the caret."""
        before = _WORD_BEFORE.search(self.text[: self.caret])
        self._replace(before.start() if before else 0, self.caret, "")

    def rub_out_all(self) -> None:
        """Delete everything before the caret."""
        self._replace(0, self.caret, "")

    def _replace(self, start: int, stop: int, text: str) -> None:
        self.text = self.text[:start] + text + self.text[stop:]
        self.caret = start + len(text)


_EDITS: Final = {
    "left": LineEditor.left,
    "right": LineEditor.right,
    "home": LineEditor.home,
    "end": LineEditor.end,
    "backspace": LineEditor.rub_out,
    "delete": LineEditor.delete,
    "ctrl+w": LineEditor.rub_out_word,
    "ctrl+u": LineEditor.rub_out_all,
}
