"""`--set KEY=VALUE`: one property on the command line, where no secret may stand."""

from __future__ import annotations

from lagtop.errors import UsageError
from lagtop.profiles.connection import BOOTSTRAP, FIELDS, known_properties
from lagtop.profiles.property_file import Property
from lagtop.profiles.references import is_reference
from lagtop.profiles.words import NO_PROXY, PROXY, nearest
from lagtop.security import SECURITY_FIELDS

FLAG = "--set"


def parse_assignment(text: str) -> Property:
    """Read `KEY=VALUE` of `--set`; a secret must not stand there, where `ps` shows it."""
    key, equals, value = text.partition("=")
    key = key.strip()
    if not equals:
        raise UsageError(f"{FLAG}: not KEY=VALUE: {key[:40]!r}", f"{FLAG} security.protocol=SSL")
    if PROXY.search(key):
        raise UsageError(f"{FLAG} {key}: {NO_PROXY[0]}", NO_PROXY[1])
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
