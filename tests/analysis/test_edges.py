"""Edges follow their series when rows come and go, however many are kept of each."""

from __future__ import annotations

import numpy as np
import pytest

from lagtop.analysis.edges import LEAST_DEPTH, MOST_DEPTH, Edges, depth_of

SPACING_S = 5.0
MANY = 6_000
VERY_MANY = 30_000


def pushed(size: int, polls: int, start: int = 0, edges: Edges | None = None) -> Edges:
    """Series that move at every poll; series i by 100 + i."""
    edges = edges or Edges(size)
    step = 100 + np.arange(size)
    for poll in range(start, start + polls):
        read_at = np.full(size, poll * SPACING_S)
        edges.push(poll * step, read_at, 2 * poll * step)
    return edges


@pytest.mark.parametrize(("few", "more"), [(2, MANY), (MANY, 2)])
def test_what_is_kept_of_a_series_goes_with_it(few: int, more: int) -> None:
    polls = 2 * depth_of(MANY)
    edges = pushed(few, polls)
    sources = np.full(more, -1)
    sources[:2] = [1, 0]
    moved = edges.carried(sources)

    depth = min(edges.depth, moved.depth)
    now = (polls - 1) * SPACING_S
    found = moved.last_before(np.full(more, now - 30.0))
    assert moved.edge_at(found)[:2].tolist() == [now - 30.0] * 2
    assert moved.edge_value(found)[:2].tolist() == [(polls - 7) * 101, (polls - 7) * 100]
    assert moved.edge_beside(found)[:2].tolist() == [2 * (polls - 7) * 101, 2 * (polls - 7) * 100]
    kept = min(depth, polls - 1)
    assert moved.edge_at(moved.last_before(np.full(more, 0.0)))[0] == now - (kept - 1) * SPACING_S
    assert moved.count[2:].tolist() == [0] * (more - 2)


def test_series_that_were_moved_go_on() -> None:
    stayed = pushed(2, 2 * MOST_DEPTH)
    moved = pushed(2, MOST_DEPTH, MOST_DEPTH, pushed(2, MOST_DEPTH).carried(np.array([0, 1])))

    moments = np.linspace(0.0, 2 * MOST_DEPTH * SPACING_S, 50)[:, None] + np.zeros(2)
    for name in ("edge_at", "edge_value", "edge_beside"):
        then = getattr(stayed, name)(stayed.last_before(moments))
        assert np.array_equal(getattr(moved, name)(moved.last_before(moments)), then)


@pytest.mark.parametrize("size", [1, MANY])
def test_edges_reach_back_minutes_however_fast_they_come(size: int) -> None:
    edges = Edges(size)
    for poll in range(4_000 if size == 1 else 1_500):
        edges.push(np.full(size, poll), np.full(size, poll * 0.2), np.zeros(size, np.int64))

    oldest = edges.edge_at(edges.last_before(np.zeros(size)))
    assert edges.seen_at[0] - oldest[0] > 280


def test_the_more_series_the_fewer_edges_of_each_within_a_budget() -> None:
    depths = [depth_of(size) for size in (0, 1, 2_000, MANY, VERY_MANY)]

    assert depths == sorted(depths, reverse=True)
    assert (depths[0], depths[-1]) == (MOST_DEPTH, LEAST_DEPTH)
