"""Groups: which there are, who coordinates them, and their members with what they own.

Every broker lists the groups that it coordinates, so the coordinators need not be looked up.
"""

from __future__ import annotations

import struct
import sys
from array import array
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import partial
from typing import Any, TypeAlias

from lagtop.protocol.messages import (
    ConsumerGroupDescribeRequest,
    ConsumerGroupDescribeResponse,
    DescribeGroupsRequest,
    DescribeGroupsResponse,
    ListGroupsRequest,
    ListGroupsResponse,
)
from lagtop.snapshot import CONSUMER, NO_GAP, Gap, Group
from lagtop.wire.gaps import gap_for
from lagtop.wire.known import Known
from lagtop.wire.link import Link, NodeId
from lagtop.wire.listing import Listed, read_list
from lagtop.wire.question import LinkError, Question, read, text

LIST_VERSIONS = (0, 5)
DESCRIBE_VERSIONS = (0, 6)
CONSUMER_DESCRIBE_VERSIONS = (0, 1)
GROUPS_A_QUESTION = 500
Owned: TypeAlias = "dict[str, array[int]]"
"""Partition numbers, int32, by topic."""
Place = tuple[NodeId, int]
"""Which coordinator, and the first of the groups in the question."""


@dataclass(frozen=True, slots=True)
class MemberFacts:
    """A member and the partitions it owns, by topic."""

    member_id: str
    client_id: str
    host: str
    instance_id: str
    owned: Owned


@dataclass(frozen=True, slots=True)
class Described:
    """A group's description; `gap` says why there is none."""

    state: str = ""
    assignor: str = ""
    members: tuple[MemberFacts, ...] = ()
    gap: Gap = NO_GAP


def without(group: Group, gap: Gap) -> Group:
    """The same group, and why it was not read: `replace` takes three times as long."""
    return Group(
        group.name, group.type, group.state, group.assignor, group.coordinator, gap,
        group.protocol_type,
    )  # fmt: skip


async def ask_groups(link: Link, node_id: NodeId, known: Known) -> tuple[Listed, ...]:
    """Ask a broker for the consumer groups that it coordinates; raises LinkError."""
    message = ListGroupsRequest(states_filter=[], types_filter=[])
    answer = await link.ask(node_id, Question.of(message, ListGroupsResponse, LIST_VERSIONS))
    return known.read((ListGroupsResponse, node_id), None, answer, partial(read_list, answer))


async def ask_descriptions(
    link: Link, node_id: NodeId, groups: Iterable[Listed], known: Known
) -> dict[str, Described]:
    """Ask a coordinator for its groups' members, by the protocol of each group."""
    by_type: dict[bool, list[str]] = {True: [], False: []}
    for group in groups:
        by_type[group.type == CONSUMER].append(group.name)
    found: dict[str, Described] = {}
    for is_consumer, names in by_type.items():
        ask = _ask_consumer if is_consumer else _ask_classic
        for start in range(0, len(names), GROUPS_A_QUESTION):
            some = names[start : start + GROUPS_A_QUESTION]
            try:
                found |= await ask(link, (node_id, start), some, known)
            except LinkError as error:
                found |= dict.fromkeys(some, Described(gap=error.gap))
    return found


async def _ask_classic(
    link: Link, place: Place, names: list[str], known: Known
) -> dict[str, Described]:
    message = DescribeGroupsRequest(groups=names, include_authorized_operations=False)
    answer = await link.ask(
        place[0], Question.of(message, DescribeGroupsResponse, DESCRIBE_VERSIONS)
    )
    interpret = partial(_by_name, _read_classic, names)
    make = partial(read, DescribeGroupsResponse, answer, interpret)
    return known.read((DescribeGroupsResponse, place), tuple(names), answer, make)


async def _ask_consumer(
    link: Link, place: Place, names: list[str], known: Known
) -> dict[str, Described]:
    message = ConsumerGroupDescribeRequest(group_ids=names, include_authorized_operations=False)
    answer = await link.ask(
        place[0],
        Question.of(message, ConsumerGroupDescribeResponse, CONSUMER_DESCRIBE_VERSIONS),
    )
    interpret = partial(_by_name, _read_consumer, names)
    make = partial(read, ConsumerGroupDescribeResponse, answer, interpret)
    return known.read((ConsumerGroupDescribeResponse, place), tuple(names), answer, make)


def _by_name(
    one: Callable[[Any], Described], names: list[str], response: Any
) -> dict[str, Described]:
    """The groups that were asked for, and no others."""
    asked = frozenset(names)
    return {group.group_id: one(group) for group in response.groups if group.group_id in asked}


def _read_classic(group: Any) -> Described:
    members = tuple(
        MemberFacts(
            text(member.member_id),
            text(member.client_id),
            text(member.client_host),
            getattr(member, "group_instance_id", None) or "",
            read_assignment(member.member_assignment),
        )
        for member in group.members
    )
    gap = gap_for(group.error_code, group.group_id)
    return Described(text(group.group_state), text(group.protocol_data), members, gap)


def read_assignment(data: bytes) -> Owned:
    """Read what a classic member owns; the bytes are its own library's, so they may be anything."""
    try:
        return _owned(data) if data else {}
    except (struct.error, ValueError):
        return {}


def _owned(data: bytes) -> Owned:
    """Take a ConsumerProtocolAssignment apart; its user data, at the end, are left alone.

    Tens of thousands of members are read in a poll, which takes kafka-python's decoder seconds.
    """
    (topics,), at = struct.unpack_from(">i", data, 2), 6
    owned: Owned = {}
    for _ in range(topics):
        (length,), at = struct.unpack_from(">h", data, at), at + 2
        topic, at = data[at : at + length].decode(), at + length
        (count,), at = struct.unpack_from(">i", data, at), at + 4
        numbers, at = data[at : at + 4 * count], at + 4 * count
        if length < 0 or count < 0 or at > len(data):
            raise ValueError("an assignment is cut off")
        owned[text(sys.intern(topic))] = _partitions(array("i", numbers), is_big_endian=True)
    return owned


def _partitions(numbers: array[int], *, is_big_endian: bool = False) -> array[int]:
    """Partitions' numbers as this machine has them; raises ValueError."""
    if is_big_endian and sys.byteorder == "little":
        numbers.byteswap()
    if numbers and min(numbers) < 0:
        raise ValueError(f"{min(numbers)} is no partition")
    return numbers


def _read_consumer(group: Any) -> Described:
    members = tuple(
        MemberFacts(
            text(member.member_id),
            text(member.client_id),
            text(member.client_host),
            member.instance_id or "",
            {
                sys.intern(text(part.topic_name)): _partitions(array("i", part.partitions))
                for part in member.assignment.topic_partitions
            },
        )
        for member in group.members
    )
    gap = gap_for(group.error_code, group.group_id)
    return Described(text(group.group_state), text(group.assignor_name), members, gap)
