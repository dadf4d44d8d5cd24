"""Work that runs beside other work, and waiting that can be cut short."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Coroutine
from contextlib import asynccontextmanager
from typing import Any

from aiokafka.errors import KafkaError

from lagtop.errors import UnreachableError


@asynccontextmanager
async def beside(work: Coroutine[Any, Any, None]) -> AsyncIterator[None]:
    """Run something beside the block and end it after; what it fails with ends the block."""
    try:
        async with asyncio.TaskGroup() as group:
            task = group.create_task(work)
            yield
            task.cancel()
    except ExceptionGroup as failed:
        first = failed.exceptions[0]
        raise told(first) if isinstance(first, KafkaError) else first from None


def told(error: KafkaError) -> UnreachableError:
    """An error of Kafka's as one for people."""
    name = type(error).__name__.removesuffix("Error")
    return UnreachableError(f"Kafka says {name}: {error}", "check the rights on the topic")


async def stopped(stop: asyncio.Event, seconds: float) -> bool:
    """Wait for so long; whether it was cut short because `stop` was set."""
    try:
        async with asyncio.timeout(max(seconds, 0.0)):
            await stop.wait()
    except TimeoutError:
        return stop.is_set()
    return True
