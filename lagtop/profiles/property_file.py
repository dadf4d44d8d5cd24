"""Reads files of `key = value` lines: librdkafka's, and Java's .properties with its escapes.

Both are given under the same names (`client.properties`), so the keys tell which it is: only Java
has escapes, and a backslash in a librdkafka password is a backslash.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

from lagtop.errors import UsageError

LONGEST_FILE_BYTES = 1 << 20
_LINE = re.compile(r"\s*((?:\\.|[^\s=:\\])+)\s*(?:[=:]\s*|\s+|$)(.*)", re.DOTALL)
_ONLY_LIBRDKAFKA = re.compile(
    r"(?m)^\s*(metadata\.broker\.list|sasl\.(mechanisms|username|password|oauthbearer\.method)"
    r"|ssl\.(ca|certificate)\.(location|pem)|ssl\.key\.(location|pem)|enable\.ssl\.)"
)
_ESCAPES = {"n": "\n", "t": "\t", "r": "\r", "f": "\f"}


@dataclass(frozen=True, slots=True)
class Property:
    """A key with its value, and where it stands: `file:line`, or a flag."""

    key: str
    value: str
    where: str


def read_text(path: Path) -> str:
    """A small text file; raises UsageError that names it."""
    try:
        with path.open("rb") as file:
            data = file.read(LONGEST_FILE_BYTES + 1)
        if len(data) > LONGEST_FILE_BYTES:
            raise UsageError(f"{path}: too long to be a file of settings", "a megabyte at most")
        return data.decode("utf-8-sig")
    except OSError as error:
        raise UsageError(f"{path}: {(error.strerror or str(error)).lower()}") from error
    except UnicodeDecodeError as error:
        raise UsageError(f"{path}: not a text file", "it wants UTF-8") from error


def read_properties(path: Path) -> list[Property]:
    """Every key of a file in its order; raises UsageError."""
    return parse_properties(read_text(path), str(path))


def parse_properties(text: str, name: str) -> list[Property]:
    """Every key of a text in its order; `name` is what `where` calls it."""
    read = _plain if _ONLY_LIBRDKAFKA.search(text) else _java
    return read(text, name)


def _plain(text: str, name: str) -> list[Property]:
    found = []
    for number, line in enumerate(text.splitlines(), start=1):
        bare = line.strip()
        if not bare or bare.startswith("#"):
            continue
        key, equals, value = bare.partition("=")
        if not equals:
            raise UsageError(f"{name}:{number}: not a setting: {key[:40]!r}", "it wants key=value")
        found.append(Property(key.strip(), value.strip(), f"{name}:{number}"))
    return found


def _java(text: str, name: str) -> list[Property]:
    found = []
    for number, line in _logical_lines(text):
        match = _LINE.fullmatch(line)
        if match is None:
            raise UsageError(f"{name}:{number}: not a setting", "it wants key=value")
        key, value = map(_unescaped, match.groups())
        found.append(Property(key, value.strip(), f"{name}:{number}"))
    return found


def _logical_lines(text: str) -> list[tuple[int, str]]:
    """Lines with those joined that end in an odd number of backslashes, each with its number."""
    found: list[tuple[int, str]] = []
    pending: tuple[int, str] | None = None
    for number, line in enumerate(text.splitlines(), start=1):
        if pending is None and line.lstrip()[:1] in ("", "#", "!"):
            continue
        start, before = pending or (number, "")
        whole = before + (line.lstrip() if pending else line)
        if (len(line) - len(line.rstrip("\\"))) % 2:
            pending = start, whole[:-1]
        else:
            found.append((start, whole))
            pending = None
    return found + ([pending] if pending else [])


def _unescaped(text: str) -> str:
    def plain(match: re.Match[str]) -> str:
        if match[1]:
            return chr(int(match[1], 16))
        return _ESCAPES.get(match[2], match[2])

    return re.sub(r"\\(?:u([0-9a-fA-F]{4})|(.))", plain, text, flags=re.DOTALL)
