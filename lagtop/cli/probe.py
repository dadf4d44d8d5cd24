"""`lagtop probe`: how long an event takes through the cluster, and whether it comes at all."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from typing import TYPE_CHECKING

from lagtop import lookup
from lagtop.cli.arguments import Parser, add_connection_options, settings_from
from lagtop.cli.consent import add_writing_options, agreed_target
from lagtop.cli.latency_text import FORMATS
from lagtop.cli.numbers import positive, whole
from lagtop.errors import UsageError
from lagtop.settings import Settings

if TYPE_CHECKING:
    from lagtop.probe.prober import Plan

MOST_PER_S = 100.0

EPILOG = """\
It writes to the topic that --topic names, and nowhere else; its records have a header
`lagtop-probe`. It reads without a group. Ctrl+C ends it and prints what it found.
exit status: 0 ok, 64 usage, 69 cluster unreachable, 130 interrupted"""


def main(arguments: Sequence[str]) -> int:
    """Probe a topic until the rounds are over or the user has seen enough."""
    parser = Parser("probe", "time events of its own through a topic and back", EPILOG)
    add_connection_options(parser)
    add_writing_options(parser, MOST_PER_S)
    _add_options(parser)
    options = parser.parse_args(arguments)
    settings = settings_from(options)
    return lookup.run(_probe(settings, options))


def _add_options(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--every",
        metavar="SECONDS",
        type=positive,
        default=1.0,
        help="time between two events of a partition (default %(default)g)",
    )
    parser.add_argument(
        "-n", metavar="N", type=whole, help="events to each partition (default: until Ctrl+C)"
    )
    parser.add_argument(
        "--timeout",
        metavar="SECONDS",
        type=positive,
        default=30.0,
        help="an event that takes longer is lost (default %(default)g)",
    )
    parser.add_argument(
        "--size", metavar="BYTES", type=whole, default=0, help="least size of an event's value"
    )
    parser.add_argument(
        "--reply-topic", metavar="TOPIC", help="where a service of yours answers: read as well"
    )
    parser.add_argument(
        "--key",
        metavar="PLACE",
        default="header:correlation_id",
        help="where events and replies carry their id: header:NAME or json:$.field "
        "(default %(default)s)",
    )
    parser.add_argument("--format", choices=FORMATS, default="table", help="default %(default)s")


async def _probe(settings: Settings, options: argparse.Namespace) -> int:
    from lagtop.cli.findings import Findings, following, write
    from lagtop.cli.stopping import stop_on_signal
    from lagtop.cli.telling import telling
    from lagtop.probe.prober import Prober
    from lagtop.wire.clock import Clock

    plan = await _plan(settings, options)
    clock = Clock()
    prober, target = Prober(settings, plan, clock), plan.target
    said = (f"an event to each of {len(target.leaders)} partitions every {options.every:g} s",)
    findings = Findings(target.topic, target.leaders, prober.matchers, said)
    what = f"{target.topic} -> {plan.reply.topic}" if plan.reply else target.topic
    with stop_on_signal() as stop, telling("probe", what, settings, findings.news) as voice:
        async with following(findings, clock, voice):
            await prober.run(stop)
    for reason, count in prober.failed.items():
        print(f"lagtop: {count} events could not be sent: {reason}", file=sys.stderr)
    write(options.format, findings)
    return stop.status


async def _plan(settings: Settings, options: argparse.Namespace) -> Plan:
    """Find the topics, and ask the user to agree to what will be written."""
    from lagtop.probe.correlation import parse_place
    from lagtop.probe.prober import MARK, Plan
    from lagtop.probe.target import find_topic

    place = parse_place("--key", options.key)
    reply = await find_topic(settings, options.reply_topic) if options.reply_topic else None
    until = f"{options.n} times" if options.n else "until Ctrl+C"

    def says(partitions: int) -> list[str]:
        per_s = partitions / options.every
        if per_s > options.max_rate:
            raise UsageError(
                f"{per_s:g} events a second are more than {options.max_rate:g}",
                "a longer --every, or a higher --max-rate",
            )
        return [
            f"an event to each of {partitions} partitions every {options.every:g} s, {until}",
            f"each has a header {MARK}, and its id in {place.words}",
        ]

    target = await agreed_target(settings, options, says)
    return Plan(target, options.every, options.n, options.timeout, options.size, reply, place)
