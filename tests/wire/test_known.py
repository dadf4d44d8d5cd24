"""What seldom changes is decoded once, and what has changed is never taken from memory."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from lagtop.demo.cluster import DemoCluster
from lagtop.demo.story import Group
from lagtop.protocol.messages import ApiKey
from lagtop.settings import Settings, parse_bootstrap
from lagtop.wire.poller import Poller
from screenshots.stage import HandClock
from tests.wire.truth import assert_truth, poll

DESCRIBED_EVERY_S = 11


@pytest.fixture
def moments() -> HandClock:
    return HandClock()


@pytest.fixture
async def reader(cluster: DemoCluster, moments: HandClock) -> AsyncIterator[Poller]:
    poller = Poller(Settings(parse_bootstrap(cluster.bootstrap)), clock=moments)
    yield poller
    await poller.close()


async def test_members_that_stay_are_not_laid_out_again(
    cluster: DemoCluster, reader: Poller, moments: HandClock
) -> None:
    before = await poll(reader)
    cluster.requests.clear()
    moments.at += DESCRIBED_EVERY_S

    after = await poll(reader)

    assert cluster.count(ApiKey.DescribeGroups, ApiKey.ConsumerGroupDescribe) > 0
    assert after.commits.member is before.commits.member


async def test_a_group_that_comes_beside_known_ones_is_there(
    cluster: DemoCluster, reader: Poller, moments: HandClock
) -> None:
    await poll(reader)
    topic = next(iter(cluster.world.logs.by_name))
    cluster.add_group(Group("newcomer", (topic,), 2, 60))
    moments.at += DESCRIBED_EVERY_S

    snapshot = await poll(reader)

    names = [group.name for group in snapshot.groups]
    assert sum(one.group == names.index("newcomer") for one in snapshot.members) == 2
    assert_truth(cluster, snapshot)
