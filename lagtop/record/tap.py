"""A recording that can be begun and ended while polls come, from another thread than theirs."""

from __future__ import annotations

from pathlib import Path
from threading import Lock
from typing import TYPE_CHECKING

from lagtop.errors import LagtopError
from lagtop.snapshot import Snapshot

if TYPE_CHECKING:
    from lagtop.record.recorder import Recorder


class Tap:
    """Takes every snapshot, and records those that come while it is open."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._recorder: Recorder | None = None
        self.path: Path | None = None
        self.problem = ""

    def open(self, path: Path) -> None:
        """Record from the next poll on; raises OutputError and RecordingError."""
        from lagtop.record.recorder import Recorder

        recorder = Recorder(path)
        self.close()
        with self._lock:
            self._recorder, self.path, self.problem = recorder, path, ""

    def close(self) -> None:
        """Record no more."""
        with self._lock:
            recorder, self._recorder, self.path = self._recorder, None, None
        if recorder is not None:
            recorder.close()

    def take(self, snapshot: Snapshot) -> None:
        """Record a snapshot, if wanted; a disk that is full ends the recording, not the screen."""
        with self._lock:
            if self._recorder is None:
                return
            try:
                self._recorder.record(snapshot)
            except LagtopError as error:
                self._recorder, self.path, self.problem = None, None, error.what
