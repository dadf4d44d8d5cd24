"""A file that appears whole or not at all: others never see half of it."""

from __future__ import annotations

import os
import stat
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import TracebackType

from lagtop.errors import unwritable


def utf8(text: str) -> bytes:
    """The bytes of a text; half a surrogate pair in a stranger's name becomes its escape."""
    return text.encode("utf-8", "backslashreplace")


class Outfile:
    """Collects bytes beside the file, and puts them in its place with `keep`.

    Until then, and when anything fails, the file is as it was. What is no regular file (a pipe, a
    device) cannot be replaced and is written to at once. `mode` are the file's permissions; None
    leaves those of the old one, or the usual ones.
    """

    def __init__(self, path: Path, mode: int | None = None) -> None:
        self._path = path
        self._place = Path(os.path.realpath(path))
        self._temporary: Path | None = None
        self._is_worth_keeping = False
        with _told(path):
            self._descriptor = self._open(mode)

    def write(self, content: bytes) -> None:
        """Add to what the file will hold."""
        view = memoryview(content)
        self._is_worth_keeping = False
        with _told(self._path):
            while view:
                view = view[os.write(self._descriptor, view) :]
        self._is_worth_keeping = True

    def keep(self) -> None:
        """Put what was written into the file's place, on disk; not nothing, and no half."""
        if self._temporary is None or not self._is_worth_keeping:
            return
        with _told(self._path):
            os.fsync(self._descriptor)
            self._temporary.replace(self._place)
            self._temporary = None
            _sync_directory(self._place.parent)

    def close(self) -> None:
        """Let go; what was not kept is gone."""
        os.close(self._descriptor)
        if self._temporary is not None:
            self._temporary.unlink(missing_ok=True)

    def __enter__(self) -> Outfile:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def _open(self, mode: int | None) -> int:
        old = self._mode()
        if old is not None and not stat.S_ISREG(old):
            return os.open(self._place, os.O_WRONLY)
        descriptor, name = tempfile.mkstemp(
            prefix=f".{self._place.name[:100]}.", dir=self._place.parent
        )
        self._temporary = Path(name)
        if mode is None:
            mode = stat.S_IMODE(old) if old is not None else 0o666 & ~_umask()
        os.fchmod(descriptor, mode)
        return descriptor

    def _mode(self) -> int | None:
        try:
            return self._place.stat().st_mode
        except FileNotFoundError:
            return None


def write_whole(path: Path, content: bytes, mode: int | None = None) -> None:
    """Replace a file at once; raises OutputError, and then the file is as it was."""
    with Outfile(path, mode) as file:
        file.write(content)
        file.keep()


@contextmanager
def _told(path: Path) -> Iterator[None]:
    """Turns what the system refuses into a sentence that names the file."""
    try:
        yield
    except OSError as error:
        raise unwritable(path, error) from error


def _sync_directory(directory: Path) -> None:
    descriptor = os.open(directory, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _umask() -> int:
    umask = os.umask(0o077)
    os.umask(umask)
    return umask
