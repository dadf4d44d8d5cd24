"""`lagtop check`: a look of seconds at a cluster, for monitoring: a line and an exit status."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from lagtop.cli.arguments import (
    Parser,
    add_cluster_options,
    refuse_cluster,
    settings_from,
    wanted_names,
)
from lagtop.cli.numbers import positive, whole
from lagtop.cli.policy import add_policy_options, policy_from
from lagtop.cli.progress import Progress as Line
from lagtop.errors import EXIT_UNKNOWN, LagtopError, UnreachableError, UsageError
from lagtop.settings import Settings, parse_pattern
from lagtop.snapshot import Failure

if TYPE_CHECKING:
    from lagtop.cli.checked import Check

DEFAULT_LOOK_S = 30
ROUNDS_AT_THE_END = 24
FORMATS = ("text", "nagios", "json")

EPILOG = """\
exit status: 0 ok, 1 warning, 2 critical, 3 unknown: no such group, cluster unreachable, usage
A rule that only waits for its time to be over is a warning. A group that has something to
read, and did not move during the look, is at least a warning, and critical when what it has
to read has waited as long as the rule ConsumerStalled says. The look ends early when all
that have something to read were seen to move. It only reads."""


def main(arguments: Sequence[str]) -> int:
    """Look, say how it is in one line, and exit with it; whatever goes wrong is `unknown`."""
    try:
        return _main(arguments)
    except LagtopError as error:
        print(f"UNKNOWN: {error.what}")
        if error.hint:
            print(f"  {error.hint}", file=sys.stderr)
        return EXIT_UNKNOWN


def _main(arguments: Sequence[str]) -> int:
    parser = Parser("check", "is everything fine? one line and an exit status", EPILOG)
    add_cluster_options(parser)
    add_policy_options(parser)
    _add_options(parser)
    options = parser.parse_args(arguments)
    if options.replay is None and options.at is not None:
        raise UsageError("--at goes with --replay", "see: lagtop check --help")
    settings = None
    if options.replay is None:
        settings = settings_from(options)
    else:
        refuse_cluster(options)
    from lagtop.cli.running import TERMINATED, run_until_ended

    check = _check(options)
    if settings is None:
        return _judge_recording(options, check)
    return run_until_ended(lambda: _look(settings, options, check), TERMINATED)


def _add_options(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--max-lag", metavar="N", type=whole, help="critical: more messages")
    parser.add_argument("--max-age", metavar="SECONDS", type=positive, help="critical: older lag")
    parser.add_argument(
        "--for", metavar="SECONDS", dest="look_s", type=positive, default=DEFAULT_LOOK_S,
        help="look so long at most (default %(default)s); longer than groups wait between commits",
    )  # fmt: skip
    parser.add_argument("--polls", metavar="N", type=whole, help="poll so often at most")
    parser.add_argument(
        "--format", choices=FORMATS, default="text",
        help="text: a line; nagios: with performance data; json: all findings",
    )  # fmt: skip
    parser.add_argument("--replay", metavar="FILE", type=Path, help="judge a recording instead")
    parser.add_argument(
        "--at", metavar="TIME", help="with --replay: as it was then: 14:05, 2026-01-31T14:05:00"
    )


def _check(options: argparse.Namespace) -> Check:
    from lagtop.analysis.checkup import Limits
    from lagtop.analysis.narrow import Narrow
    from lagtop.cli.checked import Check

    groups = parse_pattern("--group", options.group)
    topics = parse_pattern("--topic", options.topic)
    limits = Limits(options.max_lag, options.max_age, options.look_s, wanted_names(options))
    return Check(limits, policy_from(options), Narrow(groups, topics))


def _tell(options: argparse.Namespace, check: Check) -> int:
    from lagtop.cli.check_text import FORMATS

    outcome = check.outcome()
    print(FORMATS[options.format](outcome))
    return int(outcome.status)


def _judge_recording(options: argparse.Namespace, check: Check) -> int:
    from lagtop.cli.replayed import moment_of, recorded_until

    until = moment_of(options.replay, options.at)
    for snapshot in recorded_until(options.replay, until):
        check.take(snapshot)
    return _tell(options, check)


async def _look(settings: Settings, options: argparse.Namespace, check: Check) -> int:
    from lagtop.live import ROUNDS_A_POLL, search_times
    from lagtop.wire.poller import Poller

    poller, line = Poller(settings), Line()
    rounds = 0 if options.no_time_search else ROUNDS_A_POLL
    try:
        async for update in poller:
            if isinstance(update, Failure):
                raise UnreachableError(update.what, update.hint)
            check.take(update)
            line.show(f"lagtop: looking for {check.watched_s:.0f} s of {options.look_s:g} s")
            await search_times(poller, check.observer, rounds)
            if _has_seen_enough(options, check):
                break
        await search_times(poller, check.observer, rounds and ROUNDS_AT_THE_END)
    finally:
        line.clear()
        await poller.close()
    return _tell(options, check)


def _has_seen_enough(options: argparse.Namespace, check: Check) -> bool:
    looked = check.watched_s >= options.look_s or check.polls == options.polls
    return looked or check.progress.is_settled
