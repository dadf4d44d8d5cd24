"""A poll tells the truth of the cluster."""

from __future__ import annotations

import asyncio

import numpy as np
import pytest

from lagtop.demo.cluster import DemoCluster
from lagtop.demo.story import Group, Topic
from lagtop.protocol.messages import ApiKey
from lagtop.settings import Settings, parse_bootstrap, parse_pattern
from lagtop.snapshot import (
    NO_COMMIT,
    NO_RECORD,
    NOBODY,
    UNKNOWN,
    Progress,
    Snapshot,
    Step,
    TimeQuestion,
)
from lagtop.wire.poller import Poller
from tests.wire.conftest import DEADLINE_S, NOON, Clock, healthy
from tests.wire.quick import LoopClock, quickly
from tests.wire.truth import assert_truth, key_of, poll, rows_of

READ_ONLY = {
    ApiKey.ApiVersions,
    ApiKey.Metadata,
    ApiKey.ListGroups,
    ApiKey.DescribeConfigs,
    ApiKey.DescribeGroups,
    ApiKey.ConsumerGroupDescribe,
    ApiKey.OffsetFetch,
    ApiKey.ListOffsets,
}


async def test_every_offset_is_the_one_that_the_cluster_holds(
    cluster: DemoCluster, poller: Poller, clock: Clock
) -> None:
    assert_truth(cluster, await poll(poller))

    clock.now += 7

    assert_truth(cluster, await poll(poller))


async def test_a_settled_poll_asks_each_broker_at_most_three_questions(
    cluster: DemoCluster, poller: Poller
) -> None:
    for _ in range(3):
        await poll(poller)
    cluster.requests.clear()

    snapshot = await poll(poller)

    assert cluster.count(ApiKey.OffsetFetch) <= 3
    assert cluster.count(ApiKey.ListOffsets) == 3
    assert snapshot.cost.requests == cluster.count() <= 9


async def test_a_log_start_that_may_overtake_a_group_is_read_in_every_poll(clock: Clock) -> None:
    async with DemoCluster("retention", seed=3, clock=clock, history_s=1_500) as cluster:
        poller = Poller(Settings(parse_bootstrap(cluster.bootstrap)))
        starts = set()
        for _ in range(20):
            snapshot = await poll(poller)
            at = int(snapshot.commits.partition[rows_of(snapshot, "cold-storage")[0]])
            log = cluster.world.logs.by_name["raw-events"]
            held = int(cluster.world.logs.starts[log.row(snapshot.partitions.index[at])])
            assert snapshot.partitions.log_start[at] == held
            starts.add(held)
            clock.now += 4
        await poller.close()
    assert len(starts) > 1


async def test_lagtop_asks_only_questions_and_says_who_it_is(
    cluster: DemoCluster, poller: Poller
) -> None:
    await poll(poller)
    await poll(poller)

    assert {ApiKey(request.api) for request in cluster.requests} <= READ_ONLY
    assert {request.client_id for request in cluster.requests} == {"lagtop"}


async def test_committed_offsets_are_read_before_log_ends(
    cluster: DemoCluster, poller: Poller
) -> None:
    await poll(poller)

    order = [request.api for request in cluster.requests]

    last_commit = max(at for at, api in enumerate(order) if api == ApiKey.OffsetFetch)
    assert last_commit < order.index(ApiKey.ListOffsets)


async def test_rows_are_the_same_objects_while_nothing_comes_or_goes(
    poller: Poller, clock: Clock
) -> None:
    first = await poll(poller)
    clock.now += 5
    second = await poll(poller)

    assert first.commits.group is second.commits.group
    assert first.commits.partition is second.commits.partition
    assert not np.array_equal(first.commits.committed, second.commits.committed)


async def test_a_group_that_never_committed_shows_what_its_members_own(poller: Poller) -> None:
    snapshot = await poll(poller)
    rows = rows_of(snapshot, "newsletter")

    assert len(rows) == 4
    assert set(snapshot.commits.committed[rows].tolist()) == {NO_COMMIT}
    assert NOBODY not in snapshot.commits.member[rows]


async def test_both_group_protocols_name_their_members(poller: Poller) -> None:
    snapshot = await poll(poller)
    types = {group.name: group.type for group in snapshot.groups}

    assert types["search"] == "classic"
    assert types["payments"] == "consumer"
    for name in ("search", "payments"):
        owners = snapshot.commits.member[rows_of(snapshot, name)]
        assert NOBODY not in owners
        assert all(snapshot.members[owner].client_id.startswith(name) for owner in owners.tolist())


async def test_a_commit_with_metadata_is_read_like_any_other(
    cluster: DemoCluster, poller: Poller
) -> None:
    cluster.set_committed("search", "search-queries", 2, 77, metadata="x" * 300)

    snapshot = await poll(poller)

    row = rows_of(snapshot, "search")[2]
    assert key_of(snapshot, row) == ("search-queries", 2)
    assert snapshot.commits.committed[row] == 77


