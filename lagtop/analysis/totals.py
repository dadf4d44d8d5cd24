"""The header's figures and their short histories."""

from __future__ import annotations

from collections import deque
from collections.abc import Sequence

import numpy as np

from lagtop.analysis.layout import Layout
from lagtop.analysis.report import GroupRows, PartitionRows, Totals
from lagtop.snapshot import UNKNOWN, Floats, Group

MOMENTS = 32


class Header:
    """Sums over the cluster, remembering the last MOMENTS of both rates."""

    def __init__(self) -> None:
        self._produced: deque[float] = deque(maxlen=MOMENTS)
        self._consumed: deque[float] = deque(maxlen=MOMENTS)

    def totals(
        self, rows: PartitionRows, groups: GroupRows, layout: Layout, facts: Sequence[Group]
    ) -> Totals:
        """The figures of this moment; a group that may not be read is missing from the sum."""
        hidden = sum(
            group.gap.code == "unauthorized" and not partitions
            for group, partitions in zip(facts, groups.partitions.tolist(), strict=True)
        )
        produced = _known(_once(rows.produced_per_s, layout))
        consumed = _known(rows.consumed_per_s)
        self._produced.append(produced)
        self._consumed.append(consumed)
        known = groups.lag_messages != UNKNOWN
        return Totals(
            lag_messages=int(groups.lag_messages[known].sum()) if known.any() else UNKNOWN,
            lag_missing=int(groups.lag_missing.sum()) + hidden,
            lag_s=worst_age_s(rows),
            produced_per_s=produced,
            consumed_per_s=consumed,
            ratio=_ratio(rows),
            produced_history=tuple(self._produced),
            consumed_history=tuple(self._consumed),
        )


def worst_age_s(rows: PartitionRows) -> float:
    """The lag in time of the worst row, seconds; NaN when nothing is known."""
    return float(np.fmax.reduce(rows.lag_s, initial=np.nan))


def _once(produced: Floats, layout: Layout) -> Floats:
    each = np.full(len(layout.partition_topic), np.nan)
    each[layout.partition] = produced
    return each


def _known(values: Floats) -> float:
    known = values[~np.isnan(values)]
    return float(known.sum()) if known.size else np.nan


def _ratio(rows: PartitionRows) -> float:
    both = ~(np.isnan(rows.produced_per_s) | np.isnan(rows.consumed_per_s))
    produced = float(rows.produced_per_s[both].sum())
    return float(rows.consumed_per_s[both].sum()) / produced if produced > 0 else np.nan
