"""`lagtop load`: what a group can bear, how latency grows with the load, how it recovers."""

from __future__ import annotations

import argparse
import asyncio
import sys
from collections.abc import Sequence
from contextlib import AsyncExitStack
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from lagtop import lookup
from lagtop.cli.arguments import Parser, add_connection_options, settings_from
from lagtop.cli.consent import add_writing_options, agreed_target
from lagtop.cli.load_options import (
    MOST_PER_S,
    SHAPES,
    add_load_options,
    make_flow,
    make_script,
    read_rates,
)
from lagtop.cli.policy import add_rules_option, policy_from
from lagtop.errors import (
    EXIT_CRITICAL,
    EXIT_INTERRUPTED,
    EXIT_OK,
    EXIT_UNKNOWN,
    EXIT_WARNING,
)
from lagtop.settings import Settings

if TYPE_CHECKING:
    from lagtop.analysis.policy import Policy
    from lagtop.probe.ending import Ending
    from lagtop.probe.flow import Flow
    from lagtop.probe.load import LoadRun
    from lagtop.probe.prober import Plan, Prober
    from lagtop.probe.scripts import Script
    from lagtop.probe.target import Target

EPILOG = "\n".join(
    [
        "shapes:",
        *(f"  {name:9} {what}" for name, what in SHAPES.items()),
        "",
        "It writes to the topic that --topic names, and nowhere else; its records have a header",
        "`lagtop-load`. It ends by itself when its answer is there, when a limit is reached, when",
        "an alert begins to fire, and on Ctrl+C; and then prints what it found.",
        "exit status: 0 it has its answer; 1 it has none: time was up, the generator at its limit,",
        "or the answer is not certain; 2 the group or the cluster did not bear it: lag, an alert,",
        "writes that fail; 3 the group could not be watched, or was far behind before it began;",
        "64 usage, 69 cluster unreachable, 130 interrupted",
    ]
)

TELL_EVERY_S = 1.0


@dataclass(frozen=True, slots=True)
class _Job:
    settings: Settings
    options: argparse.Namespace
    script: Script
    flow: Flow
    target: Target
    plan: Plan | None


def main(arguments: Sequence[str]) -> int:
    """Load a topic, and say what its group made of it."""
    parser = Parser("load", "load a topic and watch what a consumer group makes of it", EPILOG)
    add_connection_options(parser)
    add_writing_options(parser, MOST_PER_S)
    add_load_options(parser)
    add_rules_option(parser)
    options = parser.parse_args(arguments)
    settings = settings_from(options)
    rates = read_rates(options.rates, options.shape, options.max_rate)
    return lookup.run(_load(settings, policy_from(options), options, rates))


async def _load(
    settings: Settings, policy: Policy, options: argparse.Namespace, rates: list[float]
) -> int:
    from lagtop.cli.load_report import write, write_charts

    job = await _job(settings, options, rates)
    run = await _run(job, policy)
    if options.charts is not None:
        for path in write_charts(options.charts, run.samples, job.script):
            print(f"lagtop: wrote {path}", file=sys.stderr)
    write(options.format, run, job.script)
    return exit_status(run.ending, job.script)


def exit_status(ending: Ending | None, script: Script) -> int:
    """How the process ends, in the words of `lagtop check`."""
    from lagtop.probe.ending import Cause
    from lagtop.probe.load_outcome import is_answered

    if ending is None:
        return EXIT_OK if is_answered(script) else EXIT_WARNING
    return {
        Cause.INTERRUPTED: EXIT_INTERRUPTED,
        Cause.LIMIT: EXIT_WARNING,
        Cause.TROUBLE: EXIT_CRITICAL,
        Cause.BLIND: EXIT_UNKNOWN,
    }[ending.cause]


async def _job(settings: Settings, options: argparse.Namespace, rates: list[float]) -> _Job:
    """Check everything, and ask the user to agree to what will be written."""
    from lagtop.probe.correlation import parse_place
    from lagtop.probe.flow import LOAD_MARK
    from lagtop.probe.load import PROBES_PER_S
    from lagtop.probe.prober import Plan
    from lagtop.probe.target import find_topic

    flow, place = make_flow(options), parse_place("--key", options.key)
    reply = await find_topic(settings, options.reply_topic) if options.reply_topic else None
    highest = f"{options.max_rate if options.shape == 'saturate' else max(rates):g}"
    says = [
        f"up to {highest} records/s of {options.size} bytes ({flow.keys.words}), "
        f"for up to {options.max_time:g} s",
        f"each has a header {LOAD_MARK}; it watches group {options.watched}",
    ]
    target = await agreed_target(settings, options, lambda _: says)
    plan = None
    if reply is not None:
        every_s = len(target.leaders) / min(PROBES_PER_S, min(rates) / 2)
        plan = Plan(target, every_s, size_bytes=options.size, reply=reply, place=place)
    flow = replace(flow, partitions=tuple(target.leaders))
    return _Job(settings, options, make_script(options, rates), flow, target, plan)


async def _run(job: _Job, policy: Policy) -> LoadRun:
    from lagtop.cli.stopping import stop_on_signal
    from lagtop.probe.fleet import running_fleet
    from lagtop.probe.load import Limits, LoadRun, answering
    from lagtop.probe.watched import Watched

    options = job.options
    async with AsyncExitStack() as stack:
        stop = stack.enter_context(stop_on_signal())
        fleet = await stack.enter_async_context(
            running_fleet(job.settings, job.flow, options.processes)
        )
        print(f"lagtop: can make {fleet.able_per_s:.0f} records/s", file=sys.stderr)
        prober = None
        if job.plan is not None:
            answers = answering(job.settings, job.plan, job.script.note)
            prober = await stack.enter_async_context(answers)
        watched = Watched(options.watched, options.topic)
        limits = Limits(options.max_lag, options.max_time)
        run = LoadRun(job.settings, watched, job.script, limits, fleet, policy)
        await _follow(job, run, prober, stop)
    return run


async def _follow(job: _Job, run: LoadRun, prober: Prober | None, stop: asyncio.Event) -> None:
    """Let it run, and tell how it stands: on stderr, and to the screens beside."""
    from lagtop.cli.latency_text import LiveBlock
    from lagtop.cli.load_text import live, news
    from lagtop.cli.telling import telling
    from lagtop.probe.beside import beside

    block, options = LiveBlock(), job.options
    what = f"{options.shape} {options.topic} for group {options.watched}"
    with telling("load", what, job.settings, lambda: news(run, job.script, prober)) as voice:

        async def tell() -> None:
            while True:
                await asyncio.sleep(TELL_EVERY_S)
                await voice.tell()

        async with beside(tell()):
            await run.run(stop, lambda _: block.show(live(run.samples, block.is_ascii)))
    block.end()
