"""aiokafka's producer and reader, set up as lagtop wants them: they leave nothing behind.

A reader has no group: it is assigned its partitions, commits nothing, and no broker knows its name.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager
from functools import partial
from typing import Any

import aiokafka.client
from aiokafka import AIOKafkaConsumer, AIOKafkaProducer, TopicPartition
from aiokafka.errors import KafkaError
from aiokafka.protocol.metadata import MetadataRequest

from lagtop.errors import UnreachableError
from lagtop.settings import Settings
from lagtop.wire.access import Access

CLIENT_ID = "lagtop"
FETCH_WAIT_MS = 500
READ_MS = 200
"""How long a reader's `getmany` waits for records."""

LONG_LISTS_BYTES = 8 << 20

# aiokafka asks brokers to create a topic that it does not find; lagtop creates none by accident.
aiokafka.client.MetadataRequest = partial(MetadataRequest, allow_auto_topic_creation=False)


def connection_options(settings: Settings) -> dict[str, Any]:
    """What every client of aiokafka is told of the cluster."""
    return {
        "bootstrap_servers": [f"{host}:{port}" for host, port in settings.bootstrap],
        "client_id": CLIENT_ID,
        **Access(settings.security).client_options(settings.bootstrap[0][0]),
    }


@asynccontextmanager
async def producing(settings: Settings, timeout_s: float, **options: Any) -> AsyncIterator[Any]:
    """A producer that is connected; one that cannot deliver within the timeout gives up."""
    client = AIOKafkaProducer(
        **connection_options(settings), request_timeout_ms=round(timeout_s * 1000), **options
    )
    try:
        await _start(client, settings)
        yield client
    finally:
        await client.stop()


@asynccontextmanager
async def reading(settings: Settings, places: Iterable[tuple[str, int]]) -> AsyncIterator[Any]:
    """A reader that will see every record written to these (topic, partition) from now on."""
    client = AIOKafkaConsumer(
        **connection_options(settings),
        group_id=None,
        enable_auto_commit=False,
        auto_offset_reset="latest",
        fetch_max_wait_ms=FETCH_WAIT_MS,
        fetch_max_bytes=LONG_LISTS_BYTES,
    )
    client.assign([TopicPartition(topic, partition) for topic, partition in places])
    try:
        await _start(client, settings)
        await client.seek_to_end()
        for place in client.assignment():
            await client.position(place)
        yield client
    finally:
        await client.stop()


async def _start(client: Any, settings: Settings) -> None:
    try:
        await client.start()
    except (KafkaError, OSError) as error:
        raise UnreachableError(
            f"cannot connect to {settings.address}: {error}", "is it the address of a broker?"
        ) from error
