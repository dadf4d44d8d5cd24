"""Snapshots for tests, written as lines of a recording."""

from __future__ import annotations

from typing import Any

from lagtop.analysis.observer import Observer
from lagtop.analysis.report import Report
from lagtop.record.state import State
from lagtop.snapshot import Snapshot

Line = dict[str, Any]


def poll(t: float, topics: Line | None = None, groups: Line | None = None, **more: Any) -> Line:
    """A full line; a group may be given as its offsets alone: {"g": {"orders": [[0, 5]]}}."""
    said = {name: _group(group) for name, group in (groups or {}).items()}
    return {"t": t, "full": True, "topics": topics or {}, "groups": said, **more}


def one(t: float, committed: int | None, end: int | None, start: int | None = 0) -> Line:
    """A full line of one group `g` with one partition, orders-0 led by broker 1."""
    return poll(t, {"orders": [[0, 1, start, end, end]]}, {"g": {"orders": [[0, committed]]}})


def snapshots(*lines: Line) -> list[Snapshot]:
    """The snapshot after each line."""
    state = State("test")
    return [state.apply(line) for line in lines]


def observed(*lines: Line) -> Report:
    """What an observer that saw every line reports at the last one."""
    return reports(*lines)[-1]


def reports(*lines: Line) -> list[Report]:
    """What an observer reports at each line."""
    observer = Observer()
    return [observer.observe(snapshot) for snapshot in snapshots(*lines)]


def _group(said: Line) -> Line:
    return said if said.keys() & {"offsets", "members", "state", "type"} else {"offsets": said}
