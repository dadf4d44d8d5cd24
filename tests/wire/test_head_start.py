"""Who waits for a big cluster has a few groups to look at first, and then all of them."""

from __future__ import annotations

import asyncio
import re
import threading

import pytest

from lagtop.analysis.observer import Observer
from lagtop.analysis.report import Report
from lagtop.demo.cluster import DemoCluster
from lagtop.live import Live, Update
from lagtop.settings import Settings, parse_bootstrap
from lagtop.snapshot import Snapshot
from lagtop.wire import poller as rule
from lagtop.wire.poller import Poller
from tests.wire.truth import assert_truth


@pytest.fixture
def crowded(cluster: DemoCluster, monkeypatch: pytest.MonkeyPatch) -> DemoCluster:
    """All groups at one coordinator, of which one group comes first."""
    monkeypatch.setattr(rule, "HEAD_START_GROUPS", 1)
    for name in cluster.world.consumers.by_name:
        cluster.move_coordinator(name, 1)
    return cluster


async def first_two(cluster: DemoCluster, settings: Settings | None = None) -> list[Snapshot]:
    settings = settings or Settings(parse_bootstrap(cluster.bootstrap), interval_s=0.2)
    poller = Poller(settings, head_start=True)
    found: list[Snapshot] = []
    async for update in poller:
        assert isinstance(update, Snapshot), update
        found.append(update)
        if len(found) == 2:
            break
    await poller.close()
    return found


async def test_a_few_groups_come_first_and_how_many_there_are_beside_them(
    crowded: DemoCluster,
) -> None:
    head, whole = await first_two(crowded)

    assert len(head.groups) == 1
    assert head.unread == len(whole.groups) - 1 > 0
    assert set(head.commits.group.tolist()) == {0}
    assert Observer().observe(head).totals.lag_missing >= head.unread
    assert whole.unread == 0
    assert_truth(crowded, whole)


async def test_of_groups_that_are_not_wanted_none_is_counted(crowded: DemoCluster) -> None:
    settings = Settings(parse_bootstrap(crowded.bootstrap), groups=re.compile("^[a-m]"))

    head, whole = await first_two(crowded, settings)

    assert head.unread + len(head.groups) == len(whole.groups)
    assert all(group.name < "n" for group in whole.groups)


async def test_who_is_not_among_the_first_is_no_newcomer_afterwards(crowded: DemoCluster) -> None:
    settings = Settings(parse_bootstrap(crowded.bootstrap), interval_s=0.2)
    reports: list[Report] = []
    enough = threading.Event()

    def keep(update: Update) -> None:
        if isinstance(update, Report):
            reports.append(update)
        if len(reports) == 2:
            enough.set()

    live = Live(lambda: Poller(settings, head_start=True), Observer)
    live.begin(keep)
    assert await asyncio.to_thread(enough.wait, 30)
    live.end()

    first, second = reports
    assert first.unread == len(second.group_facts) - 1 > 0
    assert second.unread == 0
    assert second.past is not None
    assert second.past.watched_s == 0


async def test_a_small_cluster_is_read_at_once(cluster: DemoCluster) -> None:
    first, second = await first_two(cluster)

    assert first.unread == 0
    assert len(first.groups) == len(second.groups)