async def test_topics_and_groups_come_and_go(cluster: DemoCluster, poller: Poller) -> None:
    await poll(poller)
    cluster.add_topic(Topic("parcels", 3, 100))
    cluster.add_group(Group("couriers", ("parcels",), 2, 100))
    cluster.delete_group("search")
    cluster.delete_topic("emails", keep_commits=True)

    poller._survey.doubt_topology()
    poller._roster.doubt()
    await poll(poller)
    snapshot = await poll(poller)

    names = {group.name for group in snapshot.groups}
    assert "couriers" in names
    assert "search" not in names
    assert len(rows_of(snapshot, "couriers")) == 3
    gone = snapshot.commits.partition[rows_of(snapshot, "crm-sync")]
    assert {snapshot.gaps[gap].code for gap in snapshot.partitions.gap[gone]} == {"deleted"}
    assert set(snapshot.partitions.log_end[gone].tolist()) == {UNKNOWN}


@pytest.mark.parametrize("error", [3, 6, 100], ids=["no topic", "not the leader", "another id"])
async def test_a_recreated_topic_forgets_its_old_offsets_at_once(
    cluster: DemoCluster, poller: Poller, error: int
) -> None:
    await poll(poller)
    cluster.recreate_topic("emails")
    cluster.error(ApiKey.ListOffsets, error, topic="emails")

    snapshot = await poll(poller)

    emails = snapshot.partitions.topic == snapshot.partitions.topics.index("emails")
    assert set(snapshot.partitions.log_end[emails].tolist()) == {UNKNOWN}


async def test_only_groups_that_match_are_read(cluster: DemoCluster) -> None:
    settings = Settings(
        parse_bootstrap(cluster.bootstrap), groups=parse_pattern("--group", "^s(ea|to)")
    )
    poller = Poller(settings)
    try:
        snapshot = await poll(poller)
    finally:
        await poller.close()

    assert [group.name for group in snapshot.groups] == ["search", "stock"]


async def test_the_iterator_polls_again_when_asked_and_never_twice_at_once(
    cluster: DemoCluster, poller: Poller
) -> None:
    poller.interval_s = 3600
    updates = aiter(poller)
    await anext(updates)

    poller.refresh()
    async with asyncio.timeout(5):
        await anext(updates)

    assert cluster.count(ApiKey.OffsetFetch) <= 6


async def test_a_record_is_found_by_time_where_the_cluster_has_it(
    cluster: DemoCluster, poller: Poller, clock: Clock
) -> None:
    clock.now += 20
    await poll(poller)
    asked = [TimeQuestion("payments", part, round((NOON + 10) * 1000)) for part in range(12)]
    asked.append(TimeQuestion("payments", 999, 0))

    answers = await poller.find_times(asked)

    assert sorted(one.question.partition for one in answers) == list(range(12))
    ends = cluster.world.ends()[cluster.world.logs.by_name["payments"].rows]
    for one in answers:
        assert 0 < one.offset < ends[one.question.partition]
        assert one.question.time_ms <= one.found_ms <= round((NOON + 20) * 1000)


async def test_no_record_is_as_young_as_the_future(poller: Poller) -> None:
    await poll(poller)

    answers = await poller.find_times([TimeQuestion("payments", 0, 2**60)])

    assert [one.offset for one in answers] == [NO_RECORD]


async def test_the_settings_of_topics_that_groups_read_are_known(
    cluster: DemoCluster, poller: Poller
) -> None:
    snapshot = await poll(poller)

    spec = cluster.world.logs.by_name["payments"].spec
    assert snapshot.configs["payments"].retention_ms == spec.retention_s * 1000
    assert "__consumer_offsets" not in snapshot.configs


async def test_the_first_poll_tells_how_far_it_is_and_later_ones_are_silent(
    cluster: DemoCluster,
) -> None:
    told: list[Progress] = []
    poller = Poller(Settings(parse_bootstrap(cluster.bootstrap)), told.append)
    try:
        snapshot = await poller.poll()
        after_first = len(told)
        await poller.poll()
    finally:
        await poller.close()

    assert isinstance(snapshot, Snapshot)
    steps = {step.what: step for step in told[-1].steps}
    assert [*steps] == ["brokers", "groups", "committed offsets of groups", "ends of partitions"]
    assert all(step.done == step.total for step in steps.values())
    assert steps["groups"].total == len(snapshot.groups)
    assert [step.done for one in told for step in one.steps if step.what == "brokers"][:2] == [0, 1]
    assert len(told) == after_first


def test_a_broker_that_hangs_is_missing_from_the_progress() -> None:
    told: list[Progress] = []

    async def play() -> None:
        async with healthy(Clock()) as cluster:
            cluster.silence(3)
            settings = Settings(parse_bootstrap(cluster.bootstrap), deadline_s=DEADLINE_S)
            poller = Poller(settings, told.append, clock=LoopClock())
            try:
                await poller.poll()
            finally:
                await poller.close()

    quickly(play())

    assert told[-1].steps[0] == Step("brokers", 2, 3)
