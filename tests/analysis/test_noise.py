"""What is known of how irregular a series is goes with it, however many series there are."""

from __future__ import annotations

import numpy as np
import pytest

from lagtop.analysis.noise import LEAST_KEPT, MOST_KEPT, Blocks, kept_of

MANY = 30_000
BLOCK_S = 10.0


def pushed(blocks: Blocks, size: int, polls: range) -> Blocks:
    """Edges of two series in turns fast and slow, the second twice as much so."""
    for poll in polls:
        value = np.zeros(size)
        value[:2] = 100.0 * poll + 30.0 * (poll % 2) * np.array([1.0, 2.0])
        at = np.full(size, poll * BLOCK_S)
        edge = np.arange(size) < 2
        blocks.push(edge, at, value, np.full(size, BLOCK_S / 2))
    return blocks


@pytest.mark.parametrize(("few", "more"), [(2, MANY), (MANY, 2), (2, 2)])
@pytest.mark.parametrize("polls", [5, 3 * MOST_KEPT])
def test_blocks_that_were_moved_go_on(few: int, more: int, polls: int) -> None:
    sources = np.full(more, -1)
    sources[:2] = [1, 0]
    moved = pushed(Blocks(few), few, range(polls)).carried(sources)
    stayed = pushed(Blocks(few), few, range(polls))
    for name in ("trimmed", "neumann", "sample", "known", "mean_span_s"):
        assert getattr(moved, name)[:2].tolist() == getattr(stayed, name)[[1, 0]].tolist()

    both = range(polls, polls + LEAST_KEPT + 1)
    then, always = pushed(moved, more, both), pushed(Blocks(more), more, range(both.stop))
    kept = min(kept_of(few), kept_of(more))
    newest = [(then.count[0] - 1 - back) % then.kept for back in range(kept)]
    ended = [(always.count[0] - 1 - back) % always.kept for back in range(kept)]
    assert np.array_equal(then.ended_at[newest, 0], always.ended_at[ended, 0], equal_nan=True)


def test_the_more_series_the_fewer_blocks_of_each_within_a_budget() -> None:
    kept = [kept_of(size) for size in (0, 1, 6_000, 10_000, MANY)]

    assert kept == sorted(kept, reverse=True)
    assert (kept[0], kept[-1]) == (MOST_KEPT, LEAST_KEPT)
