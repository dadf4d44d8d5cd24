"""Each story has the property that it claims."""

from __future__ import annotations

import numpy as np

from lagtop.demo.stories import STORIES
from lagtop.demo.world import World
from lagtop.snapshot import Ints


def lags(story: str, group: str, times: range) -> list[int]:
    """The group's true lag at each of these seconds."""
    world, seen = World(STORIES[story]), []
    for t in times:
        world.advance(float(t))
        seen.append(int(world.lag(group).sum()))
    return seen


def written(story: str, topic: str, seconds: float) -> Ints:
    """What comes into each partition of a topic in that time."""
    world = World(STORIES[story])
    rows, before = world.logs.by_name[topic].rows, world.ends()
    world.advance(seconds)
    return (world.ends() - before)[rows]


def states(story: str, group: str, times: range) -> set[str]:
    """The states that a group goes through."""
    found = World(STORIES[story]).consumers.by_name[group]
    return {found.state(float(t)) for t in times}


def test_in_the_healthy_story_nobody_falls_behind() -> None:
    world = World(STORIES["healthy"])
    world.advance(120.0)

    for group in world.consumers.by_name:
        assert world.lag(group).sum() < 10_000, group


def test_a_skewed_key_makes_one_partition_hot_and_its_lag_grow() -> None:
    shares = written("skewed-key", "orders", 60.0)
    world = World(STORIES["skewed-key"])
    lag = world.lag("billing")

    assert shares.argmax() == 7
    assert shares[7] / shares.sum() > 0.3
    assert lag[7] / lag.sum() > 0.9
    growing = lags("skewed-key", "billing", range(0, 120, 20))
    assert growing == sorted(growing)


def test_a_slow_consumer_falls_behind_in_every_partition() -> None:
    world = World(STORIES["slow-consumer"])
    before = world.lag("fraud-scoring")

    world.advance(120.0)

    assert np.all(world.lag("fraud-scoring") > before)


def test_a_stalled_group_has_members_and_commits_nothing() -> None:
    world = World(STORIES["stalled"])
    group = world.consumers.by_name["orders-index"]
    before = world.consumers.committed[group.rows].copy()

    world.advance(60.0)

    assert group.state(60.0) == "Stable"
    assert world.consumers.committed[group.rows].tolist() == before.tolist()
    assert lags("stalled", "orders-index", range(0, 40, 20))[0] > 1_000_000


def test_an_abandoned_group_is_empty() -> None:
    assert states("stalled", "audit", range(60)) == {"Empty"}


def test_dead_letters_pile_up_in_one_topic_and_not_in_the_other() -> None:
    assert written("dlq", "invoices.DLQ", 60.0).sum() > 60
    assert written("dlq", "payments-dlt", 60.0).sum() == 0
    assert written("dlq", "shipping-retry-1", 60.0).sum() > 0


def test_rebalances_come_and_go_in_both_protocols() -> None:
    classic = {"Stable", "PreparingRebalance", "CompletingRebalance"}

    assert states("rebalance", "recommendations", range(100)) == classic
    assert states("rebalance", "clicks", range(100)) == {"Stable", "Reconciling"}


def test_a_spike_drains_after_it_is_over() -> None:
    lag = lags("spike", "shipping", range(10, 160, 10))

    peak = max(lag)
    assert lag[0] < 5_000
    assert peak > 100_000
    assert lag.index(peak) in (2, 3)
    assert lag[-1] < peak / 10


def test_a_dead_broker_leaves_some_partitions_offline_and_returns() -> None:
    world = World(STORIES["dead-broker"])
    seen = {}
    for t in (30.0, 50.0, 80.0):
        world.advance(t)
        seen[t] = (world.alive, int((world.leaders == 3).sum()), int((world.leaders < 0).sum()))

    assert seen[30.0][0] == seen[80.0][0] == (1, 2, 3)
    assert seen[30.0][1] > 0
    assert seen[30.0][2] == 0
    assert seen[50.0][:2] == ((1, 2), 0)
    assert seen[50.0][2] > 0
    assert seen[80.0] == seen[30.0]


def test_an_open_transaction_holds_the_stable_offset_while_the_log_grows() -> None:
    world = World(STORIES["open-transaction"])
    rows = world.logs.by_name["ledger"].rows
    world.advance(20.0)
    stable, ends = world.stable()[rows], world.ends()[rows]

    world.advance(90.0)

    assert world.stable()[rows].tolist() == stable.tolist()
    assert np.all(world.ends()[rows] > ends)
    world.advance(110.0)
    assert world.stable()[rows].tolist() == world.ends()[rows].tolist()


def test_retention_overtakes_a_group_that_nobody_runs() -> None:
    world = World(STORIES["retention"])
    group = world.consumers.by_name["nightly-archive"]
    partitions = world.consumers.partition[group.rows]

    assert np.all(world.consumers.committed[group.rows] < world.logs.starts[partitions])


def test_a_group_that_never_commits_reads_all_the_same() -> None:
    world = World(STORIES["healthy"])
    group = world.consumers.by_name["newsletter"]
    world.advance(30.0)

    assert set(world.consumers.committed[group.rows].tolist()) == {-1}
    assert world.lag("newsletter").sum() < 1_000
