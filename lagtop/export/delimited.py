r"""CSV (RFC 4180) and TSV: raw numbers, and nothing where a value is unknown.

In TSV a tab, a line's end and a backslash inside a name are written as \t, \n, \r and \\, so that a
line is always a row and a tab always a column's end.

A name that a spreadsheet would run as a formula gets an apostrophe in front, as OWASP advises
("CSV Injection"): names are a stranger's data.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path

import numpy as np

from lagtop.analysis.report import Report
from lagtop.export.rows import COLUMNS, Cell, table
from lagtop.export.selection import Selection
from lagtop.outfile import utf8, write_whole

Rows = list[tuple[str, ...]]
FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r", "'")
"""The last one so that an apostrophe can be taken off again."""
_ESCAPES = str.maketrans({"\\": r"\\", "\t": r"\t", "\n": r"\n", "\r": r"\r"})


def header() -> str:
    """CSV's line of column names."""
    return _csv([tuple(COLUMNS)])


def body(report: Report, selection: Selection) -> str:
    """A line of CSV for each wanted group and partition."""
    return _csv(_rows(report, selection))


def tsv_header() -> str:
    """TSV's line of column names."""
    return _tsv([tuple(COLUMNS)])


def tsv_body(report: Report, selection: Selection) -> str:
    """A line of TSV for each wanted group and partition."""
    return _tsv(_rows(report, selection))


def save(report: Report, rows: Sequence[int], directory: Path) -> Path:
    """Write some partition rows of a report to a new file in a directory; raises OutputError."""
    moment = datetime.fromtimestamp(report.captured_at).strftime("%Y%m%d-%H%M%S")
    path = directory / f"lagtop-{moment}.csv"
    selection = Selection.all(report)._replace(rows=np.array(rows, np.int64))
    write_whole(path, utf8(header() + body(report, selection)))
    return path


def defused(text: str) -> str:
    """The text, kept from being a formula in a spreadsheet."""
    return f"'{text}" if text.startswith(FORMULA_STARTS) else text


def _rows(report: Report, selection: Selection) -> Rows:
    return [tuple(map(_text, row)) for row in table(report, COLUMNS, selection.rows)]


def _text(cell: Cell) -> str:
    if isinstance(cell, str):
        return defused(cell)
    if cell is None:
        return ""
    return format(cell, ".13g") if isinstance(cell, float) else str(cell)


def _csv(rows: Rows) -> str:
    out = io.StringIO()
    csv.writer(out).writerows(rows)
    return out.getvalue()


def _tsv(rows: Rows) -> str:
    return "".join("\t".join(cell.translate(_ESCAPES) for cell in row) + "\n" for row in rows)
