"""Appends snapshots to a recording; every line is on disk before the next poll."""

from __future__ import annotations

import json
from contextlib import ExitStack, suppress
from pathlib import Path
from types import TracebackType

from lagtop.errors import unwritable
from lagtop.record.files import open_to_add
from lagtop.record.lines import Line, Lines
from lagtop.record.lock import Lock
from lagtop.record.mend import mend
from lagtop.snapshot import Snapshot


class Recorder:
    """A file that is being recorded to, gzip when its name ends in .gz.

    A file that exists is added to, if it is a recording: a new first line begins where the old one
    ended. Raises OutputError, also while another records to it, and RecordingError for what is no
    recording.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._lines = Lines()
        self._begun = False
        try:
            with ExitStack() as unless_open:
                self._lock = Lock(path)
                unless_open.callback(self._lock.close)
                mend(path)
                self._lock.follow()
                self._file = open_to_add(path)
                unless_open.pop_all()
        except OSError as error:
            raise unwritable(path, error) from error

    def record(self, snapshot: Snapshot) -> None:
        """Add a snapshot."""
        if not self._begun:
            started_at, self._begun = snapshot.captured_at, True
            header = {"lagtop_record": 1, "cluster": snapshot.cluster, "started_at": started_at}
            self._write(header)
        self._write(self._lines.line(snapshot))

    @property
    def size_bytes(self) -> int:
        """How long the file is by now."""
        return self._path.stat().st_size

    def close(self) -> None:
        """Finish the file."""
        try:
            self._file.close()
        except OSError as error:
            raise unwritable(self._path, error) from error
        finally:
            self._lock.close()

    def __enter__(self) -> Recorder:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def _write(self, line: Line) -> None:
        compact = json.dumps(line, ensure_ascii=False, separators=(",", ":"))
        try:
            self._file.write(compact.encode() + b"\n")
            self._file.flush()
        except OSError as error:
            with suppress(OSError):  # what was not written is still in its buffer
                self._file.close()
            raise unwritable(self._path, error) from error
