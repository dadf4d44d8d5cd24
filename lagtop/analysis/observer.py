"""The one stateful object of the analysis: snapshots in, reports out."""

from __future__ import annotations

from lagtop.analysis.report import Report
from lagtop.snapshot import Snapshot


class Observer:
    """Remembers what it has been shown and answers with what it means."""

    def observe(self, snapshot: Snapshot) -> Report:
        """Record a snapshot and report on it; `now` is the snapshot's own time."""
        raise NotImplementedError
