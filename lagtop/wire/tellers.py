"""Asks brokers what the cluster's topology is."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Sequence
from functools import partial
from typing import Any

from lagtop.protocol.codes import TOPIC_AUTHORIZATION_FAILED
from lagtop.protocol.messages import MetadataRequest, MetadataResponse
from lagtop.wire.known import Known
from lagtop.wire.link import Node
from lagtop.wire.metadata import read_topology
from lagtop.wire.question import LinkError, Question, read, text
from lagtop.wire.topology import Topology

METADATA_VERSIONS = (1, 13)
REFUSED_VERSIONS = (4, 13)
"""From the one on that takes back the making of topics that are asked for."""
NEXT_TELLER_S = 1.0
"""After so long another broker is asked for the topology too."""


async def first_topology(nodes: Iterable[Node], known: Known) -> Topology | LinkError | None:
    """The first answer of any broker; who is slow to give one is soon not waited for alone."""
    failure: LinkError | None = None
    tellers, asking = iter(nodes), set[asyncio.Task[Topology]]()
    try:
        while (node := next(tellers, None)) is not None or asking:
            if node is not None:
                asking.add(asyncio.create_task(ask_topology(node, known)))
            patience_s = None if node is None else NEXT_TELLER_S
            done, asking = await asyncio.wait(
                asking, timeout=patience_s, return_when=asyncio.FIRST_COMPLETED
            )
            errors = [told.exception() for told in done]
            failure = failure or next((e for e in errors if isinstance(e, LinkError)), None)
            for told in done:
                if not isinstance(told.exception(), LinkError) and told.result().brokers:
                    return told.result()
    finally:
        for late in asking:
            late.cancel()
    return failure


async def ask_topology(node: Node, known: Known | None = None) -> Topology:
    """Ask one broker for the whole cluster; raises LinkError."""
    message = MetadataRequest(
        topics=None,
        allow_auto_topic_creation=False,
        include_cluster_authorized_operations=False,
        include_topic_authorized_operations=False,
    )
    answer = await node.ask(Question.of(message, MetadataResponse, METADATA_VERSIONS))
    known = known or Known()
    place = MetadataResponse, node.name
    return known.read(place, None, answer, partial(read_topology, answer))


async def ask_refused(node: Node, topics: Sequence[str]) -> frozenset[str]:
    """Which of these topics we may not describe: asked for by name, they are refused by name."""
    message = MetadataRequest(
        topics=[MetadataRequest.MetadataRequestTopic(name=topic) for topic in topics],
        allow_auto_topic_creation=False,
        include_cluster_authorized_operations=False,
        include_topic_authorized_operations=False,
    )
    answer = await node.ask(Question.of(message, MetadataResponse, REFUSED_VERSIONS))
    return read(MetadataResponse, answer, _read_refused)


def _read_refused(response: Any) -> frozenset[str]:
    refused = (one for one in response.topics if one.error_code == TOPIC_AUTHORIZATION_FAILED)
    return frozenset(text(one.name) for one in refused if one.name)
