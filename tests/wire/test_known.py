"""What seldom changes is decoded once, and what has changed is never taken from memory."""

from __future__ import annotations

from collections.abc import AsyncIterator

import numpy as np
import pytest

from lagtop.demo.cluster import DemoCluster
from lagtop.demo.story import Group
from lagtop.protocol.messages import ApiKey
from lagtop.settings import Settings, parse_bootstrap
from lagtop.wire.columns import Columns
from lagtop.wire.commits import GROUPS_AT_FIRST, MOST_GROUPS, CommitFacts
from lagtop.wire.gaps import GapTable
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


def test_a_coordinator_is_asked_for_as_many_groups_as_it_can_answer_soon() -> None:
    facts = CommitFacts(GapTable())
    sizes = [facts.groups_a_question(1)]

    for rows in (3, 1_000, 200_000):
        one = np.zeros(rows, np.int64)
        answer = Columns(("g",), ("t",), np.array([rows]), one.astype(np.int32), one,
                         one.astype(np.int32), one, {"g": 0})  # fmt: skip
        facts.take(1, answer, 0.0)
        sizes.append(facts.groups_a_question(1))

    assert sizes == [GROUPS_AT_FIRST, MOST_GROUPS, 50, 1]
