"""What the user asked for, checked; the only thing that the command line hands on."""

from __future__ import annotations

import re
from dataclasses import dataclass

from lagtop.endpoints import Endpoint
from lagtop.errors import UsageError
from lagtop.security import OPEN_DOOR, Security

DEFAULT_PORT = 9092
DEFAULT_INTERVAL_S = 2.0
SHORTEST_INTERVAL_S = 0.2
LONGEST_INTERVAL_S = 3600.0
MOST_MARGIN_PER_CENT = 1000


@dataclass(frozen=True, slots=True)
class Settings:
    """How to reach a cluster and what to read of it.

    `bootstrap` is (host, port) pairs; `interval_s` is the time between polls; `deadline_s` bounds
    the wait for any one answer; `groups` and `topics` are patterns that a name must match;
    `metrics` are endpoints that tell more.
    """

    bootstrap: tuple[tuple[str, int], ...]
    interval_s: float = DEFAULT_INTERVAL_S
    deadline_s: float = 5.0
    groups: re.Pattern[str] | None = None
    topics: re.Pattern[str] | None = None
    security: Security = OPEN_DOOR
    metrics: tuple[Endpoint, ...] = ()

    @property
    def address(self) -> str:
        """The bootstrap servers as a person writes them."""
        return ",".join(f"{host}:{port}" for host, port in self.bootstrap)


def parse_bootstrap(text: str) -> tuple[tuple[str, int], ...]:
    """Read `HOST:PORT,HOST:PORT`; the port defaults to 9092, IPv6 hosts stand in brackets."""
    addresses = tuple(_address(part.strip()) for part in text.split(",") if part.strip())
    if not addresses:
        raise UsageError("no bootstrap server given", "-b HOST:PORT, for example -b localhost:9092")
    return addresses


def _address(text: str) -> tuple[str, int]:
    match = re.fullmatch(r"(?:\w+://)?(\[[0-9a-fA-F:.%\w]+\]|[^:\[\]\s/]+)(?::(\d+))?", text)
    if match is None:
        raise UsageError(f"not an address: {text!r}", "-b takes HOST:PORT[,HOST:PORT...]")
    port = int(match[2] or DEFAULT_PORT)
    if not 0 < port < 65536:
        raise UsageError(f"no such port: {port} in {text!r}", "a port is a number from 1 to 65535")
    return match[1].strip("[]"), port


def parse_interval(text: str) -> float:
    """Read seconds between polls."""
    try:
        interval_s = float(text)
    except ValueError:
        interval_s = float("nan")
    if not SHORTEST_INTERVAL_S <= interval_s <= LONGEST_INTERVAL_S:
        raise UsageError(
            f"-d/--interval: not an interval: {text!r}",
            f"seconds, from {SHORTEST_INTERVAL_S:g} to {LONGEST_INTERVAL_S:g}",
        )
    return interval_s


def parse_margin(text: str) -> float:
    """Read a safety margin in per cent, as a share: 0.2 of `20` and of `20 %`."""
    try:
        per_cent = float(text.strip().removesuffix("%"))
    except ValueError:
        per_cent = float("nan")
    if not (per_cent == 0 or 1 <= per_cent <= MOST_MARGIN_PER_CENT):
        raise UsageError(
            f"--margin: not a safety margin: {text!r}",
            f"per cent, 0 or from 1 to {MOST_MARGIN_PER_CENT}: with 20, consumers must be able to"
            " consume 1.2 times what is produced",
        )
    return per_cent / 100


def parse_pattern(flag: str, text: str | None) -> re.Pattern[str] | None:
    """Read the regular expression given to `flag`."""
    if text is None:
        return None
    try:
        return re.compile(text)
    except re.error as error:
        raise UsageError(f"{flag}: not a regular expression: {text!r}", str(error)) from error
