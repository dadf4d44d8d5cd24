"""Which rows are looked at closely: what is looked at, and never so many that memory is gone."""

from __future__ import annotations

import numpy as np

from lagtop.analysis.attention import ALL_WHEN_FEWER_THAN, ROWS, rows_of_interest
from lagtop.analysis.layout import lay_out
from tests.bench.observe_cost import ROWS_A_GROUP, cluster

LAYOUT = lay_out(cluster(40 * ROWS_A_GROUP))
NO_LAG = np.zeros(40)


def groups_close(*focus: str) -> set[str]:
    rows = rows_of_interest(LAYOUT, NO_LAG, focus)
    return {LAYOUT.group_names[group] for group in LAYOUT.group[rows].tolist()}


def test_a_group_that_is_looked_at_is_close() -> None:
    assert groups_close("group-00030") == {"group-00030"}


def test_a_screen_full_of_big_groups_is_close_as_far_as_the_rows_reach() -> None:
    shown = LAYOUT.group_names[:38]

    rows = rows_of_interest(LAYOUT, NO_LAG, shown)

    assert ROWS < len(rows) <= ALL_WHEN_FEWER_THAN
    assert groups_close(*shown) <= set(shown)
