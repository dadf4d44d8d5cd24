"""`lagtop snapshot`: the numbers of one poll, of several, or of a recording, as text on stdout."""

from __future__ import annotations

import argparse
import asyncio
import sys
from collections.abc import AsyncIterator, Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from lagtop.cli.arguments import Parser, add_cluster_options, settings_from
from lagtop.cli.policy import add_policy_options, policy_from
from lagtop.errors import EXIT_OK, UnreachableError, UsageError
from lagtop.settings import Settings
from lagtop.snapshot import Failure, Snapshot

if TYPE_CHECKING:
    from lagtop.analysis.policy import Policy
    from lagtop.analysis.report import Report
    from lagtop.wire.poller import Poller

ROUNDS = 24
"""Enough for every search by time to end: one report must say all it can."""

FORMATS = ("csv", "ndjson")


def main(arguments: Sequence[str]) -> int:
    """Print the rows of each poll as it comes."""
    parser = Parser("snapshot", "the numbers of one poll, of several, or of a recording, as text")
    add_cluster_options(parser)
    add_policy_options(parser)
    _add_options(parser)
    options = parser.parse_args(arguments)
    if options.replay is not None:
        return _print_recording(options)
    if options.at is not None or options.every:
        raise UsageError("--at and --every go with --replay", "see: lagtop snapshot --help")
    write, settings = _writer(options.format), settings_from(options)
    rounds = 0 if options.no_time_search else ROUNDS
    return asyncio.run(_print_polls(settings, policy_from(options), options.n, write, rounds))


def _add_options(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--format", choices=FORMATS, default="csv", help="default %(default)s")
    parser.add_argument("-n", metavar="N", type=_count, default=1, help="polls (default 1)")
    parser.add_argument(
        "-d", metavar="SECONDS", dest="interval", help="time between polls, as --interval"
    )
    parser.add_argument("--replay", metavar="FILE", type=Path, help="read a recording instead")
    parser.add_argument("--at", metavar="TIME", help="with --replay: the report at this time")
    parser.add_argument("--every", action="store_true", help="with --replay: of each poll")


def _count(text: str) -> int:
    if not text.isdecimal() or int(text) < 1:
        raise argparse.ArgumentTypeError(f"not a number of polls: {text!r}")
    return int(text)


def _writer(form: str) -> Callable[[Report], None]:
    """What prints reports in a format: CSV's header comes once."""
    from lagtop.export import delimited, ndjson

    if form == "ndjson":
        return lambda report: _write(ndjson.body(report))
    headers = iter([delimited.header()])
    return lambda report: _write(next(headers, "") + delimited.body(report))


def _write(text: str) -> None:
    # Names are a stranger's data: half a surrogate pair in one must not end the run.
    sys.stdout.write(text.encode("utf-8", "backslashreplace").decode("utf-8"))
    sys.stdout.flush()


def _print_recording(options: argparse.Namespace) -> int:
    if options.bootstrap_servers is not None:
        raise UsageError("either a cluster or a recording", "leave out -b or --replay")
    if options.group is not None or options.n != 1:
        raise UsageError("--group and -n go with a cluster", "a recording is printed as it is")
    from lagtop.cli.replayed import parse_moment, replay

    until = None if options.at is None else parse_moment(options.at)
    write = _writer(options.format)
    for report in replay(options.replay, policy_from(options), until, options.every):
        write(report)
    return EXIT_OK


async def _print_polls(
    settings: Settings,
    policy: Policy,
    polls: int,
    write: Callable[[Report], None],
    rounds: int,
) -> int:
    from lagtop.analysis.observer import Observer
    from lagtop.live import search_times
    from lagtop.wire.poller import Poller

    observer, poller = Observer(policy), Poller(settings)
    async for snapshot in _polls(poller, polls):
        report = observer.observe(snapshot)
        await search_times(poller, observer, rounds)
        write(observer.refined(report, snapshot))
    return EXIT_OK


async def _polls(poller: Poller, polls: int) -> AsyncIterator[Snapshot]:
    """Each snapshot; raises UnreachableError if the first poll or the last fails."""
    update: Snapshot | Failure | None = None
    try:
        updates = aiter(poller)
        for number in range(polls):
            update = await anext(updates)
            if isinstance(update, Snapshot):
                yield update
            elif number == 0:
                break
            else:
                print(f"lagtop: {update.what}", file=sys.stderr)
    finally:
        await poller.close()
    if isinstance(update, Failure):
        raise UnreachableError(update.what, update.hint)
