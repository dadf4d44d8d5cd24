"""A line of an exporter, and the counters that the next reading is compared with."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
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


def by_name(samples: Iterable[Sample]) -> defaultdict[str, list[Sample]]:
    """The samples of each name; none of a name that there is not."""
    found = defaultdict[str, list[Sample]](list)
    for sample in samples:
        found[sample.name].append(sample)
    return found
