"""Select Graphic Rendition (ECMA-48 8.3.117): styles as values, and the shortest way between two.

Rich begins every run with all its attributes and ends it with a reset, 40 bytes a run; from one
style to the next, a few codes are enough.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import Final

_OFF: Final = {1: 22, 2: 22, 3: 23, 4: 24, 21: 24, 5: 25, 6: 25, 7: 27, 8: 28, 9: 29, 53: 55}
_SEEN_ON_BLANKS: Final = frozenset({4, 21, 7, 9, 53})
_REVERSE: Final = 7


@dataclass(frozen=True, slots=True)
class Style:
    """How a cell is drawn; a colour is its codes as SGR has them, "" is the terminal's own."""

    flags: frozenset[int] = frozenset()
    fore: str = ""
    back: str = ""

    @property
    def codes(self) -> list[str]:
        """The codes that make this style out of the plain one."""
        return [*map(str, sorted(self.flags)), *filter(None, (self.fore, self.back))]


PLAIN: Final = Style()


@lru_cache(maxsize=1024)
def parse(codes: str) -> Style:
    """The style that a terminal has after these codes and none before; 39 and 49 say nothing."""
    parts = iter(codes.split(";"))
    flags, fore, back = set(), "", ""
    for part in parts:
        code = int(part or 0)
        if code in (38, 48):
            mode = next(parts)
            values = [next(parts) for _ in range(3 if mode == "2" else 1)]
            fore, back = _coloured(code, ";".join((part, mode, *values)), fore, back)
        elif 30 <= code <= 37 or 90 <= code <= 97:
            fore = part
        elif 40 <= code <= 47 or 100 <= code <= 107:
            back = part
        elif code in _OFF:
            flags.add(code)
        elif code == 0:
            flags, fore, back = set(), "", ""
    return Style(frozenset(flags), fore, back)


@lru_cache(maxsize=4096)
def change(old: Style, new: Style) -> str:
    """The shortest sequence that takes the terminal from one style to another; "" when equal."""
    if old == new:
        return ""
    if new == PLAIN:
        return "\x1b[m"
    anew = ";".join(["0", *new.codes]) if old != PLAIN else ";".join(new.codes)
    return f"\x1b[{min(anew, _step(old, new), key=len)}m"


@lru_cache(maxsize=1024)
def on_blank(style: Style) -> Style:
    """What of a style is seen on a space: not the colour of ink that is not there."""
    if _REVERSE in style.flags:
        return Style(style.flags & _SEEN_ON_BLANKS, style.fore, style.back)
    ink = style.fore if style.flags & _SEEN_ON_BLANKS else ""
    return Style(style.flags & _SEEN_ON_BLANKS, ink, style.back)


def _coloured(code: int, colour: str, fore: str, back: str) -> tuple[str, str]:
    return (colour, back) if code == 38 else (fore, colour)


def _step(old: Style, new: Style) -> str:
    off = {_OFF[flag] for flag in old.flags - new.flags}
    kept = {flag for flag in old.flags & new.flags if _OFF[flag] not in off}
    codes = [*map(str, sorted(off)), *map(str, sorted(new.flags - kept))]
    if old.fore != new.fore:
        codes.append(new.fore or "39")
    if old.back != new.back:
        codes.append(new.back or "49")
    return ";".join(codes)
