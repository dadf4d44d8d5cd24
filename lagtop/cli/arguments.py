"""Options that commands share, and how they become settings."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import NoReturn

from lagtop.errors import UsageError
from lagtop.security import OPEN_DOOR
from lagtop.settings import (
    DEFAULT_INTERVAL_S,
    Settings,
    parse_bootstrap,
    parse_interval,
    parse_pattern,
)

EPILOG = """\
exit status: 0 ok, 64 usage, 69 cluster unreachable, 73 output not written, 130 interrupted
It only reads: it joins no group, commits nothing and creates nothing."""


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


def add_connection_options(parser: argparse.ArgumentParser) -> None:
    """Add what says which cluster; `settings_from` then takes the rest as it is by default."""
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
    parser.set_defaults(interval=f"{DEFAULT_INTERVAL_S:g}", group=None)


def add_cluster_options(parser: argparse.ArgumentParser) -> None:
    """Add what says which cluster to read, how often, and what of it."""
    add_connection_options(parser)
    parser.add_argument(
        "--interval",
        metavar="SECONDS",
        default=f"{DEFAULT_INTERVAL_S:g}",
        help="time between polls, jittered by 20 %% (default %(default)s)",
    )
    parser.add_argument(
        "--no-time-search",
        action="store_true",
        help="do not ask brokers for offsets by time; old lag in time then only has a bound",
    )
    parser.add_argument("--group", metavar="RE", help="only groups that match")


def settings_from(options: argparse.Namespace) -> Settings:
    """Check the shared options; raises UsageError."""
    bootstrap, security = options.bootstrap_servers, OPEN_DOOR
    if options.config is not None or options.set:
        from lagtop.cli.entrance import entrance

        found = entrance(options.config, options.set)
        security = found.security
        bootstrap = bootstrap or found.bootstrap or None
    if bootstrap is None:
        raise UsageError(
            "no cluster given", "lagtop -b HOST:PORT, or try it without a Kafka: lagtop demo"
        )
    return Settings(
        bootstrap=parse_bootstrap(bootstrap),
        interval_s=parse_interval(options.interval),
        groups=parse_pattern("--group", options.group),
        security=security,
    )
