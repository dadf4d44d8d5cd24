"""`lagtop record FILE`: every poll into a file, for hours, without a screen."""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from lagtop.cli.arguments import Parser, add_cluster_options, settings_from
from lagtop.cli.numbers import size, span, whole
from lagtop.cli.progress import Progress
from lagtop.errors import EXIT_OK, UnreachableError
from lagtop.record.rotation import RotatedRecorder, Rotation
from lagtop.settings import Settings
from lagtop.snapshot import Failure

EPILOG = """\
Every line is in the file before the next poll: whatever ends lagtop, the polls so far can be
played. A file that is a recording is added to; no two may record to it at once. Ctrl+C (exit 130),
SIGTERM and a hangup (exit 0) finish it.
exit status: 0 ok, 64 usage, 69 cluster unreachable, 73 file not written, 130 interrupted
It only reads: it joins no group, commits nothing and creates nothing."""


def main(arguments: Sequence[str]) -> int:
    """Record until enough was recorded, or somebody ends it."""
    parser = Parser("record", "record every poll to a file: JSON lines, gzip for .gz", EPILOG)
    parser.add_argument("file", metavar="FILE", type=Path)
    add_cluster_options(parser)
    _add_options(parser)
    options = parser.parse_args(arguments)
    settings = settings_from(options)
    from lagtop.cli.running import run_until_ended

    return run_until_ended(lambda: _record(settings, options), terminated=EXIT_OK)


def _add_options(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("-n", metavar="N", type=whole, help="so many polls, then end")
    parser.add_argument("--for", metavar="TIME", dest="seconds", type=span, help="then end: 90, 2h")
    parser.add_argument("--rotate-size", metavar="SIZE", type=size, help="new file: 500k, 100M, 2G")
    parser.add_argument(
        "--rotate-time", metavar="TIME", type=span, help="new file: 90, 15m, 2h, 1d"
    )
    parser.add_argument("--keep", metavar="N", type=whole, help="full files to keep (default: all)")


async def _record(settings: Settings, options: argparse.Namespace) -> int:
    from lagtop.analysis.narrow import Narrow
    from lagtop.analysis.observer import Observer
    from lagtop.live import ROUNDS_A_POLL, Rounds, search_times
    from lagtop.wire.poller import Poller

    narrow = Narrow(settings.groups, settings.topics)
    rotation = Rotation(options.rotate_size, options.rotate_time, options.keep)
    recorder = RotatedRecorder(options.file, rotation)
    poller, watch, observer = Poller(settings), _Watch(options), Observer()
    rounds = 0 if options.no_time_search else ROUNDS_A_POLL
    learnt: Rounds = ()
    try:
        async for update in poller:
            if isinstance(update, Failure):
                watch.miss(update, recorder.polls)
                continue
            snapshot = narrow(update)
            recorder.record(replace(snapshot, answers=learnt))
            watch.show(update.captured_at, recorder)
            if watch.is_over(update.captured_at, recorder.polls):
                break
            observer.observe(snapshot)
            learnt = await search_times(poller, observer, rounds)
    finally:
        watch.end(recorder)
        recorder.close()
        await poller.close()
    return EXIT_OK


class _Watch:
    """How far the recording is, and what goes wrong meanwhile."""

    def __init__(self, options: argparse.Namespace) -> None:
        self._options = options
        self._line = Progress()
        self._began_at: float | None = None

    def miss(self, failure: Failure, polls: int) -> None:
        """A poll failed: the first is the user's to mend, later ones the cluster's."""
        if not polls:
            raise UnreachableError(failure.what, failure.hint)
        self._line.fail(failure.what)

    def show(self, now: float, recorder: RotatedRecorder) -> None:
        """A poll was recorded."""
        self._line.succeed()
        self._began_at = now if self._began_at is None else self._began_at
        self._line.show(f"lagtop: {_told(recorder, self._options.file)}; Ctrl+C ends it")

    def is_over(self, now: float, polls: int) -> bool:
        """Whether all that was asked for is recorded."""
        seconds, began_at = self._options.seconds, self._began_at
        is_late = seconds is not None and began_at is not None and now - began_at >= seconds
        return bool(is_late or polls == self._options.n)

    def end(self, recorder: RotatedRecorder) -> None:
        """Say what there is, to whoever watched."""
        self._line.last(f"lagtop: {_told(recorder, self._options.file)}")


def _told(recorder: RotatedRecorder, file: Path) -> str:
    return f"{recorder.polls:,} polls, {recorder.size_bytes / 1e6:.1f} MB in {file}"
