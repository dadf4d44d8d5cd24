"""`--config` and `--set`: how a cluster is entered, checked, with every secret fetched."""

from __future__ import annotations

import sys
from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path

from lagtop.errors import UsageError
from lagtop.profiles.connection import (
    BOOTSTRAP,
    FIELDS,
    NOTHING,
    Connection,
    check,
    connection_from,
    known_properties,
)
from lagtop.profiles.property_file import Property, read_properties
from lagtop.profiles.references import is_reference, resolved
from lagtop.profiles.words import nearest
from lagtop.security import SECURITY_FIELDS

FLAG = "--set"


def entrance(
    config: Path | None,
    assignments: Iterable[str],
    base: Connection = NOTHING,
    *,
    allow_commands: bool = False,
) -> Connection:
    """What a file and then the command line lay over `base`; raises UsageError.

    What has no use here is said on stderr.
    """
    from_file = [] if config is None else read_properties(config)
    found = connection_from([*from_file, *map(parse_assignment, assignments)], base)
    for sentence in found.left_out:
        print(f"lagtop: {sentence}", file=sys.stderr)
    check(found.security)
    return replace(found, security=resolved(found.security, allow_commands=allow_commands))


def parse_assignment(text: str) -> Property:
    """Read `KEY=VALUE` of `--set`; a secret must not stand there, where `ps` shows it."""
    key, equals, value = text.partition("=")
    key = key.strip()
    if not equals:
        raise UsageError(f"{FLAG}: not KEY=VALUE: {key[:40]!r}", f"{FLAG} security.protocol=SSL")
    if key not in known_properties():
        hint = nearest(key, known_properties())
        raise UsageError(f"{FLAG}: no such property: {key}", hint or "see the README: Security")
    is_secret = SECURITY_FIELDS.get(FIELDS.get(key, "")) == "Secret"
    if is_secret and not is_reference(value):
        raise UsageError(
            f"{FLAG} {key}: everybody on this machine could read it off the command line",
            f"{FLAG} '{key}=${{env:NAME}}', or ${{file:PATH}}, ${{prompt}}; or --config FILE",
        )
    if key in BOOTSTRAP and not value:
        raise UsageError(f"{FLAG} {key}: no address", "-b HOST:PORT")
    return Property(key, value, FLAG)
