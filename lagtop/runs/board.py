"""The directory in which runs tell how they stand: a file for each, replaced at every word.

A reader sees a whole file, old or new. Nothing waits for the disk: after a crash of the machine
there is no run to tell of.
"""

from __future__ import annotations

import os
import time
from contextlib import suppress
from pathlib import Path

from lagtop.runs.form import read, written
from lagtop.runs.run import Run

KEPT_S = 3600.0
"""A run is shown for so long after its last word."""


class Board:
    """A directory of the user's own."""

    def __init__(self, directory: Path) -> None:
        self._directory = directory

    def put(self, run: Run) -> None:
        """Tell how a run stands now; raises OSError."""
        self._directory.mkdir(mode=0o700, parents=True, exist_ok=True)
        name = f"{run.command}-{run.began_at:.0f}-{run.pid}.json"
        draft = self._directory / f".{name}.draft"
        descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with open(descriptor, "w", encoding="utf-8", errors="backslashreplace") as file:
            file.write(written(run))
        draft.replace(self._directory / name)

    def runs(self) -> tuple[Run, ...]:
        """Those of the last hour: what still runs first, the newest first."""
        found = (_read(path) for path in self._fresh())
        known = [run for run in found if run is not None]
        return tuple(sorted(known, key=lambda run: (run.ended is not None, -run.began_at)))

    def tidy(self) -> None:
        """Take away what nobody is shown any more."""
        for path in self._directory.glob("*"):
            if _age_s(path) >= KEPT_S:
                with suppress(OSError):
                    path.unlink()

    def _fresh(self) -> list[Path]:
        return [path for path in self._directory.glob("*.json") if _age_s(path) < KEPT_S]


def _read(path: Path) -> Run | None:
    try:
        return read(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError):
        return None


def _age_s(path: Path) -> float:
    try:
        return time.time() - path.stat().st_mtime
    except OSError:
        return KEPT_S
