"""Asks a demo broker without any client library, at a time that stands still."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any

from lagtop.demo.apis import APIS
from lagtop.demo.ask import Address
from lagtop.protocol import messages as m
from lagtop.protocol.messages import ApiKey

NOON = 1_700_000_000.0
Tell = Callable[..., Awaitable[Any]]
RESPONSES: dict[ApiKey, Any] = {key: getattr(m, f"{key.name}Response") for key in APIS}


@dataclass
class Clock:
    """A clock that stands still until it is moved; seconds since the epoch."""

    now: float = NOON

    def __call__(self) -> float:
        return self.now


async def send(address: Address, message: Any, version: int, correlation_id: int = 5) -> Any:
    """The response to one request, over a connection of its own."""
    reader, writer = await asyncio.open_connection(address.host, address.port)
    try:
        message.API_VERSION = version
        message.with_header(correlation_id=correlation_id, client_id="tester")
        writer.write(bytes(message.encode(header=True, framed=True)))
        length = int.from_bytes(await reader.readexactly(4), "big")
        frame = await reader.readexactly(length)
    finally:
        writer.close()
    return RESPONSES[ApiKey(message.API_KEY)].decode(frame, version=version, header=True)


def listing(topic: str, *partitions: int, timestamp: int, isolation: int = 0) -> Any:
    """A ListOffsets request for partitions of one topic."""
    request = m.ListOffsetsRequest
    return request(
        replica_id=-1,
        isolation_level=isolation,
        topics=[
            request.ListOffsetsTopic(
                name=topic,
                partitions=[
                    request.ListOffsetsTopic.ListOffsetsPartition(
                        partition_index=index, current_leader_epoch=-1, timestamp=timestamp
                    )
                    for index in partitions
                ],
            )
        ],
        timeout_ms=1_000,
    )


def fetching(*groups: str) -> Any:
    """An OffsetFetch request (v8) for everything that groups have committed."""
    request = m.OffsetFetchRequest
    return request(
        groups=[request.OffsetFetchRequestGroup(group_id=name, topics=None) for name in groups],
        require_stable=False,
    )


def fetching_one(group: str, topic: str, *partitions: int) -> Any:
    """An OffsetFetch request (to v7) for some partitions of one group."""
    request = m.OffsetFetchRequest
    wanted = request.OffsetFetchRequestTopic(name=topic, partition_indexes=list(partitions))
    return request(group_id=group, topics=[wanted], require_stable=False)


def metadata_of(name: str) -> Any:
    """A Metadata request for one topic."""
    request = m.MetadataRequest
    return request(
        topics=[request.MetadataRequestTopic(topic_id=None, name=name)],
        allow_auto_topic_creation=False,
    )


def configs_of(name: str) -> Any:
    """A DescribeConfigs request for one topic."""
    request = m.DescribeConfigsRequest
    wanted = request.DescribeConfigsResource(
        resource_type=2, resource_name=name, configuration_keys=None
    )
    return request(resources=[wanted], include_synonyms=False, include_documentation=False)


def find(*groups: str, version: int) -> Any:
    """A FindCoordinator request in the form of its version."""
    if version < 4:
        return m.FindCoordinatorRequest(key=groups[0], key_type=0)
    return m.FindCoordinatorRequest(key_type=0, coordinator_keys=list(groups))


def listing_groups() -> Any:
    """A ListGroups request for all groups."""
    return m.ListGroupsRequest(states_filter=[], types_filter=[])


def records_of(topic: str, partition: int, offset: int) -> Any:
    """A Fetch request for the records of one partition from an offset on."""
    request = m.FetchRequest
    return request(
        replica_id=-1,
        max_wait_ms=0,
        min_bytes=0,
        max_bytes=100_000,
        isolation_level=0,
        session_id=0,
        session_epoch=-1,
        topics=[
            request.FetchTopic(
                topic=topic,
                partitions=[
                    request.FetchTopic.FetchPartition(
                        partition=partition,
                        current_leader_epoch=-1,
                        fetch_offset=offset,
                        last_fetched_epoch=-1,
                        log_start_offset=-1,
                        partition_max_bytes=100_000,
                    )
                ],
            )
        ],
        forgotten_topics_data=[],
        rack_id="",
    )
