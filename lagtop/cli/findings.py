"""What a probe or a trace finds: live on stderr, and at the end on stdout in one of the formats."""

from __future__ import annotations

import asyncio
import csv
import json
import sys
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager

from lagtop.cli.latency_text import LiveBlock, bars, columns_of, status, table, time_line
from lagtop.probe import outcome
from lagtop.probe.beside import beside
from lagtop.probe.matching import Matcher
from lagtop.probe.timeline import Timeline
from lagtop.wire.clock import Clock

SHOW_EVERY_S = 1.0


@asynccontextmanager
async def following(matchers: Mapping[str, Matcher], clock: Clock) -> AsyncIterator[Timeline]:
    """The time line of the last stage while the block runs, shown where stderr is a terminal."""
    block, began_at, timeline = LiveBlock(), clock.now(), Timeline()

    async def follow() -> None:
        while True:
            await asyncio.sleep(SHOW_EVERY_S)
            elapsed_s = clock.now() - began_at
            last = list(matchers.values())[-1].total().latency
            timeline.push(elapsed_s, last)
            lines = status(elapsed_s, matchers)
            lines += time_line(timeline.moments, block.is_ascii)
            block.show([*lines, *bars(last, block.is_ascii)])

    async with beside(follow()):
        yield timeline
    block.end()


def write(
    form: str,
    topic: str,
    leaders: Mapping[int, int],
    matchers: Mapping[str, Matcher],
    timeline: Timeline,
) -> None:
    """Print all of it in a format."""
    if form == "json":
        found = outcome.document(topic, leaders, matchers, timeline.moments)
        json.dump(found, sys.stdout, ensure_ascii=False, indent=1)
        print()
    elif form == "csv":
        lines = csv.DictWriter(sys.stdout, outcome.COLUMNS)
        lines.writeheader()
        lines.writerows(outcome.rows(topic, leaders, matchers))
    else:
        _print_table(list(outcome.rows(topic, leaders, matchers)), matchers, timeline)
    sys.stdout.flush()


def _print_table(
    rows: list[outcome.Row], matchers: Mapping[str, Matcher], timeline: Timeline
) -> None:
    print(table(rows, columns_of(rows)))
    is_ascii = (sys.stdout.encoding or "").lower().replace("-", "") != "utf8"
    stage, last = list(matchers.items())[-1]
    print(f"latency of {stage}")
    for line in [*bars(last.total().latency, is_ascii), *time_line(timeline.moments, is_ascii)]:
        print(f"  {line}")
    if last.unmatched:
        print(f"{last.unmatched} came without a beginning that was seen")
