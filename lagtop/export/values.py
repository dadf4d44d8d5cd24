"""Values as JSON; unknown is null, and `never` the number 1e999.

That is valid JSON, which every reader of IEEE doubles takes as infinity.
"""

from __future__ import annotations

import json
import math
from collections.abc import Mapping

from lagtop.export.rows import Cell

NEVER = "1e999"


def json_object(fields: Mapping[str, Cell]) -> str:
    """An object on one line."""
    return "{" + ", ".join(f"{json.dumps(k)}: {json_value(v)}" for k, v in fields.items()) + "}"


def json_value(cell: Cell) -> str:
    """A value."""
    if isinstance(cell, float) and math.isinf(cell):
        return NEVER
    return json.dumps(cell, ensure_ascii=False)
