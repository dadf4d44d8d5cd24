"""Which figures of a Report are metrics, and what they are called: a table, in the README too."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from lagtop.analysis.report import Report
from lagtop.export.metric import Family, Labels, Number
from lagtop.snapshot import NO_COMMIT, NO_LEADER, UNKNOWN, Codes, Floats, Ints


@dataclass(frozen=True, slots=True)
class Metric:
    """A column as a metric; what is `unknown` has no sample, and neither has NaN."""

    name: str
    about: str
    column: Callable[[Report], Ints | Codes | Floats]
    unknown: int = UNKNOWN

    def numbers(self, report: Report, rows: Ints) -> list[Number | None]:
        """The figures of some rows, None where nobody knows."""
        values = self.column(report)[rows].tolist()
        absent = (UNKNOWN, self.unknown)
        return [None if value in absent or math.isnan(value) else value for value in values]

    def family(self, samples: Iterable[tuple[Labels, Number | None]]) -> Family:
        """The metric with what is known."""
        known = tuple((labels, number) for labels, number in samples if number is not None)
        return Family(self.name, self.about, "gauge", known)


PARTITION_METRICS = (
    Metric(
        "kafka_consumergroup_current_offset", "offset that the group will read next",
        lambda report: report.partitions.committed_offset, NO_COMMIT,
    ),
    Metric(
        "kafka_consumergroup_lag", "messages that the group has not read",
        lambda report: report.partitions.lag_messages,
    ),
    Metric(
        "kafka_consumergroup_lag_seconds", "age of the record that the group will read next",
        lambda report: report.partitions.lag_s,
    ),
    Metric(
        "lagtop_partition_drain_seconds", "time until the lag is gone; +Inf is never",
        lambda report: report.partitions.drain_s,
    ),
    Metric(
        "lagtop_partition_data_loss_seconds",
        "time until retention may delete the next unread record; +Inf is never",
        lambda report: report.partitions.data_loss_s,
    ),
    Metric(
        "lagtop_partition_lost_messages", "records deleted before the group read them",
        lambda report: report.partitions.lost_messages,
    ),
)  # fmt: skip
"""One series for each group and partition."""

TOPIC_METRICS = (
    Metric(
        "kafka_topic_partition_current_offset", "offset that the next record will get",
        lambda report: report.partitions.log_end_offset,
    ),
    Metric(
        "kafka_topic_partition_oldest_offset", "oldest offset that is still there",
        lambda report: report.partitions.log_start_offset,
    ),
    Metric(
        "kafka_topic_partition_leader", "node that leads the partition",
        lambda report: report.partitions.leader, NO_LEADER,
    ),
)  # fmt: skip
"""One series for each partition that a group reads."""

GROUP_METRICS = (
    Metric(
        "kafka_consumergroup_members", "members of the group",
        lambda report: report.groups.members,
    ),
    Metric(
        "lagtop_group_lag", "messages that the group has not read, of what is known",
        lambda report: report.groups.lag_messages,
    ),
    Metric(
        "lagtop_group_lag_missing", "partitions whose lag is not in the sum",
        lambda report: report.groups.lag_missing,
    ),
    Metric(
        "lagtop_group_lag_seconds", "age of the oldest record that the group has not read",
        lambda report: report.groups.lag_s,
    ),
    Metric(
        "lagtop_group_drain_seconds", "time until the lag is gone; +Inf is never",
        lambda report: report.groups.drain_s,
    ),
    Metric(
        "lagtop_group_produced_per_second", "messages written for the group",
        lambda report: report.groups.produced_per_s,
    ),
    Metric(
        "lagtop_group_consumed_per_second", "messages that the group commits",
        lambda report: report.groups.consumed_per_s,
    ),
    Metric(
        "lagtop_group_produced_missing", "partitions whose produce rate is not in the sum",
        lambda report: report.groups.produced_missing,
    ),
    Metric(
        "lagtop_group_consumed_missing", "partitions whose consume rate is not in the sum",
        lambda report: report.groups.consumed_missing,
    ),
    Metric(
        "lagtop_group_error_share", "what ends up as dead letters of what the group reads",
        lambda report: report.groups.error_share,
    ),
    Metric(
        "lagtop_group_error_share_most", "the same at most, where several groups may have failed",
        lambda report: report.groups.error_share_most,
    ),
    Metric(
        "lagtop_group_unbalanced", "1 when one partition or member stands out",
        lambda report: report.groups.unbalanced.astype("int32"),
    ),
)  # fmt: skip
"""One series for each group."""
