"""A profile's own words as a Connection, and a Connection in a profile's words."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from lagtop.profiles.connection import NOTHING, Connection, with_field
from lagtop.profiles.property_file import Property
from lagtop.profiles.store import Profile
from lagtop.security import Secret


def connection_of(profile: Profile, base: Connection = NOTHING) -> Connection:
    """What a profile lays over `base`, which its `source` gave; raises UsageError."""
    security = base.security
    for name, value in profile.values.get("security", {}).items():
        text = str(value).lower() if isinstance(value, bool) else value
        one = Property(f"security.{name}", text, profile.place("security", name))
        security = with_field(security, name, one)
    bootstrap = profile.values.get("bootstrap_servers", base.bootstrap)
    return replace(base, bootstrap=bootstrap, security=security)


def values_of(connection: Connection) -> dict[str, Any]:
    """A Connection as the keys of a profile, without what is as it is by default."""
    values: dict[str, Any] = {}
    if connection.bootstrap:
        values["bootstrap_servers"] = connection.bootstrap
    changed = connection.security.changed()
    if changed:
        values["security"] = {
            name: value.text if isinstance(value, Secret) else value
            for name, value in changed.items()
        }
    return values
