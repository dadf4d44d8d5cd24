"""The cell cursor: what is sorted, explained, and told of a whole row."""

from __future__ import annotations

from tests.ui.reports import report
from tests.ui.screens import opened


async def test_the_cell_cursor_chooses_what_is_sorted_and_explained() -> None:
    async with opened(report(3, of_groups={"produced_per_s": [30, 20, 10]})) as screen:
        await screen.press("l", "l", "right", "left", "right", "O")
        assert screen.here.grid.sort.name == "in"
        assert screen.names == ["group-0", "group-1", "group-2"]

        await screen.press("O", "x")
        assert "IN/s of group-2" in screen.lines[0]


async def test_the_cell_cursor_stops_at_the_edges() -> None:
    async with opened(report(3)) as screen:
        await screen.press("circumflex_accent", "h")
        assert screen.here.grid.column is screen.table.placed[0].column
        await screen.press("dollar_sign", "l")
        assert screen.here.grid.column is screen.table.placed[-1].column


async def test_only_the_cell_under_the_cell_cursor_is_drawn_as_that() -> None:
    async with opened(report(2, of_groups={"lag_messages": [7_700, 8_800]})) as screen:
        await screen.press("l", "h")
        reversed_cells = [
            segment.text.strip()
            for strip in screen.app.screen._compositor.render_strips()
            for segment in strip
            if segment.style and segment.style.reverse
        ]

        assert reversed_cells == ["8.8k"]


async def test_all_of_a_row_is_told_on_d() -> None:
    columns = {"lag_messages": [7, 1_234_567], "reason": [0, 1]}
    seen = report(2, of_groups=columns, reasons=("", "w"))

    async with opened(seen, size=(60, 30)) as screen:
        await screen.press("d")

        assert "group-1" in screen.lines[0]
        for told in ("w", "STATE       stable", "LAG         1,234,567", "GAP/s       +10.00"):
            assert told in screen.text


async def test_the_mouse_is_not_switched_where_there_is_none() -> None:
    async with opened(report(1)) as screen:
        await screen.press("m")

        assert "lagtop's own driver" in screen.text
