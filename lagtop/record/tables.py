"""Values by key that change a few at a time and are wanted as sorted columns."""

from __future__ import annotations

from typing import Generic, TypeVar

import numpy as np

from lagtop.snapshot import UNKNOWN, Ints

Key = TypeVar("Key", tuple[str, int], tuple[str, str, int])


class Table(Generic[Key]):
    """Rows of `width` whole numbers by key; columns come out in the order of the keys."""

    def __init__(self, width: int) -> None:
        self._slots: dict[Key, int] = {}
        self._values = np.full((8, width), UNKNOWN, np.int64)
        self._order: Ints | None = None
        self.keys: list[Key] = []

    def clear(self) -> None:
        """Forget every row, but not the order of the keys: a full line often has the same."""
        self._slots, self._order = {}, None
        self._values[:] = UNKNOWN

    def __contains__(self, key: Key) -> bool:
        return key in self._slots

    def put(self, key: Key, row: list[int]) -> None:
        """Set one row."""
        slot = self._slots.get(key)
        if slot is None:
            slot = self._slots[key] = len(self._slots)
            self._order = None
            if slot == len(self._values):
                self._values = np.concatenate([self._values, np.full_like(self._values, UNKNOWN)])
        self._values[slot] = row

    def settle(self) -> bool:
        """Bring the keys in order after changes; whether they differ from before."""
        if self._order is not None:
            return False
        keys = sorted(self._slots)
        self._order = np.array([self._slots[key] for key in keys], np.int64)
        changed, self.keys = keys != self.keys, keys
        return changed

    def columns(self) -> Ints:
        """The values, int64[width, rows]; call `settle` first."""
        if self._order is None:
            raise RuntimeError("columns of a table that is not settled")
        return np.ascontiguousarray(self._values[self._order].T)
