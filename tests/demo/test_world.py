"""The truth behind the demo cluster: deterministic, and physically possible."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lagtop.demo.consumers import assign, share_fairly
from lagtop.demo.stories import STORIES, find_story
from lagtop.demo.story import Group, Story, Topic
from lagtop.demo.world import World
from lagtop.errors import UsageError

STILL = Story(
    "still",
    "one topic, one group",
    topics=(Topic("orders", 4, 1_000),),
    groups=(Group("billing", ("orders",), 2, 300),),
)


def state(world: World) -> list[list[int]]:
    """All that a broker could tell, as lists."""
    arrays = (
        world.ends(),
        world.stable(),
        world.logs.starts,
        world.consumers.committed,
        world.leaders,
    )
    return [array.tolist() for array in arrays]


def test_the_same_seed_tells_the_same_story() -> None:
    one, other = World(STORIES["all"], seed=3), World(STORIES["all"], seed=3)

    one.advance(61.3)
    other.advance(61.3)

    assert state(one) == state(other)


def test_another_seed_tells_another() -> None:
    assert state(World(STORIES["all"], seed=3)) != state(World(STORIES["all"], seed=4))


@settings(max_examples=10, deadline=None)
@given(st.lists(st.floats(0.0, 90.0), max_size=8))
def test_how_often_one_looks_does_not_change_what_one_sees(looks: list[float]) -> None:
    seen, unseen = World(STORIES["all"], 5, 60.0), World(STORIES["all"], 5, 60.0)

    for t in sorted(looks):
        seen.advance(t)
    seen.advance(90.0)
    unseen.advance(90.0)

    assert state(seen) == state(unseen)


def test_ends_never_go_down_and_commits_never_pass_them() -> None:
    world = World(STORIES["all"], seed=2)

    for quarter in range(1, 400):
        before = world.ends()
        world.advance(quarter / 4)
        consumers, ends = world.consumers, world.ends()
        assert np.all(ends >= before)
        assert np.all(world.stable() <= ends)
        assert np.all(world.logs.starts <= ends)
        assert np.all(consumers.committed <= ends[consumers.partition])
        assert np.all(consumers.committed <= consumers.position)


def test_lag_grows_by_what_comes_in_beyond_the_capacity() -> None:
    world = World(STILL)
    began = world.lag("billing").sum()

    world.advance(200.0)
    grew_per_s = (world.lag("billing").sum() - began) / 200

    assert grew_per_s == pytest.approx(1_000 - 2 * 300, rel=0.25)


def test_a_group_with_capacity_to_spare_has_read_everything() -> None:
    fast = replace(STILL, groups=(Group("billing", ("orders",), 2, 3_000),))
    world = World(fast)

    world.advance(60.0)

    assert world.lag("billing").sum() < 1_000


def test_a_member_commits_about_every_five_seconds() -> None:
    world = World(STILL)
    seen: list[tuple[float, int]] = []

    for tick in range(240):
        world.advance(tick / 2)
        committed = int(world.consumers.committed[0])
        if not seen or seen[-1][1] != committed:
            seen.append((tick / 2, committed))

    spacings = np.diff([t for t, _ in seen[1:]])
    assert np.median(spacings) == pytest.approx(5.0, abs=0.5)


@given(
    room=st.lists(st.floats(0, 1e6), min_size=1, max_size=20),
    budget=st.floats(0, 1e6),
)
def test_a_member_never_reads_more_than_there_is_or_than_it_can(
    room: list[float], budget: float
) -> None:
    member = np.zeros(len(room), np.int64)

    taken = share_fairly(np.array(room), member, np.array([budget]))

    assert np.all(taken <= np.array(room) + 1e-6)
    assert taken.sum() <= budget * (1 + 1e-9) + 1e-6


def test_a_hot_partition_gets_what_the_others_leave() -> None:
    taken = share_fairly(np.array([10.0, 10.0, 1_000.0]), np.zeros(3, np.int64), np.array([120.0]))

    assert taken.tolist() == [10.0, 10.0, 100.0]


@pytest.mark.parametrize(
    ("assignor", "expected"), [("range", [0, 0, 0, 1, 1]), ("uniform", [0, 1, 0, 1, 0])]
)
def test_assignors_deal_partitions_out(assignor: str, expected: list[int]) -> None:
    assert assign(assignor, 5, 2).tolist() == expected


def test_an_unknown_story_names_the_ones_there_are() -> None:
    with pytest.raises(UsageError) as caught:
        find_story("nonsense")

    assert "nonsense" in caught.value.what
    assert all(name in caught.value.hint for name in STORIES)


def test_the_full_story_is_as_big_as_promised() -> None:
    story = STORIES["all"]

    assert story.brokers >= 3
    assert len(story.topics) >= 8
    assert len(story.groups) >= 10
    assert len({topic.name for topic in story.topics}) == len(story.topics)
    assert len({group.name for group in story.groups}) == len(story.groups)
