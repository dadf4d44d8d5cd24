"""`lagtop trace`: how long real records take from one topic to another; it only reads."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from typing import TYPE_CHECKING

from lagtop import lookup
from lagtop.cli.arguments import Parser, add_connection_options, settings_from
from lagtop.cli.latency_text import FORMATS
from lagtop.cli.numbers import positive
from lagtop.errors import UsageError
from lagtop.settings import Settings

if TYPE_CHECKING:
    from lagtop.probe.tracer import Route

EPILOG = """\
It only reads, without a group, and from now on. Records are paired by correlation id. Ctrl+C
ends it and prints what it found.
exit status: 0 ok, 64 usage, 69 cluster unreachable, 130 interrupted"""


def main(arguments: Sequence[str]) -> int:
    """Trace until the time is over or the user has seen enough."""
    parser = Parser("trace", "time real records from one topic to another, read-only", EPILOG)
    add_connection_options(parser)
    _add_options(parser)
    options = parser.parse_args(arguments)
    return lookup.run(_trace(settings_from(options), options))


def _add_options(parser: argparse.ArgumentParser) -> None:
    add = parser.add_argument
    add("--in", dest="source", metavar="TOPIC", required=True, help="where records begin")
    add("--out", dest="sink", metavar="TOPIC", required=True, help="where they come out")
    add(
        "--key",
        metavar="PLACE",
        required=True,
        help="where records carry their id: header:NAME or json:$.field",
    )
    add("--out-key", metavar="PLACE", help="the same in the topic of --out, where it differs")
    add(
        "--timeout",
        metavar="SECONDS",
        type=positive,
        default=30.0,
        help="a record that takes longer is lost (default %(default)g)",
    )
    add("-t", dest="seconds", metavar="SECONDS", type=positive, help="how long (default: Ctrl+C)")
    add(
        "--record-time",
        action="store_true",
        help="take the records' own timestamps, not the time when they were seen",
    )
    add("--format", choices=FORMATS, default="table", help="default %(default)s")


async def _trace(settings: Settings, options: argparse.Namespace) -> int:
    from lagtop.cli.findings import Findings, following, write
    from lagtop.cli.stopping import stop_on_signal
    from lagtop.cli.telling import telling
    from lagtop.probe.tracer import Tracer
    from lagtop.wire.clock import Clock

    route, clock = await _route(settings, options), Clock()
    tracer = Tracer(settings, route, clock)
    findings = Findings(route.source.topic, route.source.leaders, tracer.matchers)
    what = f"{route.source.topic} -> {route.sink.topic}"
    with stop_on_signal() as stop, telling("trace", what, settings, findings.news) as voice:
        async with following(findings, clock, voice):
            await tracer.run(stop, options.seconds, _say_ready)
    for topic, count in tracer.without_id.items():
        if count:
            print(f"lagtop: {count} records of {topic} carried no id", file=sys.stderr)
    write(options.format, findings)
    return stop.status


def _say_ready() -> None:
    print("lagtop: reading from now on", file=sys.stderr, flush=True)


async def _route(settings: Settings, options: argparse.Namespace) -> Route:
    from lagtop.probe.correlation import parse_place
    from lagtop.probe.target import find_topic
    from lagtop.probe.tracer import Route

    place = parse_place("--key", options.key)
    if options.source == options.sink:
        raise UsageError("--in and --out are the same topic", "give two topics")
    return Route(
        source=await find_topic(settings, options.source),
        sink=await find_topic(settings, options.sink),
        source_place=place,
        sink_place=parse_place("--out-key", options.out_key) if options.out_key else place,
        timeout_s=options.timeout,
        by_record_time=options.record_time,
    )
