"""A line of an exporter, and the counters that the next reading is compared with."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

Labels = Mapping[str, str]
Totals = dict[str, float]


@dataclass(frozen=True, slots=True)
class Sample:
    """A line of an exporter; its name and the values of its labels in lower case."""

    name: str
    labels: Labels
    value: float

    @property
    def key(self) -> str:
        """What tells it from its like."""
        return f"{self.name}{sorted(self.labels.items())}"
