"""The settings of topics that bear on lag: retention, segments, compaction, replicas in sync."""

from __future__ import annotations

import random
from collections.abc import Mapping, Sequence
from contextlib import suppress
from typing import Any

from lagtop.protocol.codes import NONE, TOPIC_AUTHORIZATION_FAILED
from lagtop.protocol.messages import DescribeConfigsRequest, DescribeConfigsResponse
from lagtop.snapshot import UNKNOWN, TopicConfig
from lagtop.wire.clock import NEVER
from lagtop.wire.link import Link, NodeId
from lagtop.wire.question import LinkError, Question, read, text

VERSIONS = (1, 4)
TOPIC = 2
TOPICS_A_QUESTION = 500
EVERY_S = 300.0
SOON_S = 20.0
"""While a topic's settings are not known: it is new, or they may not be read."""
KEYS = (
    "cleanup.policy",
    "compression.type",
    "min.insync.replicas",
    "retention.bytes",
    "retention.ms",
    "segment.bytes",
    "segment.ms",
)


Settings = dict[str, TopicConfig | None]
"""By topic; None where they may not be read."""


class Configs:
    """How topics are set, as last told: `known` by name, and of which it may not be read."""

    def __init__(self, link: Link) -> None:
        self.known: dict[str, TopicConfig] = {}
        self.refused: frozenset[str] = frozenset()
        self._link = link
        self._asked_at = NEVER

    async def refresh(self, topics: Sequence[str], now: float) -> None:
        """Ask for these topics, if that is due; what is known of others is forgotten."""
        new = any(topic not in self.known for topic in topics)
        healthy = self._link.healthy
        if now - self._asked_at < (SOON_S if new else EVERY_S) or not healthy:
            return
        self._asked_at = now
        with suppress(LinkError):
            found = await ask_configs(self._link, random.choice([*healthy]), topics)
            told = {topic: one for topic, one in found.items() if one is not None}
            known = self.known | told
            self.known = {topic: known[topic] for topic in topics if topic in known}
            refused = self.refused.intersection(topics)
            self.refused = refused.union(found).difference(told)


async def ask_configs(link: Link, node_id: NodeId, topics: Sequence[str]) -> Settings:
    """Ask any broker for the settings of topics; those that failed otherwise are left out."""
    found: Settings = {}
    for start in range(0, len(topics), TOPICS_A_QUESTION):
        resource = DescribeConfigsRequest.DescribeConfigsResource
        message = DescribeConfigsRequest(
            resources=[
                resource(resource_type=TOPIC, resource_name=topic, configuration_keys=list(KEYS))
                for topic in topics[start : start + TOPICS_A_QUESTION]
            ],
            include_synonyms=False,
            include_documentation=False,
        )
        answer = await link.ask(node_id, Question.of(message, DescribeConfigsResponse, VERSIONS))
        found |= read(DescribeConfigsResponse, answer, _read_configs)
    return found


def _read_configs(response: Any) -> Settings:
    return {
        text(result.resource_name): None
        if result.error_code
        else read_config({one.name: one.value for one in result.configs})
        for result in response.results
        if result.error_code in (NONE, TOPIC_AUTHORIZATION_FAILED)
    }


def read_config(values: Mapping[str, str | None]) -> TopicConfig:
    """The settings as numbers; one that is missing or no number is unknown."""
    return TopicConfig(
        retention_ms=_number(values.get("retention.ms")),
        retention_bytes=_number(values.get("retention.bytes")),
        segment_ms=_number(values.get("segment.ms")),
        segment_bytes=_number(values.get("segment.bytes")),
        cleanup_policy=values.get("cleanup.policy") or "delete",
        min_insync_replicas=_number(values.get("min.insync.replicas")),
        compression=values.get("compression.type") or "",
    )


def _number(text: str | None) -> int:
    """A number of 64 bits, as all of Kafka's are at most, or UNKNOWN."""
    try:
        number = int(text or "")
    except ValueError:
        return UNKNOWN
    return number if abs(number) < 2**63 else UNKNOWN
