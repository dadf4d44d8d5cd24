"""What a probe or a trace finds: live on stderr, and at the end on stdout in one of the formats."""

from __future__ import annotations

import asyncio
import csv
import json
import sys
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

from lagtop.cli.latency_text import (
    LiveBlock,
    bars,
    columns_of,
    is_ascii_only,
    status,
    table,
    time_line,
)
from lagtop.cli.telling import Telling
from lagtop.probe import outcome, told
from lagtop.probe.beside import beside
from lagtop.probe.matching import Matcher
from lagtop.probe.timeline import Timeline
from lagtop.wire.clock import Clock

SHOW_EVERY_S = 1.0


@dataclass(frozen=True, slots=True)
class Findings:
    """What a run is about, and what it has found so far; `said` are sentences on it."""

    topic: str
    leaders: Mapping[int, int]
    matchers: Mapping[str, Matcher]
    said: tuple[str, ...] = ()
    timeline: Timeline = field(default_factory=Timeline)

    @property
    def last(self) -> tuple[str, Matcher]:
        """The last stage: the one that the histogram and the time line are of."""
        return list(self.matchers.items())[-1]

    def news(self) -> dict[str, Any]:
        """The same for the screens beside."""
        stage, matcher = self.last
        return {
            "figures": told.figures(self.leaders, self.matchers),
            "bars": told.bars(matcher.total().latency),
            "curves": told.latency_curves(stage, self.timeline.moments),
            "said": (*self.said, *_unmatched(matcher)),
        }


@asynccontextmanager
async def following(findings: Findings, clock: Clock, voice: Telling) -> AsyncIterator[None]:
    """Tell how it stands while the block runs: on stderr, and to the screens beside."""
    block, began_at = LiveBlock(), clock.now()

    async def follow() -> None:
        while True:
            await asyncio.sleep(SHOW_EVERY_S)
            elapsed_s = clock.now() - began_at
            last = findings.last[1].total().latency
            findings.timeline.push(elapsed_s, last)
            lines = status(elapsed_s, findings.matchers)
            lines += time_line(findings.timeline.moments, block.is_ascii)
            block.show([*lines, *bars(last, block.is_ascii)])
            await voice.tell()

    async with beside(follow()):
        yield
    block.end()


def write(form: str, findings: Findings) -> None:
    """Print all of it in a format."""
    topic, leaders, matchers = findings.topic, findings.leaders, findings.matchers
    if form == "json":
        found = outcome.document(topic, leaders, matchers, findings.timeline.moments)
        json.dump(found, sys.stdout, ensure_ascii=False, indent=1)
        print()
    elif form == "csv":
        lines = csv.DictWriter(sys.stdout, outcome.COLUMNS)
        lines.writeheader()
        lines.writerows(outcome.rows(topic, leaders, matchers))
    else:
        _print_table(list(outcome.rows(topic, leaders, matchers)), findings)
    sys.stdout.flush()


def _print_table(rows: list[outcome.Row], findings: Findings) -> None:
    print(table(rows, columns_of(rows)))
    is_ascii = is_ascii_only(sys.stdout)
    stage, last = findings.last
    print(f"latency of {stage}")
    moments = findings.timeline.moments
    for line in [*bars(last.total().latency, is_ascii), *time_line(moments, is_ascii)]:
        print(f"  {line}")
    print("".join(f"{line}\n" for line in _unmatched(last)), end="")


def _unmatched(matcher: Matcher) -> tuple[str, ...]:
    count = matcher.unmatched
    return (f"{count} came without a beginning that was seen",) if count else ()
