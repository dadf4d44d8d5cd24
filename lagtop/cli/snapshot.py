"""`lagtop snapshot`: the numbers of one poll, of several, or of a recording, as text."""

from __future__ import annotations

import argparse
import sys
from collections.abc import AsyncIterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from lagtop.cli.arguments import Parser, add_cluster_options, refuse_cluster, settings_from
from lagtop.cli.numbers import whole
from lagtop.cli.policy import add_policy_options, policy_from
from lagtop.cli.progress import Progress
from lagtop.errors import EXIT_OK, UnreachableError, UsageError
from lagtop.settings import Settings, parse_pattern
from lagtop.snapshot import Failure, Snapshot

if TYPE_CHECKING:
    from lagtop.analysis.narrow import Narrow
    from lagtop.wire.poller import Poller

ROUNDS = 24
"""Enough for every search by time to end: one report must say all it can."""


def main(arguments: Sequence[str]) -> int:
    """Print the rows of each poll as it comes."""
    from lagtop.cli.running import TERMINATED, run_until_ended
    from lagtop.export.formats import FORMATS

    forms = "; ".join(f"{name}: {form.about}" for name, form in FORMATS.items())
    parser = Parser("snapshot", "the numbers of one poll, of several, or of a recording, as text")
    add_cluster_options(parser)
    add_policy_options(parser)
    _add_options(parser, tuple(FORMATS), forms)
    options = parser.parse_args(arguments)
    if options.print_schema:
        return _print_schema()
    if options.replay is not None:
        return _print_recording(options)
    if options.at is not None or options.every:
        raise UsageError("--at and --every go with --replay", "see: lagtop snapshot --help")
    settings, rounds = settings_from(options), 0 if options.no_time_search else ROUNDS
    return run_until_ended(lambda: _print_polls(settings, options, rounds), TERMINATED)


def _add_options(parser: argparse.ArgumentParser, forms: Sequence[str], about: str) -> None:
    parser.add_argument("--issues", action="store_true", help="only what `z` shows on the screen")
    parser.add_argument(
        "--format", choices=forms, metavar="FORMAT",
        help=f"{about} (default: as FILE ends; table on a terminal, else csv)",
    )  # fmt: skip
    parser.add_argument(
        "--output", metavar="FILE", type=Path, help="write to a file, which appears whole or not"
    )
    parser.add_argument("-n", metavar="N", type=whole, default=1, help="polls (default 1)")
    parser.add_argument("--replay", metavar="FILE", type=Path, help="read a recording instead")
    parser.add_argument(
        "--at", metavar="TIME", help="with --replay: the report then: 14:05, 2026-01-31T14:05:00"
    )
    parser.add_argument("--every", action="store_true", help="with --replay: of each poll")
    parser.add_argument(
        "--print-schema", action="store_true", help="print the JSON Schema of json and ndjson"
    )


def _print_schema() -> int:
    from lagtop.cli.written import opened
    from lagtop.export.document import schema

    with opened(None) as write:
        write(schema())
    return EXIT_OK


def _narrow(options: argparse.Namespace) -> Narrow:
    from lagtop.analysis.narrow import Narrow

    return Narrow(parse_pattern("--group", options.group), parse_pattern("--topic", options.topic))


def _print_recording(options: argparse.Namespace) -> int:
    refuse_cluster(options)
    if options.n != 1:
        raise UsageError("-n goes with a cluster", "--every prints each poll of a recording")
    from lagtop.cli.replayed import moment_of, replay
    from lagtop.cli.reports_out import reports_out

    until = moment_of(options.replay, options.at)
    narrow = _narrow(options)
    with reports_out(options) as take:
        for report in replay(options.replay, policy_from(options), until, options.every, narrow):
            take(report)
    return EXIT_OK


async def _print_polls(settings: Settings, options: argparse.Namespace, rounds: int) -> int:
    from lagtop.analysis.observer import Observer
    from lagtop.cli.reports_out import reports_out
    from lagtop.live import search_times
    from lagtop.wire.poller import Poller

    observer, poller, narrow = Observer(policy_from(options)), Poller(settings), _narrow(options)
    progress = Progress(is_wanted=options.output is not None or not sys.stdout.isatty())
    with reports_out(options) as take:
        async for polled in _polls(poller, options.n, progress):
            snapshot = narrow(polled)
            report = observer.observe(snapshot)
            await search_times(poller, observer, rounds)
            take(observer.refined(report, snapshot))
    return EXIT_OK


async def _polls(poller: Poller, polls: int, progress: Progress) -> AsyncIterator[Snapshot]:
    """Each snapshot; raises UnreachableError if the first poll or the last fails."""
    from lagtop.analysis.hidden import hidden

    update: Snapshot | Failure | None = None
    try:
        updates = aiter(poller)
        for number in range(polls):
            progress.show(f"lagtop: poll {number + 1} of {polls}")
            update = await anext(updates)
            if isinstance(update, Snapshot):
                for sentence in hidden(update) if number == 0 else ():
                    progress.say(f"lagtop: {sentence}")
                yield update
            elif number == 0:
                break
            else:
                progress.say(f"lagtop: {update.what}")
    finally:
        progress.clear()
        await poller.close()
    if isinstance(update, Failure):
        raise UnreachableError(update.what, update.hint)
