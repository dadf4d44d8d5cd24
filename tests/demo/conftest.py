"""A demo cluster whose clock stands still, and a way to ask it."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any

import pytest

from lagtop.demo.cluster import DemoCluster

from .asking import Clock, Tell, send


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
async def cluster(clock: Clock) -> AsyncIterator[DemoCluster]:
    async with DemoCluster("all", seed=7, clock=clock) as running:
        yield running


@pytest.fixture
def tell(cluster: DemoCluster) -> Tell:
    """Sends a request of a version to a broker; returns the response."""

    async def tell_broker(broker: int, message: Any, version: int) -> Any:
        return await send(cluster.address(broker), message, version)

    return tell_broker
