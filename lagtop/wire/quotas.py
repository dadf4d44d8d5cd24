"""What is asked about quotas: those of users and client ids on reading (KIP-546)."""

from __future__ import annotations

from typing import Any

from lagtop.protocol.codes import CLUSTER_AUTHORIZATION_FAILED
from lagtop.protocol.messages import DescribeClientQuotasRequest, DescribeClientQuotasResponse
from lagtop.quotas import OTHERS, Quota, Quotas
from lagtop.wire.gaps import gap_for
from lagtop.wire.link import Link, NodeId
from lagtop.wire.question import Question, read, text

VERSIONS = (0, 1)
PER_CENT = 0.01


async def ask_quotas(link: Link, node_id: NodeId) -> Quotas:
    """Ask any broker for all quotas; raises LinkError."""
    message = DescribeClientQuotasRequest(components=[], strict=False)
    question = Question.of(message, DescribeClientQuotasResponse, VERSIONS)
    return read(DescribeClientQuotasResponse, await link.ask(node_id, question), _read_quotas)


def _read_quotas(response: Any) -> Quotas:
    if response.error_code == CLUSTER_AUTHORIZATION_FAILED:
        return Quotas(reason="no DESCRIBE_CONFIGS on the cluster")
    if response.error_code:
        return Quotas(reason=gap_for(response.error_code).reason)
    found = (_read_quota(entry) for entry in response.entries or ())
    return Quotas(tuple(one for one in found if one is not None))


def _read_quota(entry: Any) -> Quota | None:
    """A quota on reading; None for one on writing, or on an address's connections."""
    names = {
        text(one.entity_type): OTHERS if one.entity_name is None else text(one.entity_name)
        for one in entry.entity
    }
    values = {text(one.key): float(one.value) for one in entry.values}
    fetch, request = values.get("consumer_byte_rate"), values.get("request_percentage")
    if not names.keys() <= {"user", "client-id"} or (fetch is None and request is None):
        return None
    share = None if request is None else request * PER_CENT
    return Quota(names.get("user", ""), names.get("client-id", ""), fetch, share)
