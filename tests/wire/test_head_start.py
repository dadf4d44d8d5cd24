"""Who waits for a big cluster has a few groups to look at first, and then all of them."""

from __future__ import annotations

import pytest

from lagtop.analysis.observer import Observer
from lagtop.demo.cluster import DemoCluster
from lagtop.settings import Settings, parse_bootstrap
from lagtop.snapshot import NOT_ASKED, Snapshot
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


async def first_two(cluster: DemoCluster) -> list[Snapshot]:
    settings = Settings(parse_bootstrap(cluster.bootstrap), interval_s=0.2)
    poller = Poller(settings, head_start=True)
    found: list[Snapshot] = []
    async for update in poller:
        assert isinstance(update, Snapshot), update
        found.append(update)
        if len(found) == 2:
            break
    await poller.close()
    return found


async def test_a_few_groups_come_first_and_the_others_say_that_they_were_not_asked(
    crowded: DemoCluster,
) -> None:
    head, whole = await first_two(crowded)

    waiting = [group.name for group in head.groups if group.gap == NOT_ASKED]
    assert len(waiting) == len(whole.groups) - 1 > 0
    assert len(set(head.commits.group.tolist())) == 1
    assert Observer().observe(head).totals.lag_missing >= len(waiting)
    assert NOT_ASKED not in [group.gap for group in whole.groups]
    assert_truth(crowded, whole)


async def test_what_was_seen_first_does_not_change_what_is_known_then(
    crowded: DemoCluster,
) -> None:
    head, whole = await first_two(crowded)
    seen, fresh = Observer(), Observer()
    seen.observe(head)

    after, alone = seen.observe(whole), fresh.observe(whole)

    assert after.groups.lag_messages.tolist() == alone.groups.lag_messages.tolist()
    assert after.totals.lag_missing == alone.totals.lag_missing


async def test_a_small_cluster_is_read_at_once(cluster: DemoCluster) -> None:
    first, _ = await first_two(cluster)

    assert NOT_ASKED not in [group.gap for group in first.groups]
