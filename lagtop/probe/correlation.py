"""Where a record carries its correlation id: in a header, or in a field of its JSON value."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from lagtop.errors import UsageError

LONGEST_ID = 512
"""Longer ids are no correlation ids, and memory must stay bounded."""

Headers = Iterable[tuple[str, bytes | None]]


@dataclass(frozen=True, slots=True)
class IdPlace:
    """A header's name, or the path of a JSON field: one of the two is empty."""

    header: str = ""
    path: tuple[str, ...] = ()

    @property
    def words(self) -> str:
        """The place as it is written on the command line."""
        return f"header:{self.header}" if self.header else f"json:$.{'.'.join(self.path)}"

    def read(self, headers: Headers, value: bytes | None) -> str | None:
        """The id that a record carries; None if it has none."""
        found: Any = None
        if self.header:
            found = next((text for name, text in headers if name == self.header), None)
        elif value is not None:
            found = _field(value, self.path)
        if isinstance(found, bytes):
            found = found.decode("utf-8", "backslashreplace")
        known = isinstance(found, str | int) and not isinstance(found, bool)
        return str(found)[:LONGEST_ID] if known else None

    def write(self, identity: str, value: dict[str, object]) -> list[tuple[str, bytes]]:
        """Put an id into a JSON value in the making, or give the header that carries it."""
        if self.header:
            return [(self.header, identity.encode())]
        *parents, last = self.path
        for name in parents:
            child: dict[str, object] = {}
            value[name] = child
            value = child
        value[last] = identity
        return []


def parse_place(flag: str, text: str) -> IdPlace:
    """Read `header:NAME` or `json:$.path.to.field`; raises UsageError."""
    kind, _, rest = text.partition(":")
    if kind == "header" and rest:
        return IdPlace(header=rest)
    match = re.fullmatch(r"\$((?:\.[^.\[\]\s]+)+)", rest)
    if kind == "json" and match is not None:
        return IdPlace(path=tuple(match[1].removeprefix(".").split(".")))
    raise UsageError(
        f"{flag}: not a place of a correlation id: {text!r}",
        "header:NAME, or json:$.field, or json:$.outer.inner",
    )


def _field(value: bytes, path: tuple[str, ...]) -> object:
    try:
        found: object = json.loads(value)
    except (ValueError, RecursionError):
        return None
    for name in path:
        found = found.get(name) if isinstance(found, dict) else None
    return found
