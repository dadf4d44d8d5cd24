"""The APIs that the demo brokers serve: each with its versions and the function that answers.

All of them but Produce only read. A request that is not in this table closes the connection, as a
broker's does.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from lagtop.demo import (
    answers_cluster,
    answers_groups,
    answers_offsets,
    answers_quotas,
    answers_records,
    answers_written,
)
from lagtop.demo.ask import Ask
from lagtop.protocol import messages
from lagtop.protocol.codes import UNSUPPORTED_VERSION
from lagtop.protocol.messages import ApiKey, ApiVersionsResponse


@dataclass(frozen=True, slots=True)
class Api:
    """An API, the versions served, its request class and what answers it."""

    key: ApiKey
    oldest: int
    newest: int
    request: Any
    answer: Callable[[Ask], Any]


def api_versions(ask: Ask) -> Any:
    """What this broker serves; to a version it does not know it says so in version 0."""
    newest = APIS[ApiKey.ApiVersions].newest
    return ApiVersionsResponse(
        error_code=UNSUPPORTED_VERSION if ask.version > newest else 0,
        api_keys=[
            ApiVersionsResponse.ApiVersion(
                api_key=api.key, min_version=api.oldest, max_version=api.newest
            )
            for api in APIS.values()
        ],
        throttle_time_ms=0,
    )


APIS: dict[ApiKey, Api] = {
    api.key: api
    for api in (
        Api(ApiKey.Produce, 3, 8, messages.ProduceRequest, answers_written.produce),
        Api(ApiKey.Fetch, 4, 12, messages.FetchRequest, answers_records.fetch),
        Api(ApiKey.ListOffsets, 1, 10, messages.ListOffsetsRequest, answers_offsets.list_offsets),
        Api(ApiKey.Metadata, 0, 13, messages.MetadataRequest, answers_cluster.metadata),
        Api(ApiKey.OffsetFetch, 1, 9, messages.OffsetFetchRequest, answers_offsets.offset_fetch),
        Api(
            ApiKey.FindCoordinator,
            0,
            6,
            messages.FindCoordinatorRequest,
            answers_cluster.find_coordinator,
        ),
        Api(
            ApiKey.DescribeGroups,
            0,
            6,
            messages.DescribeGroupsRequest,
            answers_groups.describe_groups,
        ),
        Api(ApiKey.ListGroups, 0, 5, messages.ListGroupsRequest, answers_groups.list_groups),
        Api(ApiKey.ApiVersions, 0, 4, messages.ApiVersionsRequest, api_versions),
        Api(
            ApiKey.DescribeConfigs,
            1,
            4,
            messages.DescribeConfigsRequest,
            answers_cluster.describe_configs,
        ),
        Api(
            ApiKey.DescribeLogDirs,
            1,
            5,
            messages.DescribeLogDirsRequest,
            answers_cluster.describe_log_dirs,
        ),
        Api(
            ApiKey.DescribeCluster,
            0,
            2,
            messages.DescribeClusterRequest,
            answers_cluster.describe_cluster,
        ),
        Api(
            ApiKey.DescribeClientQuotas,
            0,
            1,
            messages.DescribeClientQuotasRequest,
            answers_quotas.describe_client_quotas,
        ),
        Api(
            ApiKey.ConsumerGroupDescribe,
            0,
            1,
            messages.ConsumerGroupDescribeRequest,
            answers_groups.describe_consumer_groups,
        ),
    )
}
