"""A recording of any length in files of a bounded one."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from lagtop.errors import unwritable
from lagtop.record.recorder import Recorder
from lagtop.snapshot import Snapshot


@dataclass(frozen=True, slots=True)
class Rotation:
    """When a file is full, and how many full ones are kept beside the one that is written to.

    size_bytes, seconds: None is without limit; keep: None keeps all.
    """

    size_bytes: int | None = None
    seconds: float | None = None
    keep: int | None = None


class RotatedRecorder:
    """Records to `path`; a full file gets the time of its last poll into its name.

    `incident.jsonl.gz` becomes `incident.20260131T140500Z.jsonl.gz`. Each file can be played alone.
    One that is full again within a second takes more, until its name is one that is free.
    """

    def __init__(self, path: Path, rotation: Rotation) -> None:
        self._path, self._rotation = path, rotation
        self._recorder = Recorder(path)
        self._began_at: float | None = None
        self._last_at = 0.0
        self.polls = 0

    @property
    def size_bytes(self) -> int:
        """How long the file that is written to is by now."""
        return self._recorder.size_bytes

    def record(self, snapshot: Snapshot) -> None:
        """Add a snapshot, to the next file if this one is full."""
        if self._is_full(snapshot.captured_at) and not (full := self._full_path()).exists():
            self._rotate(full)
        if self._began_at is None:
            self._began_at = snapshot.captured_at
        self._recorder.record(snapshot)
        self._last_at = snapshot.captured_at
        self.polls += 1

    def close(self) -> None:
        """Finish the file; one that nothing was written to goes away again."""
        self._recorder.close()
        if not self.polls and self._path.is_file() and not self.size_bytes:
            self._path.unlink()

    def _is_full(self, now: float) -> bool:
        if self._began_at is None:
            return False
        limits = self._rotation
        long = limits.seconds is not None and now - self._began_at >= limits.seconds
        return long or (limits.size_bytes is not None and self.size_bytes >= limits.size_bytes)

    def _full_path(self) -> Path:
        stem, dot, rest = _parts(self._path)
        moment = datetime.fromtimestamp(self._last_at, UTC)
        return self._path.with_name(f"{stem}.{moment:%Y%m%dT%H%M%SZ}{dot}{rest}")

    def _rotate(self, full: Path) -> None:
        self._recorder.close()
        try:
            self._path.replace(full)
            self._drop_old()
        except OSError as error:
            raise unwritable(full, error) from error
        self._recorder, self._began_at = Recorder(self._path), None

    def _drop_old(self) -> None:
        if self._rotation.keep is None:
            return
        stem, dot, rest = map(re.escape, _parts(self._path))
        full = re.compile(rf"{stem}\.\d{{8}}T\d{{6}}Z{dot}{rest}")
        kept = sorted(one for one in self._path.parent.iterdir() if full.fullmatch(one.name))
        for one in kept[: max(len(kept) - self._rotation.keep, 0)]:
            one.unlink(missing_ok=True)


def _parts(path: Path) -> tuple[str, str, str]:
    """A name before and after its first full stop, a leading one apart."""
    stem, dot, rest = path.name[1:].partition(".")
    return path.name[:1] + stem, dot, rest
