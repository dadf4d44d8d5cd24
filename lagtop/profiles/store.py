"""The file of profiles: TOML, one table a profile, read with line numbers, written whole.

[prod]
bootstrap_servers = "kafka-1:9093,kafka-2:9093"
[prod.security]
protocol = "SASL_SSL"
password = "${env:KAFKA_PASSWORD}"
"""

from __future__ import annotations

import re
import stat
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from lagtop.errors import OutputError, UsageError, unwritable
from lagtop.outfile import write_whole
from lagtop.profiles.endpoints import SECRETS
from lagtop.profiles.keys import check_keys
from lagtop.profiles.property_file import read_text
from lagtop.profiles.references import is_reference
from lagtop.profiles.words import nearest
from lagtop.security import SECURITY_FIELDS

if TYPE_CHECKING:
    from tomlkit import TOMLDocument

PRIVATE = 0o600
_HEADER = re.compile(r"\s*\[{1,2}\s*([^\]]+?)\s*\]")
_KEY = re.compile(r"""\s*(?:"([^"]+)"|'([^']+)'|([\w.-]+))\s*=""")
_NAME = re.compile(r"[A-Za-z0-9][\w.-]{0,60}")


@dataclass(frozen=True, slots=True)
class Profile:
    """A saved connection: its checked keys, and where each stands: `file:line` by path of key."""

    name: str
    values: Mapping[str, Any]
    places: Mapping[tuple[str, ...], str]

    def place(self, *key: str) -> str:
        """Where a key stands, or the profile."""
        return self.places.get(key, self.places[()])


def read_profiles(path: Path) -> dict[str, Profile]:
    """Every profile of a file, by name; none if there is no file. Raises UsageError."""
    if not path.exists():
        return {}
    text = read_text(path)
    try:
        tables = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise UsageError(f"{path}: not TOML: {error}") from None
    lines = _lines(text)
    return {name: _profile(path, name, table, lines) for name, table in tables.items()}


def _profile(path: Path, name: str, table: object, lines: Mapping[tuple[str, ...], int]) -> Profile:
    places = {key[1:]: f"{path}:{line}" for key, line in lines.items() if key and key[0] == name}
    places.setdefault((), str(path))
    if not isinstance(table, dict):
        raise UsageError(
            f"{places[()]}: {name} stands outside of any profile", "begin with [NAME], a profile's"
        )
    check_keys(table, places)
    return Profile(name, table, places)


def _lines(text: str) -> dict[tuple[str, ...], int]:
    """The line of each table and key, as far as they are written the usual way."""
    found: dict[tuple[str, ...], int] = {}
    table: tuple[str, ...] = ()
    for number, line in enumerate(text.splitlines(), start=1):
        if header := _HEADER.match(line):
            parts = header[1].split(".") if '"' not in header[1] else [header[1]]
            table = tuple(part.strip().strip("\"'") for part in parts)
            found.setdefault(table, number)
            found.setdefault(table[:1], number)
        elif key := _KEY.match(line):
            name = next(part for part in key.groups() if part)
            found.setdefault((*table, *name.split(".")), number)
    return found


def chosen(profiles: Mapping[str, Profile], name: str, path: Path) -> Profile:
    """The profile of that name; raises UsageError with the nearest."""
    if name in profiles:
        return profiles[name]
    known = ", ".join(profiles) or f"there are none yet in {path}"
    raise UsageError(f"no profile {name!r}", nearest(name, profiles) or f"profiles: {known}")


def check_name(name: str, taken: frozenset[str]) -> None:
    """Refuse names that the command line could not tell from something else."""
    if not _NAME.fullmatch(name) or name in taken:
        raise UsageError(
            f"not a name for a profile: {name!r}",
            "letters, digits, . _ and -; and no command's name",
        )


def written_secrets(profile: Profile) -> list[str]:
    """The keys whose secrets stand in the file itself."""
    security = profile.values.get("security", {})
    secrets = {name: said for name, said in security.items() if SECURITY_FIELDS[name] == "Secret"}
    for target, said in profile.values.get("metrics", {}).items():
        table = said if isinstance(said, dict) else {}
        secrets |= {f"metrics.{target}.{name}": table.get(name, "") for name in SECRETS}
    return [name for name, said in secrets.items() if said and not is_reference(said)]


def is_private(path: Path) -> bool:
    """Whether nobody else can read the file."""
    return not stat.S_IMODE(path.stat().st_mode) & 0o077


def put_profile(path: Path, name: str, values: Mapping[str, Any]) -> None:
    """Write one profile, a new one or over an old one; comments of the others stay."""
    document = _document(path)
    document[name] = values
    _write(path, document)


def remove_profile(path: Path, name: str) -> None:
    """Take one profile out; comments of the others stay."""
    document = _document(path)
    document.remove(name)
    _write(path, document)


def _document(path: Path) -> TOMLDocument:
    import tomlkit

    return tomlkit.parse(read_text(path)) if path.exists() else tomlkit.document()


def _write(path: Path, document: TOMLDocument) -> None:
    """Put the whole file in its place; only we can read it."""
    import tomlkit

    try:
        path.resolve().parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        write_whole(path, tomlkit.dumps(document).encode(), PRIVATE)
    except OSError as error:
        raise UsageError(unwritable(path, error).what) from error
    except OutputError as error:
        raise UsageError(error.what) from error
