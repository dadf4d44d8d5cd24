"""Groups whose consumers join, leave and come back, and those whose consumers never join."""

from __future__ import annotations

from lagtop.demo.cluster import DemoCluster
from lagtop.demo.story import Group
from lagtop.protocol import messages as m

from .asking import NOON, Clock, Tell, listing_groups

ASSIGNING = Group("assigning", ("orders",), 1, 1e6, joins=False)


async def described(cluster: DemoCluster, tell: Tell, name: str) -> tuple[str, str, list[str]]:
    """A classic group's state, protocol type and the ids of its members."""
    asked = m.DescribeGroupsRequest(groups=[name], include_authorized_operations=False)
    (group,) = (await tell(cluster.world.coordinator(name), asked, 5)).groups
    return group.group_state, group.protocol_type, [one.member_id for one in group.members]


async def listed(cluster: DemoCluster, tell: Tell, name: str) -> tuple[str, str]:
    """The state and protocol type of a group as its coordinator lists it."""
    groups = (await tell(cluster.world.coordinator(name), listing_groups(), 5)).groups
    return next((one.group_state, one.protocol_type) for one in groups if one.group_id == name)


def committed(cluster: DemoCluster, name: str) -> int:
    """The sum of what a group has committed."""
    consumers = cluster.advance().consumers
    return int(consumers.committed[consumers.by_name[name].rows].sum())


async def test_a_group_that_is_empty_still_says_that_consumers_joined_it(
    cluster: DemoCluster, clock: Clock, tell: Tell
) -> None:
    _, _, before = await described(cluster, tell, "billing")
    cluster.send_away("billing")
    empty = await described(cluster, tell, "billing")
    read = committed(cluster, "billing")
    clock.now = NOON + 20.0

    assert before
    assert empty == ("Empty", "consumer", [])
    assert await listed(cluster, tell, "billing") == ("Empty", "consumer")
    assert committed(cluster, "billing") == read


async def test_who_comes_back_is_another_member_and_reads_on(
    cluster: DemoCluster, clock: Clock, tell: Tell
) -> None:
    _, _, before = await described(cluster, tell, "billing")
    cluster.send_away("billing")
    cluster.call_back("billing")
    state, _, after = await described(cluster, tell, "billing")
    read = committed(cluster, "billing")
    clock.now = NOON + 20.0

    assert (state, len(after)) == ("Stable", len(before))
    assert not set(before) & set(after)
    assert committed(cluster, "billing") > read


async def test_consumers_that_assign_themselves_read_and_never_join(
    cluster: DemoCluster, clock: Clock, tell: Tell
) -> None:
    cluster.add_group(ASSIGNING)
    read = committed(cluster, "assigning")
    clock.now = NOON + 20.0

    assert await described(cluster, tell, "assigning") == ("Empty", "", [])
    assert await listed(cluster, tell, "assigning") == ("Empty", "")
    assert committed(cluster, "assigning") > read
