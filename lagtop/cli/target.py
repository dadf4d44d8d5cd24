"""Which cluster is meant, and how it is entered: command line, environment, profile, defaults."""

from __future__ import annotations

import argparse
import sys
from dataclasses import dataclass, replace
from pathlib import Path

from lagtop.cli.assignment import parse_assignment
from lagtop.errors import UsageError
from lagtop.profiles.connection import Connection, check, connection_from
from lagtop.profiles.keys import KEYS, from_environment
from lagtop.profiles.layers import layered, layered_value
from lagtop.profiles.property_file import read_properties
from lagtop.profiles.references import expand, resolved
from lagtop.profiles.store import Profile, chosen, is_private, read_profiles, written_secrets

NO_CLUSTER = (
    "no cluster given",
    "lagtop -b HOST:PORT, or a profile (lagtop profiles add); without a Kafka: lagtop demo",
)


@dataclass(frozen=True, slots=True)
class Target:
    """A cluster's connection, every secret fetched, and the profile that it is of, if any."""

    connection: Connection
    profile: Profile | None = None


def profiles_path() -> Path:
    """The file of profiles."""
    from platformdirs import user_config_path

    return user_config_path("lagtop") / "profiles.toml"


def find_target(options: argparse.Namespace) -> Target:
    """The cluster that is meant; options that nobody gave are filled. Raises UsageError.

    What has no use here is said on stderr.
    """
    profile = _profile(options)
    for key, about in KEYS.items():
        if about.option in options.filled and getattr(options, about.option, "") is None:
            value = layered_value(profile, key)
            setattr(options, about.option, None if value is None else str(value))
    config = [] if options.config is None else read_properties(options.config)
    found = connection_from([*config, *map(parse_assignment, options.set)], layered(profile))
    for sentence in found.left_out:
        print(f"lagtop: {sentence}", file=sys.stderr)
    bootstrap = options.bootstrap_servers or found.bootstrap
    if not bootstrap:
        raise UsageError(*NO_CLUSTER)
    return Target(fetched(replace(found, bootstrap=bootstrap), profile), profile)


def fetched(connection: Connection, profile: Profile | None) -> Connection:
    """The same with every secret fetched, once it is clear that all fits; raises UsageError."""
    allow = bool(profile is not None and profile.values.get("allow_commands"))
    check(connection.security)
    bootstrap = expand(connection.bootstrap, "bootstrap_servers", allow_commands=allow)
    security = resolved(connection.security, allow_commands=allow)
    return replace(connection, bootstrap=bootstrap, security=security)


def _profile(options: argparse.Namespace) -> Profile | None:
    name = options.profile
    if name is None and options.bootstrap_servers is None and options.config is None:
        name = from_environment("profile")
    if name is None:
        return None
    if options.bootstrap_servers is not None:
        raise UsageError("either a profile or -b", f"leave out {name!r} or -b")
    path = profiles_path()
    profile = chosen(read_profiles(path), name, path)
    if written_secrets(profile) and not is_private(path):
        print(f"lagtop: {path} holds secrets and others can read it: chmod 600", file=sys.stderr)
    return profile
