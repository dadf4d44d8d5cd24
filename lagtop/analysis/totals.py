"""The header's figures and their short histories."""

from __future__ import annotations

from collections import deque

import numpy as np

from lagtop.analysis.behind import worst_age
from lagtop.analysis.groups import flows_of
from lagtop.analysis.hidden import unlisted
from lagtop.analysis.layout import Layout
from lagtop.analysis.report import GroupRows, PartitionRows, Totals
from lagtop.analysis.sums import ratio, total_known
from lagtop.snapshot import UNKNOWN, Floats, Snapshot

MOMENTS = 32


class Header:
    """Sums over the cluster, remembering the last MOMENTS of both rates."""

    def __init__(self) -> None:
        self._produced: deque[float] = deque(maxlen=MOMENTS)
        self._consumed: deque[float] = deque(maxlen=MOMENTS)

    def totals(
        self, rows: PartitionRows, groups: GroupRows, layout: Layout, snapshot: Snapshot
    ) -> Totals:
        """The figures of this moment; a group that was not read is missing from the sum.

        Where nobody told of groups there is one at least.
        """
        hidden = snapshot.unread + len(unlisted(snapshot))
        hidden += sum(
            group.gap.code == "unauthorized" and not partitions
            for group, partitions in zip(snapshot.groups, groups.partitions.tolist(), strict=True)
        )
        written = _once(rows.produced_per_s, layout)
        produced, consumed = total_known(written), total_known(groups.consumed_per_s)
        self._produced.append(produced)
        self._consumed.append(consumed)
        known = groups.lag_messages != UNKNOWN
        return Totals(
            lag_messages=int(groups.lag_messages[known].sum()) if known.any() else UNKNOWN,
            lag_missing=int(groups.lag_missing.sum()) + hidden,
            **worst_age(rows),
            produced_per_s=produced,
            consumed_per_s=consumed,
            produced_missing=int(np.isnan(written).sum()),
            consumed_missing=int(groups.consumed_missing.sum()) + hidden,
            ratio=_ratio(rows),
            produced_history=tuple(self._produced),
            consumed_history=tuple(self._consumed),
        )


def _once(produced: Floats, layout: Layout) -> Floats:
    """The produce rates of the partitions that some group reads."""
    each = np.full(len(layout.partition_topic), np.nan)
    each[layout.partition] = produced
    is_read = np.zeros(len(each), np.bool_)
    is_read[layout.partition] = True
    return each[is_read]


def _ratio(rows: PartitionRows) -> float:
    sums = (np.atleast_1d(flow.sum()) for flow in flows_of(rows))
    return float(ratio(*sums)[0])
