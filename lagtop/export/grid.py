"""Columns of text under headings, aligned by the cells that a terminal gives them."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Sequence
from typing import NamedTuple

from lagtop.export.rows import Cell

Named = dict[str, Cell]
GAP = "  "


class Column(NamedTuple):
    """A heading, what a row says under it, and whether that is a number."""

    title: str
    text: Callable[[Named], str]
    is_number: bool = False


def plain(name: str) -> str:
    """A stranger's name on one line: what could act on a terminal, or hide, is escaped.

    >>> plain("a\\x1b[2Jb")
    'a\\\\x1b[2Jb'
    """
    if name.isprintable():
        return name
    return "".join(c if c.isprintable() else ascii(c)[1:-1] for c in name)


def grid(columns: Sequence[Column], rows: Sequence[Named]) -> list[str]:
    """The lines; none without rows, and no column in which no row says anything."""
    if not rows:
        return []
    texts = [[column.text(row) for row in rows] for column in columns]
    said = [
        _aligned([column.title, *cells], column.is_number)
        for column, cells in zip(columns, texts, strict=True)
        if any(cells)
    ]
    return [GAP.join(line).rstrip() for line in zip(*said, strict=True)]


def _aligned(cells: list[str], is_number: bool) -> list[str]:
    widths = list(map(_width, cells))
    room = max(widths)
    pads = [" " * (room - width) for width in widths]
    joined = zip(pads, cells, strict=True) if is_number else zip(cells, pads, strict=True)
    return ["".join(pair) for pair in joined]


def _width(text: str) -> int:
    if text.isascii():
        return len(text)
    return sum(map(_cells, text))


def _cells(character: str) -> int:
    if unicodedata.combining(character):
        return 0
    return 2 if unicodedata.east_asian_width(character) in "WF" else 1
