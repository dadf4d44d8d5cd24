"""Appends snapshots to a recording; every line is on disk before the next poll."""

from __future__ import annotations

import gzip
import json
from io import SEEK_END, BufferedWriter
from pathlib import Path
from types import TracebackType

from lagtop.errors import RecordingError
from lagtop.record.lines import Line, Lines
from lagtop.snapshot import Snapshot

BLOCK = 1 << 16


class Recorder:
    """A file that is being recorded to, gzip when its name ends in .gz.

    A file that exists is added to: a new first line begins where the old recording ended.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._lines = Lines()
        self._begun = False
        try:
            _end_torn_line(path)
            self._file = _open(path)
        except OSError as error:
            raise _unwritable(path, error) from error

    def record(self, snapshot: Snapshot) -> None:
        """Add a snapshot."""
        if not self._begun:
            started_at, self._begun = snapshot.captured_at, True
            header = {"lagtop_record": 1, "cluster": snapshot.cluster, "started_at": started_at}
            self._write(header)
        self._write(self._lines.line(snapshot))

    def close(self) -> None:
        """Finish the file."""
        try:
            self._file.close()
        except OSError as error:
            raise _unwritable(self._path, error) from error

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
            raise _unwritable(self._path, error) from error


def _open(path: Path) -> gzip.GzipFile | BufferedWriter:
    return gzip.open(path, "ab") if path.name.endswith(".gz") else path.open("ab")


def _end_torn_line(path: Path) -> None:
    """Cut off a last line that has no end, so that the next one begins a line of its own."""
    if path.name.endswith(".gz") or not path.exists():
        return
    with path.open("rb+") as file:
        end, last = file.seek(0, SEEK_END), -1
        while end > 0 and last < 0:
            begin = max(0, end - BLOCK)
            file.seek(begin)
            last = file.read(end - begin).rfind(b"\n")
            end = begin
        file.truncate(end + last + 1)


def _unwritable(path: Path, error: OSError) -> RecordingError:
    reason = error.strerror or error
    return RecordingError(f"{path} cannot be written: {reason}", "choose another file")
