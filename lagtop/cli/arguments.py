"""Options that commands share, and how they become settings."""

from __future__ import annotations

import argparse
import os
from pathlib import Path
from typing import TYPE_CHECKING, NoReturn

from lagtop.errors import UsageError
from lagtop.security import OPEN_DOOR
from lagtop.settings import (
    DEFAULT_INTERVAL_S,
    Settings,
    parse_bootstrap,
    parse_interval,
    parse_pattern,
)

if TYPE_CHECKING:
    from _typeshed import SupportsWrite

    from lagtop.endpoints import Endpoint

EPILOG = """\
exit status: 0 ok, 64 usage, 69 cluster unreachable, 73 output not written, 130 interrupted
It only reads: it joins no group, commits nothing and creates nothing."""

FILLED = frozenset({"interval", "group", "topic", "dead_letters", "margin", "theme"})
"""Options for which environment and profile speak where the command line does not."""


class Parser(argparse.ArgumentParser):
    """An argument parser that reports what is wrong as lagtop's own error."""

    def __init__(self, command: str, description: str, epilog: str = EPILOG) -> None:
        super().__init__(
            prog=f"lagtop {command}".strip(),
            description=description,
            epilog=epilog,
            formatter_class=argparse.RawDescriptionHelpFormatter,
            allow_abbrev=False,
        )

    def error(self, message: str) -> NoReturn:
        """Raise instead of exiting with argparse's own status."""
        raise UsageError(message, f"see: {self.prog} --help")

    def _print_message(self, message: str, file: SupportsWrite[str] | None = None) -> None:
        """Help and version; argparse's own keeps quiet where they cannot be written."""
        print(message, end="", file=file)


def add_connection_options(
    parser: argparse.ArgumentParser, others: str = argparse.SUPPRESS
) -> None:
    """Add what says which cluster; `settings_from` then takes the rest as it is by default.

    `others` is the help of more profiles, for a command that takes several.
    """
    parser.add_argument("profile", metavar="PROFILE", nargs="?", help="a saved connection")
    parser.add_argument("others", metavar="PROFILE", nargs="*", default=[], help=others)
    parser.add_argument(
        "-b",
        "--bootstrap-servers",
        metavar="HOST:PORT,...",
        help="brokers to ask first; the port defaults to 9092",
    )
    parser.add_argument(
        "--config",
        metavar="FILE",
        type=Path,
        help="librdkafka or Java client properties: addresses, TLS, SASL",
    )
    parser.add_argument(
        "--set",
        metavar="KEY=VALUE",
        action="append",
        default=[],
        help="one such property; a secret as ${env:NAME}, ${file:PATH} or ${prompt}",
    )
    parser.set_defaults(interval=None, group=None, metrics=None, filled=frozenset(), used=None)


def add_cluster_options(parser: argparse.ArgumentParser, others: str = argparse.SUPPRESS) -> None:
    """Add what says which cluster to read, how often, and what of it."""
    add_connection_options(parser, others)
    parser.set_defaults(filled=FILLED)
    parser.add_argument(
        "-d",
        "--interval",
        metavar="SECONDS",
        help=f"time between polls, jittered by 20 %% (default {DEFAULT_INTERVAL_S:g})",
    )
    parser.add_argument(
        "--no-time-search",
        action="store_true",
        help="do not ask brokers for offsets by time; old lag in time then only has a bound",
    )
    parser.add_argument("--group", metavar="RE", help="only groups that match")
    parser.add_argument("--topic", metavar="RE", help="only topics that match")
    parser.add_argument(
        "--metrics",
        metavar="ID=URL",
        action="append",
        default=[],
        help="metrics endpoint of a broker, or of client:CLIENT_ID; may be given again; with a"
        " password or a token, named: https://USER:${env:NAME}@HOST, https://:${file:PATH}@HOST",
    )


def settings_from(options: argparse.Namespace) -> Settings:
    """Check the shared options, with what environment and profile say; raises UsageError."""
    if options.others:
        hint = f"leave out {options.others[0]!r}; on the screen: lagtop PROFILE PROFILE ..."
        raise UsageError("this takes one profile at a time", hint)
    bootstrap, security = options.bootstrap_servers, OPEN_DOOR
    if not _says_all(options):
        from lagtop.cli.target import find_target

        target = find_target(options)
        options.used = target.profile
        bootstrap, security = target.connection.bootstrap, target.connection.security
    return Settings(
        bootstrap=parse_bootstrap(bootstrap),
        interval_s=parse_interval(options.interval or f"{DEFAULT_INTERVAL_S:g}"),
        groups=parse_pattern("--group", options.group),
        topics=parse_pattern("--topic", options.topic) if "topic" in options.filled else None,
        security=security,
        metrics=_metrics(options),
    )


def wanted_names(options: argparse.Namespace) -> str:
    """The patterns that names must match, as they are given; empty where there is none."""
    given = (("--group", options.group), ("--topic", options.topic))
    return " and ".join(f"{flag} {pattern!r}" for flag, pattern in given if pattern is not None)


def names_cluster(options: argparse.Namespace) -> bool:
    """Whether the command line says which cluster."""
    return bool(_which_cluster(options))


def refuse_cluster(options: argparse.Namespace) -> None:
    """Raise UsageError where a cluster is named beside the recording that is to be read."""
    if named := _which_cluster(options):
        raise UsageError("either a cluster or a recording", f"leave out --replay or {named}")


def _which_cluster(options: argparse.Namespace) -> str:
    """The first option that says which cluster; empty where none does."""
    given = {
        "-b": options.bootstrap_servers,
        "--config": options.config,
        "--set": options.set,
        repr(options.profile): options.profile,
    }
    return next((name for name, value in given.items() if value), "")


def _metrics(options: argparse.Namespace) -> tuple[Endpoint, ...]:
    """The metrics endpoints, their secrets fetched; none for a command that reads none."""
    said = {} if options.used is None else options.used.values
    table = said.get("metrics", {})
    if options.metrics is None or not (options.metrics or table):
        return ()
    from lagtop.profiles.endpoints import endpoints_from, with_secrets

    allow = bool(said.get("allow_commands"))
    found = endpoints_from(options.metrics, table)
    return tuple(with_secrets(one, allow_commands=allow) for one in found)


def _says_all(options: argparse.Namespace) -> bool:
    """Whether the command line leaves nothing to files and environment: nothing is then loaded."""
    asks = options.profile is not None or options.config is not None or options.set
    outside = any(name.startswith("LAGTOP_") for name in os.environ)
    return options.bootstrap_servers is not None and not asks and not outside
