"""`lagtop snapshot`: the numbers of one poll, or of several, as text on stdout."""

from __future__ import annotations

import argparse
import asyncio
import sys
from collections.abc import AsyncIterator, Sequence

from lagtop.cli.arguments import Parser, add_cluster_options, settings_from
from lagtop.errors import EXIT_OK, UnreachableError
from lagtop.settings import Settings
from lagtop.snapshot import Failure, Snapshot

FORMATS = ("csv",)


def main(arguments: Sequence[str]) -> int:
    """Print the rows of each poll as it comes."""
    parser = Parser("snapshot", "the numbers of one poll, or of several, as text on stdout")
    add_cluster_options(parser)
    parser.add_argument("--format", choices=FORMATS, default="csv", help="default %(default)s")
    parser.add_argument("-n", metavar="N", type=_count, default=1, help="polls (default 1)")
    parser.add_argument(
        "-d", metavar="SECONDS", dest="interval", help="time between polls, as --interval"
    )
    options = parser.parse_args(arguments)
    return asyncio.run(_print_polls(settings_from(options), options.n))


def _count(text: str) -> int:
    if not text.isdecimal() or int(text) < 1:
        raise argparse.ArgumentTypeError(f"not a number of polls: {text!r}")
    return int(text)


async def _print_polls(settings: Settings, polls: int) -> int:
    from lagtop.analysis.observer import Observer
    from lagtop.export import delimited

    observer = Observer()
    async for number, snapshot in _polls(settings, polls):
        report = observer.observe(snapshot)
        sys.stdout.write(delimited.header() * (number == 0) + delimited.body(report))
        sys.stdout.flush()
    return EXIT_OK


async def _polls(settings: Settings, polls: int) -> AsyncIterator[tuple[int, Snapshot]]:
    """Each snapshot with its number; raises UnreachableError if the first or the last fails."""
    from lagtop.wire.poller import Poller

    poller = Poller(settings)
    good, update = 0, None
    try:
        updates = aiter(poller)
        for _ in range(polls):
            update = await anext(updates)
            if isinstance(update, Snapshot):
                yield good, update
                good += 1
            elif good == 0:
                break
            else:
                print(f"lagtop: {update.what}", file=sys.stderr)
    finally:
        await poller.close()
    if isinstance(update, Failure):
        raise UnreachableError(update.what, update.hint)
