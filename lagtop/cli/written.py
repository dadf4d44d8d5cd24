"""Where a command's text goes: stdout, or a file that appears whole."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path

from lagtop.errors import unwritable
from lagtop.outfile import Outfile, utf8, write_whole

Write = Callable[[str], None]


@contextmanager
def opened(path: Path | None, *, whole: bool = False, for_people: bool = False) -> Iterator[Write]:
    """What takes text; raises OutputError, and then a file is as it was.

    A file that is `whole` is replaced with every text; any other gets its place at the end, with
    what there is by then, also when somebody ends the command early.
    """
    if path is None:
        yield partial(_print, (sys.stdout.encoding if for_people else None) or "utf-8")
    elif whole:
        yield lambda text: write_whole(path, utf8(text))
    else:
        with Outfile(path) as file:
            try:
                yield lambda text: file.write(utf8(text))
            finally:
                file.keep()


def _print(encoding: str, text: str) -> None:
    """Data is always UTF-8; what people read is in the terminal's encoding."""
    try:
        sys.stdout.buffer.write(text.encode(encoding, "backslashreplace"))
        sys.stdout.buffer.flush()
    except BrokenPipeError:
        raise
    except OSError as error:
        raise unwritable("stdout", error) from error
