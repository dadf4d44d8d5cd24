"""Rows as tab-separated text, for the clipboard."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from lagtop.ui.columns import AnyColumn
from lagtop.ui.look import Look
from lagtop.ui.names import clean
from lagtop.ui.order import Rows
from lagtop.ui.sheets import Sheet

_DRAWN: Final = ("mark", "trend", "share")
_WIDE: Final = 40
LONGEST: Final = 74_994
"""Bytes that terminals take by OSC 52 (xterm's limit, less the sequence itself)."""


def table_text(sheet: Sheet, columns: Sequence[AnyColumn], rows: Rows, look: Look) -> str:
    """Headings and rows with exact numbers; drawings are left out."""
    told = [column for column in columns if column.name not in _DRAWN]
    exact = Look(ascii=look.ascii, exact=True)
    texts = [column.cells(sheet, rows, exact, max(column.width, _WIDE)) for column in told]
    lines = ["\t".join(column.title for column in told)]
    lines += ["\t".join(clean(cell).strip() for cell in row) for row in zip(*texts, strict=True)]
    return "\n".join(lines) + "\n"
