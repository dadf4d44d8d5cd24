"""A recording on the command line: its polls until a time, and the reports they come to."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

from lagtop.analysis.narrow import Narrow
from lagtop.analysis.observer import Observer
from lagtop.analysis.policy import Policy
from lagtop.analysis.report import Report
from lagtop.errors import RecordingError, UsageError
from lagtop.record.player import play
from lagtop.record.when import parse_moment
from lagtop.snapshot import Snapshot


def recorded_until(path: Path, until: float | None) -> Iterator[Snapshot]:
    """The snapshots of a recording up to a time; raises RecordingError when there is none."""
    seen = False
    for snapshot in play(path, lambda warning: print(f"lagtop: {warning}", file=sys.stderr)):
        if until is not None and snapshot.captured_at > until:
            if not seen:
                raise RecordingError(
                    f"{path}: nothing was recorded by then",
                    f"the first poll is at {snapshot.captured_at:.3f}",
                )
            return
        seen = True
        yield snapshot
    if not seen:
        raise RecordingError(f"{path}: there is no poll in it", "only its first line was written")


def moment_of(path: Path, text: str | None) -> float | None:
    """The time that `--at` gives, as people type it near a recording; raises UsageError."""
    if text is None:
        return None
    try:
        return parse_moment(text)
    except UsageError:
        first = next(recorded_until(path, None))
        return parse_moment(text, first.captured_at)


def replay(
    path: Path, policy: Policy, until: float | None, every: bool, narrow: Narrow
) -> Iterator[Report]:
    """The reports on a recording up to a time: each of them, or only the last."""
    observer, report = Observer(policy), None
    for snapshot in recorded_until(path, until):
        report = observer.observe(narrow(snapshot))
        if every:
            yield report
    if report is not None and not every:
        yield report
