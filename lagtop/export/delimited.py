"""CSV (RFC 4180): raw numbers, and nothing where a value is unknown."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path

from lagtop.analysis.report import Report
from lagtop.export.rows import COLUMNS, Cell, table


def header() -> str:
    """The line of column names."""
    return _lines([tuple(COLUMNS)])


def body(report: Report) -> str:
    """A line for each group and partition of a report."""
    return _lines([tuple(_text(cell) for cell in row) for row in table(report, COLUMNS)])


def save(report: Report, rows: Sequence[int], directory: Path) -> Path:
    """Write some partition rows of a report to a new file in a directory; raises OSError."""
    moment = datetime.fromtimestamp(report.captured_at).strftime("%Y%m%d-%H%M%S")
    path = directory / f"lagtop-{moment}.csv"
    lines = table(report, COLUMNS)
    chosen = [tuple(_text(cell) for cell in lines[row]) for row in rows]
    with path.open("w", encoding="utf-8", errors="backslashreplace", newline="") as file:
        file.write(header() + _lines(chosen))
    return path


def _text(cell: Cell) -> str:
    if cell is None:
        return ""
    return format(cell, ".13g") if isinstance(cell, float) else str(cell)


def _lines(rows: list[tuple[str, ...]]) -> str:
    out = io.StringIO()
    csv.writer(out).writerows(rows)
    return out.getvalue()
