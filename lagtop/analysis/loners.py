"""Groups that go on again and again though nobody is in them: read by who assign()s itself.

Under a name that others had joined such a consumer looks like a reset at each of its commits. But
nobody sets offsets forward by hand time and again.
"""

from __future__ import annotations

from collections import deque

import numpy as np

from lagtop.snapshot import Ints, Snapshot

OFTEN = 3
"""So many leaps may be resets, within a time; who commits every five seconds is soon beyond."""

WITHIN_S = 600.0


class Loners:
    """Remembers when groups leapt, by name."""

    def __init__(self) -> None:
        self._leapt: dict[str, deque[float]] = {}

    def others(self, snapshot: Snapshot, rows: Ints, empty: Ints) -> Ints:
        """Those of `rows` (int64[k]) that leapt, but of a group that leaps so often that it reads.

        empty: the ones among them of groups that nobody was in.
        """
        group, now = snapshot.commits.group, snapshot.captured_at
        for row in np.unique(group[empty]).tolist():
            leapt = self._leapt.setdefault(snapshot.groups[row].name, deque(maxlen=OFTEN + 1))
            leapt.append(now)
        for name, leapt in list(self._leapt.items()):
            if now - leapt[-1] > WITHIN_S:
                del self._leapt[name]
        often = [
            row
            for row in np.unique(group[rows]).tolist()
            if self._is_often(snapshot.groups[row].name, now)
        ]
        return rows[~np.isin(group[rows], often)]

    def _is_often(self, name: str, now: float) -> bool:
        leapt = self._leapt.get(name)
        return leapt is not None and len(leapt) > OFTEN and now - leapt[0] <= WITHIN_S
