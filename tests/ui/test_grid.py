"""A table's state: order, window, cursor, filter."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from lagtop.analysis.report import Report
from lagtop.ui.filters import Filter
from lagtop.ui.grid import Grid
from lagtop.ui.group_columns import GROUP_COLUMNS
from lagtop.ui.sheets import GONE, GroupSheet
from tests.ui.reports import report


def grid_of(seen: Report, height: int = 5) -> Grid:
    """A groups table that shows a report."""
    grid = Grid(GROUP_COLUMNS, "lag")
    grid.resize(height)
    grid.show(GroupSheet(seen, 10))
    return grid


def names(grid: Grid) -> list[str]:
    """The names in sight."""
    assert grid.sheet is not None
    return [grid.sheet.report.group_facts[row].name for row in grid.visible()]


def name_at_cursor(grid: Grid) -> str:
    """The name of the row under the cursor."""
    assert grid.sheet is not None
    return str(grid.sheet.identity(grid.row)[0])


def lags(*values: int) -> Report:
    """A report of groups with these lags."""
    return report(len(values), 1, of_groups={"lag_messages": values})


def test_the_worst_row_stands_first() -> None:
    assert names(grid_of(lags(5, 50, 20))) == ["group-1", "group-2", "group-0"]


def test_the_cursor_stays_on_the_first_row_until_it_is_moved() -> None:
    grid = grid_of(lags(5, 50, 20))

    grid.show(GroupSheet(lags(99, 50, 20), 10))

    assert name_at_cursor(grid) == "group-0"


def test_the_cursor_stays_with_its_row_through_a_refresh() -> None:
    grid = grid_of(lags(5, 50, 20))
    grid.move(1)

    grid.show(GroupSheet(lags(5, 10, 1), 10))

    assert (name_at_cursor(grid), grid.cursor) == ("group-2", 2)


def test_a_row_that_rises_to_the_top_keeps_the_cursor_when_it_falls_again() -> None:
    grid = grid_of(lags(5, 50, 20))
    grid.move(1)
    grid.show(GroupSheet(lags(5, 50, 99), 10))

    grid.show(GroupSheet(lags(5, 50, 1), 10))

    assert (name_at_cursor(grid), grid.cursor) == ("group-2", 2)


def test_the_cursor_stays_with_its_row_through_a_new_order() -> None:
    grid = grid_of(lags(5, 50, 20))
    grid.move(2)

    grid.sort_by("group")
    grid.invert()

    assert (name_at_cursor(grid), grid.cursor) == ("group-0", 2)


def test_a_row_that_goes_leaves_the_cursor_in_its_place() -> None:
    grid = grid_of(lags(5, 50, 20))
    grid.move(1)

    grid.show(GroupSheet(report(2, 1, of_groups={"lag_messages": [5, 50]}), 10))

    assert (name_at_cursor(grid), grid.cursor) == ("group-0", 1)


def test_a_filter_keeps_the_cursor_if_its_row_passes() -> None:
    grid = grid_of(lags(5, 50, 20))
    grid.move(1)

    grid.narrow(Filter.parse("[12]$"))

    assert (names(grid), name_at_cursor(grid)) == (["group-1", "group-2"], "group-2")


def test_a_filter_that_lets_nothing_through_leaves_no_row() -> None:
    grid = grid_of(lags(5, 50, 20))

    grid.narrow(Filter.parse("none"))

    assert (grid.row, grid.total, grid.unfiltered) == (GONE, 0, 3)


def test_sorting_twice_by_a_column_turns_the_order_round() -> None:
    grid = grid_of(lags(5, 50, 20))

    grid.sort_by("lag")

    assert names(grid) == ["group-0", "group-2", "group-1"]


def test_unknown_lag_comes_last_either_way() -> None:
    grid = grid_of(lags(-(2**63), 50, 20))

    assert names(grid)[-1] == "group-0"
    grid.invert()
    assert names(grid)[-1] == "group-0"


def test_an_empty_grid_takes_every_key() -> None:
    grid = Grid(GROUP_COLUMNS, "lag")

    grid.move(1)
    grid.invert()
    grid.go(9)
    grid.scroll(3)

    assert (grid.row, grid.cursor, grid.visible().tolist()) == (GONE, 0, [])


def test_scrolling_takes_the_cursor_along() -> None:
    grid = grid_of(report(100, 1), height=10)

    grid.scroll(30)

    assert (grid.top, grid.cursor) == (30, 30)


@given(
    st.integers(min_value=0, max_value=40),
    st.integers(min_value=1, max_value=12),
    st.lists(st.integers(min_value=-50, max_value=50), max_size=12),
)
def test_the_cursor_is_always_in_sight(size: int, height: int, moves: list[int]) -> None:
    grid = grid_of(report(size, 1), height)
    for by in moves:
        grid.move(by)

    shown = grid.visible()
    assert len(shown) == min(size, height)
    if size:
        assert grid.row == shown[grid.cursor - grid.top]


def test_a_step_down_a_big_table_shows_what_the_whole_order_has() -> None:
    seen = report(3_000, 1, of_groups={"lag_messages": np.arange(3_000) * 7 % 1_000})
    whole = sorted(range(3_000), key=lambda row: (-(row * 7 % 1_000), row))
    grid = grid_of(seen, height=20)

    for place in (0, 100, 1_499, 2_990):
        grid.go(place)
        assert grid.visible().tolist() == whole[grid.top : grid.top + 20]
