"""Rows with exact numbers, and as tab-separated text for the clipboard."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
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


def exact_cells(column: AnyColumn, sheet: Sheet, rows: Rows, look: Look) -> list[str]:
    """A column's cells with exact numbers, at a width that cuts nothing."""
    told = column.cells(sheet, rows, replace(look, exact=True), max(column.width, _WIDE))
    return [clean(cell).strip() for cell in told]


def table_text(sheet: Sheet, columns: Sequence[AnyColumn], rows: Rows, look: Look) -> str:
    """Headings and rows with exact numbers; drawings are left out."""
    told = [column for column in columns if column.name not in _DRAWN]
    texts = [exact_cells(column, sheet, rows, look) for column in told]
    lines = ["\t".join(column.title for column in told)]
    lines += ["\t".join(row) for row in zip(*texts, strict=True)]
    return "\n".join(lines) + "\n"
