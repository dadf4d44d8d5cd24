"""Standard streams that are closed or full: a command without them works, or says what failed."""

from __future__ import annotations

import errno
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from io import TextIOWrapper
from typing import TextIO

from lagtop.errors import unwritable

NO_ROOM = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EFBIG, errno.EIO, errno.EBADF})
"""Why a stream takes nothing more; a pipe that nobody reads is another matter."""


def stand_in() -> None:
    """Open what is closed, so that no socket gets its number; what is said there goes nowhere.

    Nothing can be written to the stand-in of stdout: that is where results go.
    """
    if sys.stdin is None:
        sys.stdin = _opened(0, os.O_RDONLY, "r")
    if sys.stdout is None:
        sys.stdout = _opened(1, os.O_RDONLY, "w")
    if sys.stderr is None:
        sys.stderr = _opened(2, os.O_WRONLY, "w")


@contextmanager
def flushed() -> Iterator[None]:
    """What the block prints is out at its end, however it ends; raises OutputError."""
    try:
        try:
            yield
        finally:
            sys.stdout.flush()
    except OSError as error:
        # Of files it is said where they are written.
        if error.errno not in NO_ROOM or error.filename is not None:
            raise
        silence(sys.stdout)
        raise unwritable("stdout", error) from error


def silence(stream: TextIO) -> None:
    """Nobody reads a stream any more; a later flush must not complain again."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), stream.fileno())


def say(*lines: str) -> None:
    """Tell people on stderr, if it can be written to."""
    try:
        print(*lines, sep="\n", file=sys.stderr, flush=True)
    except OSError:
        silence(sys.stderr)


def _opened(number: int, flags: int, mode: str) -> TextIOWrapper:
    descriptor = os.open(os.devnull, flags)
    if descriptor != number:
        os.dup2(descriptor, number)
        os.close(descriptor)
    stream = open(number, mode, encoding="utf-8", closefd=False)  # noqa: SIM115
    assert isinstance(stream, TextIOWrapper)
    return stream
