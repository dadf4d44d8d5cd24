"""What a probe or a trace finds: live on stderr, and at the end on stdout in one of the formats."""

from __future__ import annotations

import asyncio
import csv
import json
import sys
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager

from lagtop.cli.latency_text import TABLE, LiveBlock, bars, status, table
from lagtop.probe import outcome
from lagtop.probe.beside import beside
from lagtop.probe.matching import Matcher
from lagtop.wire.clock import Clock

SHOW_EVERY_S = 0.5


@asynccontextmanager
async def showing(matchers: Mapping[str, Matcher], clock: Clock) -> AsyncIterator[None]:
    """Show on the terminal how it goes while the block runs."""
    block, began_at = LiveBlock(), clock.now()

    async def show() -> None:
        while True:
            last = list(matchers.values())[-1].total().latency
            lines = status(clock.now() - began_at, matchers)
            block.show([*lines, *bars(last, block.is_ascii)])
            await asyncio.sleep(SHOW_EVERY_S)

    if block.is_shown:
        async with beside(show()):
            yield
    else:
        yield


def write(
    form: str, topic: str, leaders: Mapping[int, int], matchers: Mapping[str, Matcher]
) -> None:
    """Print all of it in a format."""
    if form == "json":
        found = outcome.document(topic, leaders, matchers)
        json.dump(found, sys.stdout, ensure_ascii=False, indent=1)
        print()
    elif form == "csv":
        lines = csv.DictWriter(sys.stdout, outcome.COLUMNS)
        lines.writeheader()
        lines.writerows(outcome.rows(topic, leaders, matchers))
    else:
        _print_table(topic, leaders, matchers)
    sys.stdout.flush()


def _print_table(topic: str, leaders: Mapping[int, int], matchers: Mapping[str, Matcher]) -> None:
    print(table(outcome.rows(topic, leaders, matchers), TABLE))
    is_ascii = (sys.stdout.encoding or "").lower().replace("-", "") != "utf8"
    stage, last = list(matchers.items())[-1]
    print(f"histogram of {stage}")
    for line in bars(last.total().latency, is_ascii):
        print(f"  {line}")
    if last.unmatched:
        print(f"{last.unmatched} came without a beginning that was seen")
