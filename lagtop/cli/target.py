"""Which cluster is meant, and how it is entered: command line, environment, profile, defaults."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path

from lagtop.cli.assignment import parse_assignment
from lagtop.errors import UsageError
from lagtop.profiles.connection import Connection, check, connection_from, unused
from lagtop.profiles.keys import ENVIRONMENT, KEYS, from_environment
from lagtop.profiles.layers import layered, layered_value
from lagtop.profiles.property_file import read_properties
from lagtop.profiles.references import expand, resolved
from lagtop.profiles.store import Profile, chosen, is_private, read_profiles, written_secrets
from lagtop.settings import parse_interval, parse_margin, parse_pattern

NO_CLUSTER = (
    "no cluster given",
    "lagtop -b HOST:PORT, or a profile (lagtop profiles add); without a Kafka: lagtop demo",
)


CHECKS: dict[str, Callable[[str], object]] = {
    "interval": parse_interval,
    "margin": parse_margin,
    **{key: partial(parse_pattern, key) for key in ("group", "topic", "dead_letters")},
}
"""What refuses the value of a key."""


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
            setattr(options, about.option, _filled(profile, key))
    config = [] if options.config is None else read_properties(options.config)
    given = [*config, *map(parse_assignment, options.set)]
    found = connection_from(given, layered(profile))
    for sentence in (*found.left_out, *unused(given, found.security)):
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


def _filled(profile: Profile | None, key: str) -> str | None:
    """What environment and profile say of an option; a value that cannot be names its place."""
    value = layered_value(profile, key)
    if value is None:
        return None
    try:
        CHECKS.get(key, str)(str(value))
    except UsageError as error:
        place = ENVIRONMENT + key.upper()
        if from_environment(key) is None and profile is not None:
            place = f"{profile.place(key)}: {key}"
        what = error.what.partition(f"{key}: ")[2] or error.what
        raise UsageError(f"{place}: {what}", error.hint) from error
    return str(value)


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
