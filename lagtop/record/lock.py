"""One at a time records to a file: two would mix their lines."""

from __future__ import annotations

import fcntl
import os
from io import BufferedWriter
from pathlib import Path

from lagtop.errors import OutputError


class Lock:
    """Holds a file until it is closed; raises OutputError while another holds it.

    What is no regular file is not held, nor where the file system knows no locks.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._file = _held(path)

    def follow(self) -> None:
        """Hold what has taken the file's place, too: mending replaces it."""
        file = self._file
        if file is not None and not os.path.samestat(os.fstat(file.fileno()), self._path.stat()):
            self._file = _held(self._path)
            file.close()

    def close(self) -> None:
        """Let others."""
        if self._file is not None:
            self._file.close()


def _held(path: Path) -> BufferedWriter | None:
    if path.exists() and not path.is_file():
        return None
    file = path.open("ab")
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError as error:
        file.close()
        raise OutputError(f"{path} is being recorded to already", "choose another name") from error
    except OSError:
        pass  # a file system without locks
    return file
