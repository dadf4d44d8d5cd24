"""What the tests of the demo cluster share: a clock to move and a client without a library."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass
from typing import Any

import pytest

from lagtop.demo.apis import APIS
from lagtop.demo.cluster import DemoCluster
from lagtop.protocol.messages import ApiKey

NOON = 1_700_000_000.0
Tell = Callable[..., Awaitable[Any]]


@dataclass
class Clock:
    """A clock that stands still until it is moved; seconds since the epoch."""

    now: float = NOON

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
async def cluster(clock: Clock) -> AsyncIterator[DemoCluster]:
    async with DemoCluster("all", seed=7, clock=clock) as running:
        yield running


@pytest.fixture
def tell(cluster: DemoCluster) -> Tell:
    """Sends one request to one broker over a connection of its own; returns the response."""

    async def send(broker: int, message: Any, version: int, correlation_id: int = 5) -> Any:
        address = cluster.address(broker)
        reader, writer = await asyncio.open_connection(address.host, address.port)
        try:
            message.API_VERSION = version
            message.with_header(correlation_id=correlation_id, client_id="tester")
            writer.write(bytes(message.encode(header=True, framed=True)))
            length = int.from_bytes(await reader.readexactly(4), "big")
            frame = await reader.readexactly(length)
        finally:
            writer.close()
            await writer.wait_closed()
        return read(message, frame, version)

    return send


def read(request: Any, frame: bytes, version: int) -> Any:
    """The response in a frame, with its header."""
    response_class = RESPONSES[ApiKey(request.API_KEY)]
    return response_class.decode(frame, version=version, header=True)


def _responses() -> dict[ApiKey, Any]:
    from lagtop.protocol import messages

    return {key: getattr(messages, f"{key.name}Response") for key in APIS}


RESPONSES = _responses()
