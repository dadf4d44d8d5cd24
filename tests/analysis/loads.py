"""Reports of one group whose members' loads are known, and strategies that draw them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np
from hypothesis import strategies as st

from lagtop.analysis.assignors import ASSIGNORS
from lagtop.analysis.report import Report
from lagtop.snapshot import Group, Member
from tests.ui.reports import report

ASSIGNOR = st.sampled_from(sorted(ASSIGNORS))


@dataclass(frozen=True)
class Load:
    """One topic: who owns each partition, what it gets, its lag, and what each member can do.

    A member divides what it can do evenly among its partitions.
    """

    owner: Sequence[int]
    produced: Sequence[float]
    lag: Sequence[float]
    capacity: Sequence[float]
    assignor: str = "range"
    columns: dict[str, Any] = field(default_factory=dict)

    def report(self) -> Report:
        """The report that says so."""
        count = len(self.owner)
        group = Group("billing", "classic", "Stable", self.assignor)
        made = report(1, count, topics=["orders"], facts={0: group}, of_partitions=self._columns())
        names = [f"client-{at:03}" for at in range(len(self.capacity))]
        members = tuple(Member(0, f"{name}-id", name, "/10.0.0.1") for name in names)
        return replace(made, members=members)

    def _columns(self) -> dict[str, Any]:
        owner = np.array(self.owner)
        shares = [
            self.capacity[at] / int((owner == at).sum()) if at >= 0 else 0.0 for at in self.owner
        ]
        columns = {
            "member": owner,
            "produced_per_s": self.produced,
            "consumed_per_s": shares,
            "lag_messages": np.array(self.lag).astype(np.int64),
            "base_lag_messages": self.lag,
        }
        return columns | self.columns

    def drain_s(self) -> float:
        """The slowest member's sum(lag) / (capacity - sum(produced))."""
        owner, worst = np.array(self.owner), 0.0
        for member in set(self.owner):
            mine = owner == member
            spare = self.capacity[member] - float(np.array(self.produced)[mine].sum())
            lag = float(np.array(self.lag)[mine].sum())
            worst = max(worst, lag / spare if spare > 0 else np.inf)
        return worst


@st.composite
def loads(draw: st.DrawFn, most_partitions: int = 12) -> Load:
    """Groups whose every member owns something and is behind, so that all is known of them."""
    partitions = draw(st.integers(1, most_partitions))
    members = draw(st.integers(1, partitions))
    spare = draw(st.lists(st.integers(0, members - 1), min_size=partitions, max_size=partitions))
    owner = [*range(members), *spare[members:]]
    rates = st.integers(0, 1000).map(float)
    produced = draw(st.lists(rates, min_size=partitions, max_size=partitions))
    more = st.integers(10, 100_000).map(float)
    backlog = draw(st.lists(more, min_size=partitions, max_size=partitions))
    capacity = draw(st.lists(st.integers(1, 5000).map(float), min_size=members, max_size=members))
    lag = [10 * p + b for p, b in zip(produced, backlog, strict=True)]
    return Load(owner, produced, lag, capacity, draw(ASSIGNOR))
