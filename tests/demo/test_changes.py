"""Topics, groups, leaders and coordinators can change while the cluster runs."""

from __future__ import annotations

from lagtop.demo.cluster import DemoCluster
from lagtop.demo.story import Group, Topic

from .asking import NOON, Clock, Tell, fetching, find, listing, listing_groups, metadata_of


async def test_a_moved_coordinator_is_found_at_its_new_place(
    cluster: DemoCluster, tell: Tell
) -> None:
    before = cluster.world.coordinator("billing")
    after = before % 3 + 1

    cluster.move_coordinator("billing", after)

    found = (await tell(1, find("billing", version=4), 4)).coordinators[0].node_id
    old, new = [(await tell(node, fetching("billing"), 9)).groups[0] for node in (before, after)]
    assert found == after
    assert (old.error_code, new.error_code) == (16, 0)


async def test_a_moved_leader_begins_a_new_epoch(cluster: DemoCluster, tell: Tell) -> None:
    row = cluster.world.logs.by_name["orders"].first
    before, epoch = int(cluster.world.leaders[row]), int(cluster.world.epochs[row])
    after = before % 3 + 1

    cluster.move_leader("orders", 0, after)

    told = (await tell(1, metadata_of("orders"), 12)).topics[0].partitions[0]
    assert (told.leader_id, told.leader_epoch) == (after, epoch + 1)
    listed = await tell(before, listing("orders", 0, timestamp=-1), 7)
    assert listed.topics[0].partitions[0].error_code == 6


async def test_a_deleted_topic_takes_its_commits_along(cluster: DemoCluster, tell: Tell) -> None:
    coordinator = cluster.world.coordinator("heatmaps")

    cluster.delete_topic("clicks")

    fetched = await tell(coordinator, fetching("heatmaps"), 9)
    assert [topic.name for topic in fetched.groups[0].topics] == ["page-views"]
    assert (await tell(1, metadata_of("clicks"), 12)).topics[0].error_code == 3


async def test_commits_can_outlive_their_topic(
    cluster: DemoCluster, clock: Clock, tell: Tell
) -> None:
    coordinator = cluster.world.coordinator("heatmaps")

    cluster.delete_topic("clicks", keep_commits=True)
    clock.now = NOON + 20.0

    fetched = await tell(coordinator, fetching("heatmaps"), 9)
    assert {topic.name for topic in fetched.groups[0].topics} == {"page-views", "clicks"}


async def test_a_recreated_topic_is_empty_has_a_new_id_and_old_commits(
    cluster: DemoCluster, tell: Tell
) -> None:
    old = cluster.world.logs.by_name["audit-log"].topic_id
    coordinator = cluster.world.coordinator("audit")

    cluster.recreate_topic("audit-log")

    told = (await tell(1, metadata_of("audit-log"), 12)).topics[0]
    fetched = (await tell(coordinator, fetching("audit"), 9)).groups[0].topics[0]
    leader = told.partitions[0].leader_id
    listed = (await tell(leader, listing("audit-log", 0, timestamp=-1), 7)).topics[0]
    assert told.topic_id != old
    assert listed.partitions[0].offset == 0
    assert fetched.partitions[0].committed_offset > 0


async def test_members_of_a_recreated_topic_start_over(cluster: DemoCluster, clock: Clock) -> None:
    cluster.recreate_topic("search-queries")

    clock.now = NOON + 30.0

    consumers = cluster.advance().consumers
    rows = consumers.by_name["search"].rows
    assert all(0 < offset < 20_000 for offset in consumers.committed[rows].tolist())


async def test_topics_and_groups_can_be_added_while_it_runs(
    cluster: DemoCluster, clock: Clock, tell: Tell
) -> None:
    clock.now = NOON + 10.0
    cluster.add_topic(Topic("returns", 3, 100))
    cluster.add_group(Group("refunds", ("returns",), 1, 500))
    clock.now = NOON + 30.0

    coordinator = cluster.advance().coordinator("refunds")
    fetched = (await tell(coordinator, fetching("refunds"), 9)).groups[0].topics[0]

    assert fetched.name == "returns"
    assert len(fetched.partitions) == 3


async def test_a_deleted_group_is_forgotten(cluster: DemoCluster, tell: Tell) -> None:
    coordinator = cluster.world.coordinator("audit")

    cluster.delete_group("audit")

    listed = await tell(coordinator, listing_groups(), 5)
    fetched = await tell(coordinator, fetching("audit"), 9)
    assert "audit" not in {group.group_id for group in listed.groups}
    assert fetched.groups[0].topics == []


async def test_a_commit_can_be_set_by_hand(cluster: DemoCluster, tell: Tell) -> None:
    coordinator = cluster.world.coordinator("audit")

    cluster.set_committed("audit", "audit-log", 2, 10**12, metadata="by hand")

    part = (await tell(coordinator, fetching("audit"), 9)).groups[0].topics[0].partitions[2]
    assert (part.committed_offset, part.metadata) == (10**12, "by hand")
