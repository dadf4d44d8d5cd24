"""Watching a real Kafka from the inside: polls and reports, until one says what is waited for."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import TypeVar

import pytest

from lagtop.analysis.observer import Observer
from lagtop.analysis.report import Report
from lagtop.live import search_times
from lagtop.settings import Settings
from lagtop.snapshot import Snapshot
from lagtop.wire.poller import Poller
from tests.kafka.waiting import DEADLINE_S

Seen = TypeVar("Seen")


@asynccontextmanager
async def polling(settings: Settings) -> AsyncIterator[Poller]:
    """A poller that is closed in the end."""
    poller = Poller(settings)
    try:
        yield poller
    finally:
        await poller.close()


async def seen_until(
    poller: Poller,
    look: Callable[[Report], Seen],
    is_enough: Callable[[Seen], object],
    patience_s: float = DEADLINE_S,
    rounds: int = 0,
) -> Seen:
    """What `look` sees in the first report in which that is enough; a new observer makes them.

    rounds: how often after each poll brokers are asked for offsets by time.
    """
    observer, seen = Observer(), None
    try:
        async with asyncio.timeout(patience_s):
            async for update in poller:
                if isinstance(update, Snapshot):
                    seen = look(observer.observe(update))
                    if is_enough(seen):
                        return seen
                    await search_times(poller, observer, rounds)
    except TimeoutError:
        pytest.fail(f"after {patience_s:.0f} s it was {seen}")
    raise AssertionError("the polls ended")
