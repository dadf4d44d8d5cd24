"""What the terminal is and can: asked once, before anything heavy is loaded."""

from __future__ import annotations

import codecs
import locale
import os
import sys
from typing import Final

from lagtop.errors import UsageError

_ONE_SHOT: Final = "for output without a screen, use `lagtop snapshot`"
_LIGHT: Final = ("7", "15")
_NO_GLYPHS: Final = ("linux", "vt100", "vt220", "ansi")
"""TERM of consoles whose font has no block elements to speak of."""


def require_terminal() -> None:
    """Raise UsageError unless a person sits at a terminal that can show a screen."""
    if not (sys.stdin.isatty() and sys.stdout.isatty()):
        which = "input" if not sys.stdin.isatty() else "output"
        raise UsageError(f"the screen needs a terminal, and standard {which} is none", _ONE_SHOT)
    if os.environ.get("TERM", "dumb") in ("dumb", ""):
        what = "the screen needs a terminal that can move its cursor, and TERM says it is dumb"
        raise UsageError(what, _ONE_SHOT)


def wants_ascii() -> bool:
    """Whether to draw in ASCII: the locale is not UTF-8, or the console has no such glyphs.

    In the C locale Python turns its own UTF-8 mode on (PEP 540), which says the opposite of what
    the terminal was said to be.
    """
    if os.environ.get("TERM", "") in _NO_GLYPHS:
        return True
    if sys.flags.utf8_mode and "PYTHONUTF8" not in os.environ and "utf8" not in sys._xoptions:
        return True
    return codecs.lookup(locale.getpreferredencoding(False)).name != "utf-8"


def wants_mouse() -> bool:
    """Whether to ask for mouse events: not over SSH, where each motion is a round trip."""
    return not any(os.environ.get(name) for name in ("SSH_CONNECTION", "SSH_TTY", "SSH_CLIENT"))


def wants_no_colour() -> bool:
    """Whether colour codes are unwanted altogether (https://no-color.org: set and not empty)."""
    return bool(os.environ.get("NO_COLOR"))


def has_light_background() -> bool:
    """Whether the terminal says so: COLORFGBG (rxvt, Konsole, others) ends with the background."""
    return os.environ.get("COLORFGBG", "").rpartition(";")[2] in _LIGHT


def tidy_environment() -> None:
    """Drop what would mislead Textual: a fixed size makes it deaf to every resize.

    An empty NO_COLOR means colour (https://no-color.org), but not to Textual.
    """
    for name in ("COLUMNS", "LINES", *(() if wants_no_colour() else ("NO_COLOR",))):
        os.environ.pop(name, None)
