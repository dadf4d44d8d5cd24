"""Groups that a coordinator does not list: those that were known stay, and others may be there."""

from __future__ import annotations

import re

import pytest

from lagtop.analysis.checkup import Finding, Limits, Status, examine
from lagtop.analysis.hidden import unlisted
from lagtop.analysis.narrow import Narrow
from lagtop.analysis.observer import Observer
from lagtop.analysis.progress import Progress
from lagtop.demo.cluster import DemoCluster
from lagtop.protocol.codes import COORDINATOR_LOADING
from lagtop.protocol.messages import ApiKey
from lagtop.snapshot import NO_GAP, Broker, Gap, Snapshot
from lagtop.wire.poller import Poller
from tests.wire.truth import assert_truth, poll

LOADING = "the broker says coordinator load in progress (14)"


def names_of(snapshot: Snapshot) -> set[str]:
    return {group.name for group in snapshot.groups}


def without_groups(snapshot: Snapshot) -> list[Broker]:
    return [broker for broker in snapshot.brokers if broker.groups_gap != NO_GAP]


async def test_groups_that_a_coordinator_never_listed_are_said_to_be_missing(
    cluster: DemoCluster, poller: Poller
) -> None:
    cluster.error(ApiKey.ListGroups, COORDINATOR_LOADING, times=1)

    first, then = await poll(poller), await poll(poller)

    (broker,) = without_groups(first)
    assert broker.groups_gap == Gap("error", LOADING)
    report = Observer().observe(first)
    sentence = f"the groups of broker {broker.node_id} are not known: {LOADING}"
    assert sentence in report.hidden
    assert report.unlisted == (sentence,)
    assert report.totals.lag_missing > 0
    none = Observer().observe(Narrow(re.compile("^none$"))(first))
    for seen in (report, none):
        findings = examine(seen, Progress(), (), Limits(), 0.0)
        assert Finding(Status.UNKNOWN, "groups", report.cluster, sentence) in findings
    assert names_of(first) < names_of(then)
    assert without_groups(then) == []
    assert Observer().observe(then).unlisted == ()
    assert_truth(cluster, then)


async def test_a_first_look_at_a_few_groups_lists_no_coordinator(
    cluster: DemoCluster, poller: Poller, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("lagtop.wire.poller.HEAD_START_GROUPS", 1)
    head = await poller._read_head()
    assert head is not None
    cluster.error(ApiKey.ListGroups, COORDINATOR_LOADING)

    whole = await poll(poller)

    assert head.unread > 0
    assert names_of(whole) == names_of(head)
    assert len(without_groups(whole)) == 3
    assert Observer().observe(whole).totals.lag_missing > 0


async def test_groups_that_are_known_stay_while_their_coordinator_lists_none(
    cluster: DemoCluster, poller: Poller
) -> None:
    first = await poll(poller)
    cluster.error(ApiKey.ListGroups, COORDINATOR_LOADING)
    poller._roster.doubt()

    then = await poll(poller)

    assert names_of(then) == names_of(first)
    assert {group.gap.reason for group in then.groups} == {LOADING}
    assert without_groups(then) == []


@pytest.mark.parametrize("is_silent", [True, False])
async def test_a_group_that_is_listed_no_more_may_have_moved_to_who_is_silent(
    cluster: DemoCluster, poller: Poller, is_silent: bool
) -> None:
    first = await poll(poller)
    moved = next(group for group in first.groups if group.coordinator == 1)
    cluster.move_coordinator(moved.name, 2)
    if is_silent:
        cluster.faults.silent.add(2)
    else:
        cluster.world.consumers.by_name.pop(moved.name)
    poller._roster.doubt()

    then = await poll(poller)

    assert (moved.name in names_of(then)) is is_silent
    assert without_groups(then) == []


async def test_a_broker_that_leads_no_log_of_commits_coordinates_no_group(
    cluster: DemoCluster, poller: Poller
) -> None:
    cluster.faults.silent.add(2)

    snapshot = await poll(poller)

    assert [broker.node_id for broker in without_groups(snapshot)] == [2]
    leaders = snapshot.partitions.leader
    told = unlisted(snapshot)
    assert len(told) == 1
    leaders[leaders == 2] = 3
    assert unlisted(snapshot) == ()
    leaders[leaders == 3] = -1
    assert "nobody leads" in unlisted(snapshot)[0]
