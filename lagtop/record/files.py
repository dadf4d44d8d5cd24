"""A recording's file: lines, packed by gzip when its name ends in .gz."""

from __future__ import annotations

import gzip
import zlib
from io import BufferedReader, BufferedWriter
from pathlib import Path

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
