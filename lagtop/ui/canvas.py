"""The cells that the terminal shall show beside those it shows; sends only the difference.

Textual writes whole rows or screens and never asks what is there already. A frame of it consists
of cursor moves, SGR, text and newlines only; it is read into wanted cells here.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from rich.cells import cell_len

from lagtop.ui import sgr
from lagtop.ui.sgr import PLAIN, Style

_TOKEN: Final = re.compile(
    r"\x1b\[(?P<y>\d+);(?P<x>\d+)H|\x1b\[(?P<sgr>[\d;]*)m|(?P<newline>\n)"
    r"|(?P<text>[^\x00-\x1f\x7f-\x9f]+)"
)
_REST_OF_WIDE: Final = ""
"""What the second cell of a wide character holds."""

_JOINER: Final = "\u200d"

_LONGEST_BRIDGE: Final = 4
"""Cells that are cheaper written again than jumped over."""


class Row:
    """One line of cells: a character and a style each."""

    __slots__ = ("characters", "styles")

    def __init__(self, width: int) -> None:
        self.characters = [" "] * width
        self.styles = [PLAIN] * width

    def put(self, x: int, text: str, style: Style) -> int:
        """Write text from column `x` on, as far as there are cells; gives the column after it."""
        if not text.isascii():
            return self._put_wide(x, text, style)
        text = text[: max(len(self.characters) - x, 0)]
        self._put_cells(x, list(text), style)
        return x + len(text)

    def _put_wide(self, x: int, text: str, style: Style) -> int:
        cells: list[str] = []
        for cluster in _clusters(text):
            cells += [cluster, *[_REST_OF_WIDE] * (cell_len(cluster) - 1)]
        room = max(len(self.characters) - x, 0)
        cut = cells[:room]
        if len(cells) > room and cells[room] == _REST_OF_WIDE and cut:
            cut[-1] = " "
        self._put_cells(x, cut, style)
        return x + len(cells)

    def _put_cells(self, x: int, cells: list[str], style: Style) -> None:
        end = x + len(cells)
        if not cells:
            return
        self._break_wide(x)
        self._break_wide(end)
        blank = sgr.on_blank(style)
        self.characters[x:end] = cells
        self.styles[x:end] = [blank if cell == " " else style for cell in cells]

    def _break_wide(self, x: int) -> None:
        if not 0 < x < len(self.characters) or self.characters[x] != _REST_OF_WIDE:
            return
        self.characters[x - 1 : x + 1] = "  "
        self.styles[x - 1 : x + 1] = [sgr.on_blank(self.styles[x - 1])] * 2

    def copy(self) -> Row:
        """Another row with the same cells."""
        other = Row(0)
        other.characters, other.styles = self.characters[:], self.styles[:]
        return other

    def changed(self, shown: Row | None) -> list[int]:
        """The columns that differ from what is shown, whole characters only."""
        if shown is None:
            return list(range(len(self.characters)))
        if self.characters == shown.characters and self.styles == shown.styles:
            return []
        wanted = zip(self.characters, self.styles, strict=True)
        there = zip(shown.characters, shown.styles, strict=True)
        differ = {x for x, (w, s) in enumerate(zip(wanted, there, strict=True)) if w != s}
        differ |= {x - 1 for x in differ if self.characters[x] == _REST_OF_WIDE}
        return sorted(differ)


class Canvas:
    """Takes frames, gives updates; the terminal's cursor and style are known between updates."""

    def __init__(self, width: int, height: int) -> None:
        self.resize(width, height)

    def resize(self, width: int, height: int) -> None:
        """Begin anew at another size, knowing nothing of what is shown."""
        self.width, self.height = width, height
        self._wanted = [Row(width) for _ in range(height)]
        self.forget()

    def forget(self) -> None:
        """Know nothing any more of what the terminal shows: all is sent again."""
        self._shown: list[Row | None] = [None] * self.height
        self._touched = dict.fromkeys(range(self.height), 0)
        self._frame = 0
        self._cursor: tuple[int, int] | None = None
        self._style: Style | None = None

    def draw(self, frame: str) -> bool:
        """Take a frame; False, and nothing is taken, when it holds anything else."""
        tokens = list(_TOKEN.finditer(frame))
        if sum(token.end() - token.start() for token in tokens) != len(frame):
            return False
        self._frame += 1
        x, y, style = 0, 0, PLAIN
        for token in tokens:
            match token.lastgroup:
                case "x":
                    x, y = int(token["x"]) - 1, int(token["y"]) - 1
                case "sgr":
                    style = sgr.parse(token["sgr"])
                case "newline":
                    x, y = 0, y + 1
                case _:
                    x = self._put(x, y, token["text"], style)
        return True

    def park(self) -> str:
        """The move to the last line's start, where the terminal's answer is told from F3."""
        self._cursor = (0, self.height - 1)
        return f"\x1b[{self.height}H"

    @property
    def is_behind(self) -> bool:
        """Whether rows were drawn that have not been sent."""
        return bool(self._touched)

    def update(self, budget: int) -> str:
        """What makes the terminal show what was drawn last, in about `budget` characters.

        Rows that do not fit stay for the next update; the newest frame's go first, so that the
        answer to a key passes a big refresh.
        """
        parts: list[str] = []
        spent = 0
        for y in sorted(self._touched, key=lambda y: (-self._touched[y], y)):
            if spent >= budget:
                break
            del self._touched[y]
            part = "".join(self._row_update(y))
            spent += len(part)
            parts.append(part)
        return "".join(parts)

    def _put(self, x: int, y: int, text: str, style: Style) -> int:
        if not 0 <= y < self.height:
            return x
        self._touched[y] = self._frame
        return self._wanted[y].put(x, text, style)

    def _row_update(self, y: int) -> Iterator[str]:
        row = self._wanted[y]
        for x in row.changed(self._shown[y]):
            character = row.characters[x]
            if character == _REST_OF_WIDE:
                continue
            yield from self._go(x, y, row)
            yield from self._wear(character, row.styles[x])
            yield character
            is_sure = len(character) == cell_len(character) == 1 and x + 1 < self.width
            self._cursor = (x + 1, y) if is_sure else None
        self._shown[y] = row.copy()

    def _go(self, x: int, y: int, row: Row) -> Iterator[str]:
        if self._cursor is None or self._cursor[1] != y or self._cursor[0] > x:
            yield f"\x1b[{y + 1};{x + 1}H" if x else f"\x1b[{y + 1}H"
            return
        gap = range(self._cursor[0], x)
        if len(gap) <= _LONGEST_BRIDGE and all(self._fits(row, column) for column in gap):
            yield "".join(row.characters[column] for column in gap)
        elif gap:
            yield f"\x1b[{len(gap) if len(gap) > 1 else ''}C"

    def _fits(self, row: Row, x: int) -> bool:
        character = row.characters[x]
        return character.isascii() and character != "" and self._looks(character, row.styles[x])

    def _looks(self, character: str, style: Style) -> bool:
        if self._style is None:
            return False
        return (sgr.on_blank(self._style) if character == " " else self._style) == style

    def _wear(self, character: str, style: Style) -> Iterator[str]:
        if self._looks(character, style):
            return
        yield "\x1b[0m" if self._style is None else ""
        yield sgr.change(self._style or PLAIN, style)
        self._style = style


def _clusters(text: str) -> list[str]:
    """Characters with what hangs on them: combining marks, selectors, joined emoji."""
    clusters: list[str] = []
    for character in text:
        hangs_on = not cell_len(character) or (clusters and clusters[-1][-1] == _JOINER)
        if hangs_on and clusters:
            clusters[-1] += character
        else:
            clusters.append(character)
    return [cluster for cluster in clusters if cell_len(cluster)]
