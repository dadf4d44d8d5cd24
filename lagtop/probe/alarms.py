"""Alerts that a load may be the cause of: those of groups that were well before it.

An alert needs minutes to fire, so that trouble from before a load looks new. A group that was
beyond a threshold from the beginning, or has not moved since, was in trouble without us.
"""

from __future__ import annotations

import numpy as np

from lagtop.analysis.rules import STALLED, Alert, State
from lagtop.snapshot import Snapshot

FROM_THE_BEGINNING_S = 10.0


class Alarms:
    """Told of each poll, it says which alert begins to fire; of the watched group only a stall."""

    def __init__(self, watched: str) -> None:
        self._watched = watched
        self._began_at: float | None = None
        self._first: dict[str, int] = {}

    def fresh(self, snapshot: Snapshot, alerts: tuple[Alert, ...]) -> str:
        """The alert that a load must end for, as a sentence; empty if there is none."""
        progress = _progress(snapshot)
        if self._began_at is None:
            self._began_at, self._first = snapshot.captured_at, progress
        for alert in alerts:
            if alert.state == State.FIRING and self._is_ours(alert, progress, self._began_at):
                return f"alert {alert.rule.name} fires for {alert.group}"
        return ""

    def _is_ours(self, alert: Alert, progress: dict[str, int], began_at: float) -> bool:
        if alert.group == self._watched:
            return alert.rule.name == STALLED
        if alert.active_since - began_at < FROM_THE_BEGINNING_S:
            return False
        return progress.get(alert.group) != self._first.get(alert.group)


def _progress(snapshot: Snapshot) -> dict[str, int]:
    """The sum of each group's committed offsets."""
    commits = snapshot.commits
    known = np.where(commits.committed > 0, commits.committed, 0)
    sums = np.bincount(commits.group, weights=known, minlength=len(snapshot.groups))
    return {group.name: int(sums[row]) for row, group in enumerate(snapshot.groups)}
