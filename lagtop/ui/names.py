"""Strangers' text made safe to draw: names are data from people we do not know.

Control characters would drive the terminal, bidi overrides reverse what stands beside them
(Trojan Source, CVE-2021-42574), zero-width characters hide, and a wide character takes two cells.
"""

from __future__ import annotations

import unicodedata
from functools import lru_cache
from typing import Final

from rich.cells import cell_len, set_cell_size

REPLACEMENT: Final = "\ufffd"
_UNSAFE: Final = frozenset({"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"})
_DISPUTED: Final = frozenset(map(chr, (*range(0x1F1E6, 0x1F200), *range(0x1F3FB, 0x1F400))))
"""Flag letters and skin tones: terminals disagree on how wide they are."""

_MARKS: Final = frozenset({"Mn", "Mc", "Me"})


@lru_cache(maxsize=16_384)
def clean(name: str) -> str:
    """`name` on one line, every character visible: what could act or hide becomes U+FFFD.

    Combining marks are composed where Unicode has the composed letter and dropped elsewhere.

    >>> clean("a\\x1b[2Jb\\u202ec")
    'a\ufffd[2Jb\ufffdc'
    """
    if name.isascii() and name.isprintable():
        return name
    return "".join(map(_visible, unicodedata.normalize("NFC", name)))


@lru_cache(maxsize=16_384)
def fit(name: str, width: int, ellipsis: str = "…") -> str:
    """`name` cleaned and cut or padded to exactly `width` cells; a cut shows its ellipsis.

    >>> fit("orders-index", 8), fit("a", 3), fit("日本語", 4)
    ('orders-…', 'a  ', '日… ')
    """
    text = clean(name)
    if cell_len(text) <= width:
        return set_cell_size(text, width)
    if width <= cell_len(ellipsis):
        return set_cell_size(text, width)
    kept = set_cell_size(text, width - cell_len(ellipsis))
    bare = kept.rstrip(" ")
    return set_cell_size(bare + ellipsis, width)


def ascii_only(text: str) -> str:
    """`text` for a terminal without UTF-8: `?` for each cell that it could not show."""
    if text.isascii():
        return text
    return "".join(c if c.isascii() else "?" * cell_len(c) for c in text)


def _visible(character: str) -> str:
    category = unicodedata.category(character)
    if category in _MARKS:
        return ""
    if category == "Zs":
        return " "
    if category in _UNSAFE or character in _DISPUTED or not cell_len(character):
        return REPLACEMENT
    return character
