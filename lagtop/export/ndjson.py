"""NDJSON: an object a line, with CSV's names and the bounds of each estimate."""

from __future__ import annotations

from lagtop.analysis.report import Report
from lagtop.export.rows import COLUMNS, ESTIMATES, table
from lagtop.export.selection import Selection
from lagtop.export.values import json_object


def body(report: Report, selection: Selection) -> str:
    """A line for each wanted group and partition."""
    columns = COLUMNS | ESTIMATES
    rows = table(report, columns, selection.rows)
    return "".join(f"{json_object(dict(zip(columns, row, strict=True)))}\n" for row in rows)
