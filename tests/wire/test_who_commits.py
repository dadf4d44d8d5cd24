"""Who is in a group is known to be as new as its commits, where they tell of a reset."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from lagtop.demo.cluster import DemoCluster
from lagtop.demo.story import Group, Story, Topic
from lagtop.protocol.messages import ApiKey
from lagtop.settings import Settings, parse_bootstrap
from lagtop.snapshot import Snapshot
from lagtop.wire import roster
from lagtop.wire.poller import Poller
from tests.wire.conftest import DEADLINE_S, Clock
from tests.wire.truth import poll

STORY = Story(
    "resets",
    "three groups that read one topic",
    topics=(Topic("orders", 2, 100),),
    groups=(
        Group("classic", ("orders",), 1, 500, commit_every_s=1.0),
        Group("modern", ("orders",), 1, 500, type="consumer", commit_every_s=1.0),
        Group("assigning", ("orders",), 1, 500, joins=False, commit_every_s=1.0),
    ),
)
JOINED = ("classic", "modern")
LONG_S = 8
"""So many polls of a second, and nobody has been asked for members again."""


@pytest.fixture
async def cluster(clock: Clock) -> AsyncIterator[DemoCluster]:
    async with DemoCluster(STORY, seed=3, clock=clock, history_s=60) as running:
        yield running


@pytest.fixture
async def poller(cluster: DemoCluster, clock: Clock) -> AsyncIterator[Poller]:
    settings = Settings(parse_bootstrap(cluster.bootstrap), deadline_s=DEADLINE_S)
    poller = Poller(settings)
    yield poller
    await poller.close()


def members(snapshot: Snapshot, group: str) -> set[str]:
    """The ids of a group's members."""
    return {
        one.member_id for one in snapshot.members if snapshot.groups[one.group].name == group
    }


def state(snapshot: Snapshot, group: str) -> str:
    """The state of a group."""
    return next(one.state for one in snapshot.groups if one.name == group)


async def settled(poller: Poller, clock: Clock) -> Snapshot:
    """The last of some polls, so that it is known how far commits go, and who was in the groups."""
    for _ in range(LONG_S):
        clock.now += 1
        snapshot = await poll(poller)
    return snapshot


async def test_groups_tell_whether_anybody_ever_joined(poller: Poller) -> None:
    snapshot = await poll(poller)

    told = {one.name: one.protocol_type for one in snapshot.groups}

    assert told == {"assigning": "", "classic": "consumer", "modern": "consumer"}


async def test_a_group_that_is_empty_still_tells_that_somebody_joined(
    cluster: DemoCluster, poller: Poller
) -> None:
    for group in JOINED:
        cluster.send_away(group)

    snapshot = await poll(poller)

    told = {one.name: (one.state, one.protocol_type) for one in snapshot.groups}
    assert [told[group] for group in JOINED] == [("Empty", "consumer")] * 2


@pytest.mark.parametrize("group", JOINED)
async def test_who_is_in_a_group_is_asked_at_once_when_its_commits_leap(
    group: str, cluster: DemoCluster, poller: Poller, clock: Clock
) -> None:
    before = await settled(poller, clock)
    cluster.send_away(group)
    cluster.set_committed(group, "orders", 0, 10**6)

    after = await poll(poller)

    assert (members(before, group), state(before, group)) != (set(), "Empty")
    assert (members(after, group), state(after, group)) == (set(), "Empty")


@pytest.mark.parametrize("group", JOINED)
async def test_others_that_came_after_a_reset_are_known_at_once(
    group: str, cluster: DemoCluster, poller: Poller, clock: Clock
) -> None:
    before = await settled(poller, clock)
    cluster.send_away(group)
    cluster.set_committed(group, "orders", 0, 10**6)
    cluster.call_back(group)

    after = await poll(poller)

    assert len(members(after, group)) == 1
    assert not members(after, group) & members(before, group)


async def test_of_many_that_go_far_the_furthest_are_asked(
    cluster: DemoCluster, poller: Poller, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(roster, "MOST_FAR", 1)
    before = await settled(poller, clock)
    for group, offset in zip(JOINED, (10**6, 10**7), strict=True):
        cluster.send_away(group)
        cluster.set_committed(group, "orders", 0, offset)

    after = await poll(poller)

    assert members(after, "modern") == set(), "the furthest"
    assert members(after, "classic") == members(before, "classic"), "it has its turn yet"


async def test_an_offset_that_is_set_where_there_was_none_is_a_leap_too(
    cluster: DemoCluster, poller: Poller, clock: Clock
) -> None:
    cluster.set_committed("classic", "orders", 1, -1)
    cluster.send_away("classic")
    await settled(poller, clock)
    cluster.requests.clear()
    cluster.set_committed("classic", "orders", 1, 10**6)

    await poll(poller)

    assert cluster.count(ApiKey.DescribeGroups) == 1


async def test_who_goes_on_as_usual_is_not_asked_again(
    cluster: DemoCluster, poller: Poller, clock: Clock
) -> None:
    await settled(poller, clock)
    cluster.requests.clear()

    for _ in range(LONG_S):
        await poll(poller)
        clock.now += 1

    asked = cluster.count(ApiKey.DescribeGroups, ApiKey.ConsumerGroupDescribe)
    assert asked <= 2 * (LONG_S // 10 + 1)


async def test_a_group_of_assign_is_never_asked_for(
    cluster: DemoCluster, poller: Poller, clock: Clock
) -> None:
    for group in JOINED:
        cluster.delete_group(group)
    await poll(poller)
    cluster.requests.clear()

    snapshot = await settled(poller, clock)

    assert cluster.count(ApiKey.DescribeGroups, ApiKey.ConsumerGroupDescribe) == 0
    assert state(snapshot, "assigning") == "Empty"
