"""How much an object holds on to."""

from __future__ import annotations

from collections import deque
from typing import Any

import numpy as np


def held_bytes(thing: Any, seen: set[int] | None = None) -> int:
    """The bytes of all arrays that hang on an object, and the entries of its collections, 8 each.

    An array that several objects share counts once, and a view as what it is a view of.
    """
    seen = set() if seen is None else seen
    while isinstance(thing, np.ndarray) and isinstance(thing.base, np.ndarray):
        thing = thing.base
    if id(thing) in seen:
        return 0
    seen.add(id(thing))
    if isinstance(thing, np.ndarray):
        return thing.nbytes
    parts = list(_parts(thing))
    return 8 * len(parts) + sum(held_bytes(part, seen) for part in parts)


def _parts(thing: Any) -> list[Any]:
    if isinstance(thing, dict):
        return [*thing.keys(), *thing.values()]
    if isinstance(thing, list | tuple | set | frozenset | deque):
        return [*thing]
    if isinstance(thing, type) or callable(thing):
        return []
    slots = [getattr(thing, name) for name in getattr(type(thing), "__slots__", ()) if name != "_"]
    return [*vars(thing).values(), *slots] if hasattr(thing, "__dict__") else slots
