"""A recording's file: lines, packed by gzip when its name ends in .gz."""

from __future__ import annotations

import gzip
import zlib
from collections.abc import Iterator
from io import BufferedReader, BufferedWriter
from pathlib import Path

MOST_LINE_BYTES = 256_000_000
"""Four times what a million rows need; what is longer is no recording, and would fill memory."""

TORN = (EOFError, zlib.error)
"""What reading a packed file raises where it breaks off."""


def is_packed(path: Path) -> bool:
    """Whether a recording of that name is packed."""
    return path.name.endswith(".gz")


def open_to_read(path: Path) -> gzip.GzipFile | BufferedReader:
    """Its lines from the first one on."""
    return gzip.open(path, "rb") if is_packed(path) else path.open("rb")


def open_to_add(path: Path) -> gzip.GzipFile | BufferedWriter:
    """To add lines after its last one."""
    return gzip.open(path, "ab") if is_packed(path) else path.open("ab")


def lines_of(file: gzip.GzipFile | BufferedReader) -> Iterator[bytes]:
    """Its lines; the last one is cut off at MOST_LINE_BYTES, and so longer than others may be."""
    while line := file.readline(MOST_LINE_BYTES + 1):
        yield line
        if len(line) > MOST_LINE_BYTES:
            return
