"""The files that a connection names: whether they are there, from wherever lagtop is started."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path
from typing import Any

from lagtop.errors import UsageError
from lagtop.profiles.connection import FIELDS
from lagtop.profiles.property_file import Property
from lagtop.profiles.references import REFERENCE
from lagtop.security import Security


def check_files(properties: Iterable[Property]) -> None:
    """Refuse files that are not there, unless a reference names them; raises UsageError."""
    last = {FIELDS[one.key]: one for one in properties if one.key in FIELDS}
    for name, one in last.items():
        if not _is_path(name, one.value):
            continue
        try:
            Path(one.value).stat()
        except OSError as error:
            why = (error.strerror or str(error)).lower()
            raise UsageError(f"{one.where}: {one.key}: {one.value}: {why}") from error


def with_whole_paths(security: Security) -> Security:
    """The same with paths that hold in every directory."""
    whole: dict[str, Any] = {
        name: str(Path(value).absolute())
        for name, value in security.changed().items()
        if isinstance(value, str) and _is_path(name, value)
    }
    return replace(security, **whole)


def _is_path(name: str, text: str) -> bool:
    return name.endswith("_file") and bool(text) and not REFERENCE.search(text)
