from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lagtop.analysis.assignors import (
    ASSIGNORS,
    Seats,
    cooperative_sticky,
    most_useful,
    ranges,
    round_robin,
    sticky,
    tied,
    uniform,
)
from lagtop.snapshot import NOBODY
from tests.analysis.loads import ASSIGNOR

BALANCED = ["sticky", "cooperative-sticky", "uniform"]


def seats(sizes: list[int], owner: list[int] | None = None, members: int = 0) -> Seats:
    """Topics of these sizes; nobody owns anything unless it is said."""
    topic = np.repeat(np.arange(len(sizes)), sizes).astype(np.int32)
    number = np.concatenate([np.arange(size) for size in sizes]).astype(np.int32)
    owned = np.full(len(topic), NOBODY) if owner is None else np.array(owner)
    ids = tuple(f"consumer-{at:02}" for at in range(members))
    return Seats(topic, number, owned.astype(np.int32), ids)


@st.composite
def any_seats(draw: st.DrawFn) -> Seats:
    """Some topics, and any owners at all."""
    sizes = draw(st.lists(st.integers(1, 20), min_size=1, max_size=4))
    members = draw(st.integers(0, 12))
    total = sum(sizes)
    owner = draw(st.lists(st.integers(NOBODY, members - 1), min_size=total, max_size=total))
    return seats(sizes, owner, members)


def test_range_gives_each_a_run_and_the_first_one_more_in_every_topic() -> None:
    assert ranges(seats([7, 2]), 3).tolist() == [0, 0, 0, 1, 1, 2, 2, 0, 1]


def test_round_robin_deals_all_topics_out_as_one_pack() -> None:
    assert round_robin(seats([3, 4]), 3).tolist() == [0, 1, 2, 0, 1, 2, 0]


@pytest.mark.parametrize("assign", [sticky, cooperative_sticky])
def test_a_sticky_member_keeps_its_lowest_and_those_who_come_share_the_rest_in_turn(
    assign: object,
) -> None:
    now = seats([12], [0] * 4 + [1] * 4 + [2] * 4, 3)
    after = sticky(now, 6) if assign is sticky else cooperative_sticky(now, 6)
    assert after.tolist() == [0, 0, 3, 4, 1, 1, 5, 3, 2, 2, 4, 5]


def test_uniform_fills_those_who_come_one_after_the_other() -> None:
    now = seats([12], [0] * 4 + [1] * 4 + [2] * 4, 3)
    after = uniform(now, 6)
    assert np.bincount(after).tolist() == [2] * 6
    assert [after[start : start + 2].tolist() for start in (0, 4, 8)] == [[0, 0], [1, 1], [2, 2]]
    assert all(after[start + 2] == after[start + 3] for start in (0, 4, 8))


def test_what_a_member_leaves_behind_goes_to_those_who_stay() -> None:
    now = seats([6], [0, 0, 1, 1, 2, 2], 3)
    assert sticky(now, 2).tolist() == [0, 0, 1, 1, 0, 1]


@settings(deadline=None)
@given(any_seats(), st.integers(1, 30), ASSIGNOR)
def test_every_partition_has_one_owner_among_the_members(
    now: Seats, members: int, name: str
) -> None:
    after = ASSIGNORS[name](now, members)
    assert after.dtype == np.int32
    assert len(after) == len(now.topic)
    assert ((after >= 0) & (after < members)).all()


@settings(deadline=None)
@given(st.lists(st.integers(1, 40), min_size=1, max_size=4), st.integers(1, 30))
def test_range_is_contiguous_and_only_the_first_have_one_more(
    sizes: list[int], members: int
) -> None:
    owner, start = ranges(seats(sizes), members), 0
    for size in sizes:
        mine = owner[start : start + size]
        start += size
        low, extra = divmod(size, members)
        assert (np.diff(mine) >= 0).all()
        assert np.bincount(mine, minlength=members).tolist() == [
            low + (at < extra) for at in range(members)
        ]


@settings(deadline=None)
@given(any_seats(), st.integers(1, 30), st.sampled_from(BALANCED))
def test_balanced_counts_differ_by_one_at_most(now: Seats, members: int, name: str) -> None:
    counts = np.bincount(ASSIGNORS[name](now, members), minlength=members)
    assert counts.max() - counts.min() <= 1


@settings(deadline=None)
@given(any_seats(), st.integers(1, 30), ASSIGNOR)
def test_nothing_moves_when_it_is_asked_again(now: Seats, members: int, name: str) -> None:
    after = ASSIGNORS[name](now, members)
    ids = (*now.ids, *(f"consumer-{at:02}" for at in range(len(now.ids), members)))[:members]
    settled = Seats(now.topic, now.number, after, ids)
    assert (ASSIGNORS[name](settled, members) == after).all()


@settings(deadline=None)
@given(any_seats(), st.integers(1, 30), st.sampled_from(BALANCED))
def test_nobody_gives_up_what_fits(now: Seats, members: int, name: str) -> None:
    after = ASSIGNORS[name](now, members)
    least = len(now.topic) // members
    for member in range(min(members, len(now.ids))):
        had = now.owner == member
        kept = int((had & (after == member)).sum())
        assert kept >= min(int(had.sum()), least)


@settings(deadline=None)
@given(any_seats(), st.integers(1, 40), ASSIGNOR)
def test_more_members_than_useful_own_nothing(now: Seats, more: int, name: str) -> None:
    useful = most_useful(ASSIGNORS[name], now)
    after = ASSIGNORS[name](now, useful + more)
    assert len(np.unique(after)) == useful


def test_kafka_breaks_a_tie_by_ids_when_more_members_have_one_more_than_may_keep_it() -> None:
    now = seats([8], [0, 0, 0, 1, 1, 1, 2, 2], 3)
    assert tied(sticky, now, 5) is False
    assert tied(sticky, seats([9], [0] * 5 + [1] * 4, 2), 4) is True
    assert tied(ranges, now, 5) is False
