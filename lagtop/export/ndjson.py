"""NDJSON: an object a line, with CSV's names and the bounds of each estimate; unknown is null.

`never` is the number 1e999: valid JSON that every reader of IEEE doubles takes as infinity.
"""

from __future__ import annotations

import json
import math

from lagtop.analysis.report import Report
from lagtop.export.rows import COLUMNS, ESTIMATES, Cell, table

NEVER = "1e999"


def body(report: Report) -> str:
    """A line for each group and partition of a report."""
    columns = COLUMNS | ESTIMATES
    names = [json.dumps(name) for name in columns]
    return "".join(f"{_object(names, row)}\n" for row in table(report, columns))


def _object(names: list[str], row: tuple[Cell, ...]) -> str:
    pairs = (f"{name}: {_value(cell)}" for name, cell in zip(names, row, strict=True))
    return "{" + ", ".join(pairs) + "}"


def _value(cell: Cell) -> str:
    if isinstance(cell, float) and math.isinf(cell):
        return NEVER
    return json.dumps(cell, ensure_ascii=False)
