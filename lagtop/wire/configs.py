"""The settings of topics that bear on lag: retention, segments, compaction, replicas in sync."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from lagtop.protocol.codes import NONE, TOPIC_AUTHORIZATION_FAILED
from lagtop.protocol.messages import DescribeConfigsRequest, DescribeConfigsResponse
from lagtop.snapshot import UNKNOWN, TopicConfig
from lagtop.wire.link import Link, NodeId
from lagtop.wire.question import Question, read, text

VERSIONS = (1, 4)
TOPIC = 2
TOPICS_A_QUESTION = 500
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
