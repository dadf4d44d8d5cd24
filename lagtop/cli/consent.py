"""Before lagtop writes: it shows what it will do, and asks, unless the user has said yes."""

from __future__ import annotations

import argparse
import signal
import sys
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from lagtop.cli.numbers import positive, whole
from lagtop.errors import UsageError
from lagtop.settings import Settings

if TYPE_CHECKING:
    from lagtop.probe.target import Target


def add_writing_options(parser: argparse.ArgumentParser, most_per_s: float) -> None:
    """Add what bounds the writing."""
    parser.add_argument("--topic", metavar="TOPIC", required=True, help="where to write: its name")
    parser.add_argument("--yes", action="store_true", help="do not ask before writing")
    parser.add_argument(
        "--create",
        metavar="N",
        type=whole,
        help="make the topic, with N partitions, if it is missing",
    )
    parser.add_argument(
        "--max-rate",
        metavar="PER_SECOND",
        type=positive,
        default=most_per_s,
        help="never write more records in a second (default %(default)g)",
    )


async def agreed_target(
    settings: Settings, options: argparse.Namespace, says: Callable[[int], Sequence[str]]
) -> Target:
    """The topic to write to, once the user agrees; made if it has to be.

    `says` tells what will be written to so many partitions, and raises UsageError where it cannot.
    """
    from lagtop.probe.target import create_topic, find_topic, must_create

    profile = options.used
    if profile is not None and not profile.values.get("allow_writes", False):
        raise UsageError(
            f"profile {profile.name!r} is for reading only", "allow_writes = true in it, or use -b"
        )
    told: list[str] = []
    if missing := await must_create(settings, options.topic, options.create is not None):
        told.append(f"the topic is missing: it is made, with {options.create} partitions")
        told += says(options.create)
    else:
        told += says(len((await find_topic(settings, options.topic)).leaders))
    _ask(f"lagtop will write to topic {options.topic} of {settings.address}:", told, options.yes)
    if missing:
        await create_topic(settings, options.topic, options.create)
    return await find_topic(settings, options.topic)


def _ask(what: str, says: Sequence[str], yes: bool) -> None:
    print(what, *(f"  {line}" for line in says), sep="\n", file=sys.stderr)
    if yes:
        return
    if not sys.stdin.isatty():
        raise UsageError("nobody is there to agree", "--yes says that it may write")
    print("write? type yes: ", end="", file=sys.stderr, flush=True)
    if _typed().strip().lower() != "yes":
        raise UsageError("nothing was written", "it writes after a yes, or with --yes")


def _typed() -> str:
    """A line of the user's; asyncio's own handler would let Ctrl+C wait for the Enter key."""
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    try:
        return sys.stdin.readline()
    finally:
        signal.signal(signal.SIGINT, before)
