"""Answers about groups: their names, states, members and assignments."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np

from lagtop.demo.ask import Ask
from lagtop.demo.consumers import ConsumerGroup, MemberFacts
from lagtop.demo.logs import TopicLog
from lagtop.protocol.codes import GROUP_ID_NOT_FOUND
from lagtop.protocol.messages import (
    ConsumerGroupDescribeResponse,
    ConsumerProtocolAssignment,
    ConsumerProtocolSubscription,
    DescribeGroupsResponse,
    ListGroupsResponse,
)
from lagtop.snapshot import CONSUMER

CONSUMER_MEMBER = 1
ERRORS_SINCE = 6


def list_groups(ask: Ask) -> Any:
    """The groups that this broker coordinates, of the states and types asked for."""
    states = {state.lower() for state in ask.body.states_filter or ()}
    types = {kind.lower() for kind in ask.body.types_filter or ()}
    groups = []
    for name, group in ask.world.consumers.by_name.items():
        state, kind = group.state(ask.world.t), group.spec.type
        unwanted = (states and state.lower() not in states) or (types and kind not in types)
        if unwanted or ask.world.coordinator(name) != ask.node:
            continue
        groups.append(
            ListGroupsResponse.ListedGroup(
                group_id=name,
                protocol_type=group.protocol_type,
                group_state=state,
                group_type=kind,
            )
        )
    return ListGroupsResponse(throttle_time_ms=0, error_code=ask.error(), groups=groups)


def describe_groups(ask: Ask) -> Any:
    """Classic groups; any other name is dead, or from v6 on not found (KIP-1043)."""
    groups = [_classic(ask, name) for name in ask.body.groups]
    return DescribeGroupsResponse(throttle_time_ms=0, groups=groups)


def describe_consumer_groups(ask: Ask) -> Any:
    """Groups of the new protocol (KIP-848)."""
    groups = [_modern(ask, name) for name in ask.body.group_ids]
    return ConsumerGroupDescribeResponse(throttle_time_ms=0, groups=groups)


def _find(ask: Ask, name: str, new_protocol: bool) -> tuple[int, ConsumerGroup | None]:
    error, group = ask.group_error(name), ask.world.consumers.by_name.get(name)
    if error:
        return error, None
    if group is None or (group.spec.type == CONSUMER) != new_protocol:
        return GROUP_ID_NOT_FOUND, None
    return 0, group


def _classic(ask: Ask, name: str) -> Any:
    error, group = _find(ask, name, new_protocol=False)
    described = DescribeGroupsResponse.DescribedGroup
    if group is None:
        missing = error == GROUP_ID_NOT_FOUND
        return described(
            error_code=0 if missing and ask.version < ERRORS_SINCE else error,
            error_message=f"no classic group {name}" if missing else None,
            group_id=name,
            group_state="Dead" if missing else "",
            protocol_type="",
            protocol_data="",
            members=[],
        )
    t = ask.world.t
    settled = group.state(t) == "Stable"
    return described(
        error_code=0,
        error_message=None,
        group_id=name,
        group_state=group.state(t),
        protocol_type=group.protocol_type,
        protocol_data=group.spec.assignor if settled else "",
        members=[] if group.gone(t) else [_classic_member(ask, group, m) for m in group.members],
    )


def _classic_member(ask: Ask, group: ConsumerGroup, member: MemberFacts) -> Any:
    pieces = [
        ConsumerProtocolAssignment.TopicPartition(topic=log.spec.name, partitions=partitions)
        for log, partitions in _assignment(ask, group, member)
    ]
    assignment = ConsumerProtocolAssignment(assigned_partitions=pieces, user_data=None)
    subscription = ConsumerProtocolSubscription(topics=list(group.spec.topics), user_data=None)
    return DescribeGroupsResponse.DescribedGroup.DescribedGroupMember(
        member_id=member.member_id,
        group_instance_id=None,
        client_id=member.client_id,
        client_host=member.host,
        member_metadata=bytes(subscription.encode(version=1)),
        member_assignment=bytes(assignment.encode(version=1)) if pieces else b"",
    )


def _modern(ask: Ask, name: str) -> Any:
    error, group = _find(ask, name, new_protocol=True)
    described = ConsumerGroupDescribeResponse.DescribedGroup
    if group is None:
        return described(
            error_code=error,
            error_message=f"Group {name} is not a consumer group." if error else None,
            group_id=name,
            group_state="",
            group_epoch=0,
            assignment_epoch=0,
            assignor_name="",
            members=[],
        )
    t = ask.world.t
    members = [] if group.gone(t) else group.members
    return described(
        error_code=0,
        error_message=None,
        group_id=name,
        group_state=group.state(t),
        group_epoch=7,
        assignment_epoch=7,
        assignor_name=group.spec.assignor,
        members=[_modern_member(ask, group, member) for member in members],
    )


def _modern_member(ask: Ask, group: ConsumerGroup, member: MemberFacts) -> Any:
    described = ConsumerGroupDescribeResponse.DescribedGroup.Member
    target = [
        described.Assignment.TopicPartitions(
            topic_id=log.topic_id, topic_name=log.spec.name, partitions=partitions
        )
        for log, partitions in _assignment(ask, group, member)
    ]
    hands_over = group.rebalancing(ask.world.t) and member is group.members[0]
    return described(
        member_id=member.member_id,
        instance_id=None,
        rack_id=None,
        member_epoch=6 if hands_over else 7,
        client_id=member.client_id,
        client_host=member.host,
        subscribed_topic_names=list(group.spec.topics),
        subscribed_topic_regex=None,
        assignment=described.Assignment(topic_partitions=[] if hands_over else target),
        target_assignment=described.Assignment(topic_partitions=target),
        member_type=CONSUMER_MEMBER,
    )


def _assignment(
    ask: Ask, group: ConsumerGroup, member: MemberFacts
) -> Iterator[tuple[TopicLog, list[int]]]:
    if not group.assigned(ask.world.t):
        return
    consumers = ask.world.consumers
    owned = group.rows[consumers.member[group.rows] == member.row]
    partitions = consumers.partition[owned]
    for log in ask.world.logs.by_name.values():
        inside = (partitions >= log.rows.start) & (partitions < log.rows.stop)
        if np.any(inside):
            yield log, (partitions[inside] - log.first).tolist()
