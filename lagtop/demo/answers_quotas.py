"""Answers about quotas: those that the story's groups have, each by its members' client ids."""

from __future__ import annotations

from typing import Any

from lagtop.demo.ask import Ask
from lagtop.demo.story import NEVER
from lagtop.protocol.messages import DescribeClientQuotasResponse

CLIENT_ID = "client-id"
EXACT, DEFAULT = 0, 1


def describe_client_quotas(ask: Ask) -> Any:
    """The quotas of client ids that fit what is asked; nobody has another kind."""
    entry = DescribeClientQuotasResponse.EntryData
    return DescribeClientQuotasResponse(
        throttle_time_ms=0,
        error_code=ask.error(),
        error_message=None,
        entries=[
            entry(
                entity=[entry.EntityData(entity_type=CLIENT_ID, entity_name=client)],
                values=[entry.ValueData(key="consumer_byte_rate", value=bytes_per_s)],
            )
            for client, bytes_per_s in _quotas(ask).items()
            if all(_fits(one, client) for one in ask.body.components)
        ],
    )


def _quotas(ask: Ask) -> dict[str, float]:
    groups = ask.world.consumers.by_name.values()
    return {
        member.client_id: group.spec.fetch_bytes_per_s
        for group in groups
        if group.spec.fetch_bytes_per_s < NEVER
        for member in group.members
    }


def _fits(component: Any, client: str) -> bool:
    if component.entity_type != CLIENT_ID or component.match_type == DEFAULT:
        return False
    return component.match_type != EXACT or bool(component.match == client)
