"""Values as JSON; unknown is null, and `never` the number 1e999.

That is valid JSON, which every reader of IEEE doubles takes as infinity.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from json.encoder import encode_basestring

from lagtop.export.rows import Cell

NEVER = "1e999"


def json_object(fields: Mapping[str, Cell]) -> str:
    """An object on one line."""
    return "{" + ", ".join([f'"{name}": {json_value(cell)}' for name, cell in fields.items()]) + "}"


def json_value(cell: Cell) -> str:
    """A value; by its type, since `json.dumps` takes ten times as long for a single one."""
    if cell is None:
        return "null"
    if isinstance(cell, str):
        return encode_basestring(cell)
    if isinstance(cell, float):
        return NEVER if math.isinf(cell) else repr(cell)
    return str(cell).lower()
