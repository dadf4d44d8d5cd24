"""The topic that is written to: named by the user, not internal, there or made if so wished."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass

from aiokafka.admin import AIOKafkaAdminClient, NewTopic
from aiokafka.errors import KafkaError, for_code

from lagtop.errors import UnreachableError, UsageError
from lagtop.probe.clients import connection_options
from lagtop.settings import Settings
from lagtop.snapshot import NO_LEADER
from lagtop.wire.access import Access
from lagtop.wire.clock import Clock
from lagtop.wire.link import Link
from lagtop.wire.question import LinkError
from lagtop.wire.tellers import ask_topology
from lagtop.wire.topology import Topology
from lagtop.wire.trouble import explain

REPLICAS = 3
SETTLE_S = 10.0
SETTLE_STEP_S = 0.1


@dataclass(frozen=True, slots=True)
class Target:
    """A topic and the leader of each of its partitions, by partition."""

    topic: str
    leaders: dict[int, int]

    @property
    def places(self) -> list[tuple[str, int]]:
        """Its partitions as (topic, partition)."""
        return [(self.topic, partition) for partition in self.leaders]


def refuse_internal(topic: str, is_internal: bool = False) -> None:
    """Raise UsageError for a topic that Kafka, or a tool beside it, keeps for itself."""
    if is_internal or topic.startswith("_"):
        raise UsageError(
            f"{topic} is an internal topic", "lagtop writes to no topic that begins with _"
        )


async def find_topic(settings: Settings, topic: str) -> Target:
    """A topic as it is now; raises UsageError where there is none, or a part of it is offline."""
    target = _target(await _topology(settings), topic)
    if target is None:
        raise UsageError(f"there is no topic {topic}", "check the name and the rights to see it")
    offline = [partition for partition, leader in target.leaders.items() if leader == NO_LEADER]
    if offline:
        raise UsageError(
            f"{topic}: partition {offline[0]} has no leader", "wait until its brokers are back"
        )
    return target


async def must_create(settings: Settings, topic: str, may_create: bool) -> bool:
    """Whether a topic is missing; raises UsageError where it may be neither written nor made."""
    refuse_internal(topic)
    topology = await _topology(settings)
    if topic in topology.topics:
        refuse_internal(topic, topology.internal[topology.topics.index(topic)])
        return False
    if not may_create:
        raise UsageError(f"there is no topic {topic}", "--create N makes it, with N partitions")
    return True


async def create_topic(settings: Settings, topic: str, partitions: int) -> None:
    """Make a topic, and wait until it can be written to."""
    replicas = min(REPLICAS, len((await _topology(settings)).brokers))
    client = AIOKafkaAdminClient(**connection_options(settings))
    try:
        await client.start()
        answer = await client.create_topics([NewTopic(topic, partitions, replicas)])
    except (KafkaError, OSError) as error:
        raise UnreachableError(f"cannot create {topic}: {error}") from error
    finally:
        await client.close()
    for name, code, *_ in answer.topic_errors:
        if code:
            raise UnreachableError(f"cannot create {name}: {for_code(code).description}")
    await _await_leaders(settings, topic)


async def _await_leaders(settings: Settings, topic: str) -> None:
    end = asyncio.get_running_loop().time() + SETTLE_S
    target = _target(await _topology(settings), topic)
    while target is None or NO_LEADER in target.leaders.values():
        if asyncio.get_running_loop().time() > end:
            raise UnreachableError(f"{topic} was made, and has no leaders yet", "try again")
        await asyncio.sleep(SETTLE_STEP_S)
        target = _target(await _topology(settings), topic)


def _target(topology: Topology, topic: str) -> Target | None:
    if topic not in topology.topics:
        return None
    rows = topology.topic == topology.topics.index(topic)
    pairs = zip(topology.index[rows].tolist(), topology.leader[rows].tolist(), strict=True)
    return Target(topic, dict(pairs))


async def _topology(settings: Settings) -> Topology:
    """The cluster as the first bootstrap broker that answers tells it; raises UnreachableError."""
    link = Link(Clock(), settings.deadline_s, Access(settings.security))
    failure: LinkError | None = None
    for host, port in settings.bootstrap:
        node = link.node(host, port)
        try:
            return await ask_topology(node)
        except LinkError as error:
            failure = error
        finally:
            await node.close()
    assert failure is not None
    if failure.refusal is not None:
        raise failure.refusal
    host, port = settings.bootstrap[0]
    raise UnreachableError(*await explain(host, port, failure.gap, settings.security))
