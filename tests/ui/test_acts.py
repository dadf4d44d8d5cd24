"""Commands of the main screen that act on rows, columns, files and the clipboard."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from lagtop.analysis.report import Report, Trend
from lagtop.errors import OutputError
from lagtop.ui.order import Rows
from lagtop.ui.preferences import Preferences, load
from tests.ui.reports import report
from tests.ui.screens import opened

MIXED = {
    "trend": [Trend.STEADY, Trend.GROWING, Trend.STEADY, Trend.STALLED],
    "lag_messages": [1, 2, 3, 4],
}


async def test_issues_only_leaves_the_rows_with_a_mark() -> None:
    async with opened(report(4, 1, of_groups=MIXED)) as screen:
        await screen.press("z")
        assert screen.names == ["group-3", "group-1"]
        assert "issues only" in screen.lines[2]

        await screen.press("z")
        assert len(screen.names) == 4


async def test_issues_only_where_all_is_well_says_so() -> None:
    async with opened(report(4, 1)) as screen:
        await screen.press("z")

        assert "no row has a mark: all is well" in screen.text


async def test_n_goes_from_one_marked_row_to_the_next_and_round() -> None:
    async with opened(report(4, 1, of_groups=MIXED)) as screen:
        visited = []
        for key in ("n", "n", "N", "n", "N", "N"):
            await screen.press(key)
            visited.append(screen.chosen)

        assert visited == ["group-1", "group-3", "group-1", "group-3", "group-1", "group-3"]


async def test_n_says_when_no_row_has_a_mark() -> None:
    async with opened(report(4, 1)) as screen:
        await screen.press("n")

        assert "no row has a mark" in screen.text


async def test_space_marks_a_row_and_the_mark_stays_with_it() -> None:
    async with opened(report(3, 1)) as screen:
        await screen.press("space", "space", "k", "space")
        assert "1 marked" in screen.lines[2]
        assert screen.lines[4].startswith("*  group-2")

        await screen.deliver(report(3, 1, of_groups={"lag_messages": [9, 8, 7]}))
        assert screen.lines[6].startswith("*  group-2")

        await screen.press("U")
        assert "marked" not in screen.text


async def test_follow_keeps_the_cursor_on_its_line_when_it_is_off() -> None:
    async with opened(report(3, 1)) as screen:
        await screen.press("j", "F")
        assert "stays with its line" in screen.text

        await screen.deliver(report(3, 1, of_groups={"lag_messages": [9, 1, 8]}))
        assert (screen.here.grid.cursor, screen.chosen) == (1, "group-2")


async def test_copy_gives_the_row_with_exact_numbers_to_the_terminal() -> None:
    async with opened(report(3, 1)) as screen:
        await screen.press("y")

        headings, row = screen.app.clipboard.splitlines()
        assert headings.split("\t")[:2] == ["GROUP", "STATE"]
        assert row.split("\t")[0] == "group-2"
        assert "3,000" in row.split("\t")
        assert "copied 1 row by OSC 52" in screen.text


async def test_copy_gives_the_marked_rows() -> None:
    async with opened(report(3, 1)) as screen:
        await screen.press("space", "space", "y")

        assert len(screen.app.clipboard.splitlines()) == 3


async def test_copy_of_nothing_says_so() -> None:
    async with opened(report(0, 0)) as screen:
        await screen.press("space", "x", "y")

        assert screen.app.clipboard == ""
        assert "there is no row to copy" in screen.text


class Saved:
    """Remembers which rows were to be saved."""

    def __init__(self, error: OutputError | None = None) -> None:
        self.rows: list[list[int]] = []
        self.error = error

    def __call__(self, seen: Report, rows: Rows) -> Path:
        if self.error:
            raise self.error
        self.rows.append(rows.tolist())
        return Path("/home/me/lagtop.csv")


@pytest.mark.parametrize(
    ("keys", "rows"),
    [
        ([], [0, 1, 2, 3, 4, 5]),
        (["slash", "1", "enter"], [2, 3]),
        (["space"], [4, 5]),
        (["enter"], [4, 5]),
        (["enter", "space"], [4]),
        (["2", "space"], [4, 5]),
        (["3", "slash", "0", "enter"], [0, 1]),
        (["4"], [0, 1, 2, 3, 4, 5]),
    ],
)
async def test_save_writes_what_the_view_shows(keys: list[str], rows: list[int]) -> None:
    saved = Saved()
    async with opened(report(3, 2), save_csv=saved) as screen:
        await screen.press(*keys, "ctrl+s")

        assert saved.rows == [rows]
        assert "to /home/me/lagtop.csv" in screen.text


async def test_a_save_that_fails_says_why() -> None:
    full = OutputError("lag.csv cannot be written: No space left on device")
    async with opened(report(1, 1), save_csv=Saved(full)) as screen:
        await screen.press("ctrl+s")

        assert "not saved: lag.csv cannot be written" in screen.text


async def test_columns_are_chosen_ordered_and_found_again(tmp_path: Path) -> None:
    path = tmp_path / "screen.json"
    async with opened(report(3, 1), preferences=path) as screen:
        await screen.press("o", "j", "j", "space", "j", "K", "enter")

        heading = screen.lines[3]
        assert "STATE" not in heading
        assert "saved" not in screen.text

    async with opened(report(3, 1), preferences=path) as screen:
        assert screen.lines[3] == heading
    assert load(path)[0].columns["groups"][:3] == ["mark", "group", "members"]


async def test_columns_can_be_left_as_they_were() -> None:
    async with opened(report(3, 1)) as screen:
        heading = screen.lines[3]
        await screen.press("o", "j", "j", "space", "escape")

        assert screen.lines[3] == heading


async def test_how_many_columns_have_no_room_is_said_where_it_is_narrow() -> None:
    async with opened(report(3, 1), size=(80, 24)) as screen:
        assert screen.lines[3].endswith("DRAIN +6 d")
        await screen.press("o", "j", "j", "space", "enter")
        assert screen.lines[3].endswith("DRAIN +5 d")
        await screen.press("T")
        assert screen.lines[3].rstrip().endswith("DRAIN↓")
        await screen.press("d")
        assert "MEM" in screen.text

    async with opened(report(3, 1), size=(120, 24)) as screen:
        assert "GAP/s" not in screen.lines[3]
        assert "+" not in screen.lines[3]


async def test_a_vital_column_cannot_be_hidden() -> None:
    async with opened(report(3, 1)) as screen:
        await screen.press("o", "j", "space", "enter")

        assert "GROUP" in screen.lines[3]


async def test_a_choice_that_cannot_be_saved_holds_for_now(tmp_path: Path) -> None:
    nowhere = tmp_path / "file"
    nowhere.write_text("")
    async with opened(report(1, 1), preferences=nowhere / "screen.json") as screen:
        await screen.press("colon", *"theme", "space", *"light", "enter")

        assert screen.app.theme == "lagtop-light"
        assert "was not saved" in screen.text


async def test_a_theme_is_found_again(tmp_path: Path) -> None:
    path = tmp_path / "screen.json"
    async with opened(report(1, 1), preferences=path) as screen:
        await screen.press("colon", *"th", "tab", *"li", "tab", "enter")
        assert screen.app.theme == "lagtop-light"

    assert load(path)[0] == Preferences(theme="light")
    async with opened(report(1, 1), preferences=path) as screen:
        assert screen.app.theme == "lagtop-light"


@pytest.mark.parametrize(
    ("typed", "told"),
    [
        ("topics", " topics  "),
        ("sort group", "by GROUP"),
        ("sort nonsense", "no column 'nonsense' here: mark, group"),
        ("every 7", "every 7 s"),
        ("every soon", "no number of seconds: 'soon'"),
        ("every nan", "no number of seconds: 'nan'"),
        ("theme neon", "no theme 'neon': there are ansi"),
        ("frobnicate", "no command :frobnicate"),
        ("help", "lagtop only reads"),
        ("invert", "by LAG reversed"),
        ("explain drain", "the slowest partition decides"),
        ("explain nonsense", "nothing to explain"),
    ],
)
async def test_a_typed_command_does_what_its_key_does(typed: str, told: str) -> None:
    async with opened(report(3, 1)) as screen:
        keys = ["space" if character == " " else character for character in typed]
        await screen.press("colon", *keys, "enter")

        assert told in screen.text


async def test_tab_shows_what_a_command_may_become() -> None:
    async with opened(report(3, 1)) as screen:
        await screen.press("colon", "t")

        assert "theme  top  topics" in screen.text


async def test_colon_q_quits() -> None:
    async with opened(report(3, 1)) as screen:
        await screen.press("colon", "q", "enter")

        assert screen.app.return_code == 0


async def test_x_explains_the_column_that_the_table_is_sorted_by() -> None:
    async with opened(report(3, 2)) as screen:
        await screen.press("enter", "x")

        assert "LAG of group-2 topic-2 0" in screen.lines[0]
        assert "lag = log end - max(committed, log start)" in screen.text
        await screen.press("q")
        assert screen.here.view.id == "group"


async def test_the_feed_hears_which_groups_are_looked_at() -> None:
    heard: list[frozenset[str]] = []
    async with opened(report(40, 1), size=(80, 12), focus=heard.append) as screen:
        assert heard[-1] == {f"group-{g}" for g in range(34, 40)}

        await screen.press("enter")
        assert heard[-1] == {"group-39"}


def test_rows_behind_a_selection_are_ascending() -> None:
    from lagtop.ui.views import VIEWS

    seen = report(3, 2)
    for view in ("groups", "topics", "partitions", "brokers"):
        sheet = VIEWS[view].open(seen, 10.0, ())
        every = sheet.partition_rows(np.arange(sheet.size)[::-1])
        assert every.tolist() == [*range(6)]
