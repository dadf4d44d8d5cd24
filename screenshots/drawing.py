"""Draws a screen as an SVG: text as text, block elements and braille as shapes.

Fonts differ in how they draw the glyphs that sparklines and charts are made of, and many have no
braille at all: as shapes they look the same everywhere.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from itertools import groupby
from typing import Final, NamedTuple
from xml.sax.saxutils import escape

from rich.cells import cell_len
from rich.color import Color
from rich.style import Style
from textual.strip import Strip

WIDE, HIGH, SIZE, EDGE = 8.43, 18.0, 14, 10.0
"""A cell's width and height, the font's size, the margin around the screen: all in pixels."""

FONTS: Final = "ui-monospace,'DejaVu Sans Mono','Cascadia Mono',Menlo,Consolas,monospace"
LOWER, LEFT, BRAILLE = 0x2581, 0x2589, 0x2800
_DRAWN: Final = "\u2581-\u258f\u2800-\u28ff"
_PARTS: Final = re.compile(rf"[{_DRAWN}]+|\s+|[^\s{_DRAWN}]+")
"""Shapes, blanks and words: each is put at its own column, whatever the font makes of others."""

_DOTS: Final = ((0, 0), (0, 1), (0, 2), (1, 0), (1, 1), (1, 2), (0, 3), (1, 3))
"""Column and row of each braille dot, in the order of its bits (Unicode, Braille Patterns)."""


class Ink(NamedTuple):
    """How a run of text looks."""

    fore: str
    back: str
    bold: bool
    italic: bool
    underline: bool


def svg(lines: Sequence[Strip], ground: Style, columns: int) -> str:
    """The whole picture; `ground` has the colours of what has none of its own."""
    width, height = columns * WIDE + 2 * EDGE, len(lines) * HIGH + 2 * EDGE
    body = "\n".join(part for y, line in enumerate(lines) for part in _line(y, line, ground))
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width:g} {height:g}"'
        f' font-family="{FONTS}" font-size="{SIZE}" xml:space="preserve">\n'
        f'<rect width="100%" height="100%" rx="8" fill="{_hex(ground.bgcolor)}"/>\n'
        f"{body}\n</svg>\n"
    )


def _line(y: int, line: Strip, ground: Style) -> Iterator[str]:
    cells = [
        (character, _ink(ground + (segment.style or Style.null())))
        for segment in line
        for character in segment.text
    ]
    runs, x = [], 0
    for ink, some in groupby(cells, key=lambda cell: cell[1]):
        text = "".join(character for character, _ in some)
        runs.append((x, text, ink))
        x += cell_len(text)
    for x, text, ink in runs:
        if ink.back != _hex(ground.bgcolor):
            yield _rect(x, y, cell_len(text), ink.back)
    for x, text, ink in runs:
        yield from _run(x, y, text, ink)


def _run(x: int, y: int, text: str, ink: Ink) -> Iterator[str]:
    for part in _PARTS.findall(text):
        if _is_shape(part[0]):
            yield from _shapes(x, y, part, ink.fore)
        elif part.strip():
            yield _text(x, y, part, ink)
        x += cell_len(part)


def _text(x: int, y: int, text: str, ink: Ink) -> str:
    looks = ' font-weight="bold"' * ink.bold + ' font-style="italic"' * ink.italic
    looks += ' text-decoration="underline"' * ink.underline
    length = cell_len(text) * WIDE
    return (
        f'<text x="{EDGE + x * WIDE:.1f}" y="{EDGE + y * HIGH + 13.5:g}" fill="{ink.fore}"'
        f' textLength="{length:.1f}"{looks}>{escape(text)}</text>'
    )


def _is_shape(character: str) -> bool:
    code = ord(character)
    return LOWER <= code <= 0x258F or BRAILLE <= code < BRAILLE + 256


def _shapes(x: int, y: int, text: str, colour: str) -> Iterator[str]:
    path = "".join(_shape(EDGE + (x + at) * WIDE, EDGE + y * HIGH, c) for at, c in enumerate(text))
    yield f'<path d="{path}" fill="{colour}"/>'


def _shape(left: float, top: float, character: str) -> str:
    code = ord(character)
    if code >= BRAILLE:
        return "".join(_dots(left, top, code - BRAILLE))
    if code < LEFT:
        high = HIGH * (code - LOWER + 1) / 8
        return f"M{left:.1f} {top + HIGH:g}v{-high:g}h{WIDE:g}v{high:g}z"
    broad = WIDE * (0x2590 - code) / 8
    return f"M{left:.1f} {top:g}h{broad:.2f}v{HIGH:g}h{-broad:.2f}z"


def _dots(left: float, top: float, bits: int) -> Iterable[str]:
    for bit, (column, row) in enumerate(_DOTS):
        if bits >> bit & 1:
            x, y = left + (column + 0.5) * WIDE / 2 - 1.2, top + (row + 0.5) * HIGH / 4
            yield f"M{x:.1f} {y:.1f}a1.2 1.2 0 1 0 2.4 0a1.2 1.2 0 1 0 -2.4 0z"


def _rect(x: int, y: int, cells: int, colour: str) -> str:
    left, top = EDGE + x * WIDE, EDGE + y * HIGH
    return (
        f'<rect x="{left:.1f}" y="{top:g}" width="{cells * WIDE:.1f}" height="{HIGH:g}"'
        f' fill="{colour}"/>'
    )


def _ink(style: Style) -> Ink:
    fore, back = _hex(style.color), _hex(style.bgcolor)
    if style.reverse:
        fore, back = back, fore
    return Ink(fore, back, bool(style.bold), bool(style.italic), bool(style.underline))


def _hex(colour: Color | None) -> str:
    return "#888888" if colour is None else colour.get_truecolor().hex
