"""Which source of a setting wins: the environment over a profile, that over its source.

The command line comes before all of them, and is laid over what this gives.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from lagtop.profiles.connection import NOTHING, Connection, with_field
from lagtop.profiles.endpoints import endpoint_from, shown_endpoint
from lagtop.profiles.entry import connection_of
from lagtop.profiles.importers import read_source
from lagtop.profiles.keys import ENVIRONMENT, KEYS, SECURITY_ENVIRONMENT, from_environment
from lagtop.profiles.property_file import Property
from lagtop.profiles.references import shown_secret
from lagtop.profiles.store import Profile
from lagtop.security import SECURITY_FIELDS, Secret

KAFKA_VARIABLE = "KAFKA_BOOTSTRAP_SERVERS"


@dataclass(frozen=True, slots=True)
class Origin:
    """A setting as it may be shown, and where it comes from."""

    key: str
    shown: str
    origin: str


def layered(profile: Profile | None) -> Connection:
    """Addresses and security of a profile and the environment; raises UsageError."""
    found = NOTHING if profile is None else connection_of(profile, _source_of(profile))
    security = found.security
    for name in SECURITY_FIELDS:
        variable = SECURITY_ENVIRONMENT + name.upper()
        if text := os.environ.get(variable):
            security = with_field(security, name, Property(name, text, variable))
    return Connection(_addresses(found.bootstrap, profile)[0], security, found.left_out)


def layered_value(profile: Profile | None, key: str) -> Any:
    """A key other than addresses and security, None where nobody sets it."""
    said = from_environment(key) if KEYS[key].option else None
    if said is not None:
        return said
    return None if profile is None else profile.values.get(key)


def origins(profile: Profile) -> Iterator[Origin]:
    """Every setting that is not as it is by default, secrets hidden."""
    connection = layered(profile)
    bootstrap, where = _addresses(connection_of(profile, _source_of(profile)).bootstrap, profile)
    yield Origin("bootstrap_servers", bootstrap, where)
    for key in KEYS:
        value = layered_value(profile, key)
        if value is None or key in ("bootstrap_servers", "metrics", "security"):
            continue
        set_outside = KEYS[key].option and from_environment(key) is not None
        where = ENVIRONMENT + key.upper() if set_outside else profile.place(key)
        yield Origin(key, str(value), where)
    for target, said in profile.values.get("metrics", {}).items():
        told = shown_endpoint(endpoint_from(target, said))
        where = profile.places.get(("metrics", target), profile.place("metrics"))
        yield Origin(f"metrics.{target}", told, where)
    for name, value in connection.security.changed().items():
        yield Origin(f"security.{name}", shown(value), _origin_of_field(profile, name))


def shown(value: str | bool | Secret) -> str:
    """A value of a Security for people: a secret only if it is a mere reference to one."""
    if isinstance(value, Secret):
        return shown_secret(value)
    text = str(value).lower() if isinstance(value, bool) else value
    return text.splitlines()[0] + " ..." if "\n" in text else text


def _addresses(own: str, profile: Profile | None) -> tuple[str, str]:
    """Addresses with their origin; no variable leads a profile's password to other brokers."""
    if own and profile is not None:
        place = "bootstrap_servers" if "bootstrap_servers" in profile.values else "source"
        return own, profile.place(place)
    said = from_environment("bootstrap_servers")
    if said:
        return said, f"{ENVIRONMENT}BOOTSTRAP_SERVERS"
    return os.environ.get(KAFKA_VARIABLE, ""), KAFKA_VARIABLE


def _origin_of_field(profile: Profile, name: str) -> str:
    variable = SECURITY_ENVIRONMENT + name.upper()
    if os.environ.get(variable):
        return variable
    if name in profile.values.get("security", {}):
        return profile.place("security", name)
    return str(profile.values.get("source", ""))


def _source_of(profile: Profile) -> Connection:
    source = profile.values.get("source")
    return read_source(source, profile.place("source")) if source else NOTHING
