"""What each key does on the main screen, without a terminal."""

from __future__ import annotations

from dataclasses import replace

import pytest

from lagtop.snapshot import Gap
from tests.ui.reports import report
from tests.ui.screens import opened


async def test_two_thousand_groups_are_scrolled_through() -> None:
    async with opened(report(2_000, 1)) as screen:
        await screen.press("G")
        assert screen.chosen == "group-0"
        await screen.press("ctrl+u", "pageup", "g")
        assert screen.chosen == "group-1999"


@pytest.mark.parametrize(
    ("keys", "chosen"),
    [
        (["j", "down"], "group-97"),
        (["j", "j", "k"], "group-98"),
        (["up"], "group-99"),
        (["end"], "group-0"),
        (["end", "home"], "group-99"),
    ],
)
async def test_keys_move_the_cursor(keys: list[str], chosen: str) -> None:
    async with opened(report(100, 1)) as screen:
        await screen.press(*keys)

        assert screen.chosen == chosen


async def test_cursor_and_order_are_kept_through_a_refresh() -> None:
    async with opened(report(5)) as screen:
        await screen.press("L", "j")
        assert (screen.names[0], screen.chosen) == ("group-0", "group-1")

        await screen.deliver(report(5, of_groups={"lag_messages": [9, 1, 8, 7, 6]}))

        assert (screen.names[0], screen.chosen) == ("group-1", "group-1")


async def test_a_group_that_disappears_under_the_cursor_leaves_it_in_its_place() -> None:
    async with opened(report(5)) as screen:
        await screen.press("j")

        await screen.deliver(report(3))

        assert screen.chosen == "group-1"


async def test_enter_opens_a_group_and_escape_comes_back_to_its_row() -> None:
    async with opened(report(5, 3)) as screen:
        await screen.press("j", "enter")
        assert screen.here.view.id == "group"
        assert screen.names[0] == "group-3 topic-3 0"
        assert "groups › group-3" in screen.lines[2]

        await screen.press("escape")
        assert (screen.here.view.id, screen.chosen) == ("groups", "group-3")


async def test_q_goes_back_and_at_the_top_quits() -> None:
    async with opened(report(2)) as screen:
        await screen.press("enter", "q")
        assert screen.here.view.id == "groups"

        await screen.press("q")
        assert screen.app.return_code == 0


@pytest.mark.parametrize("key", ["ctrl+c", "Q"])
async def test_quitting_is_at_once_from_anywhere(key: str) -> None:
    async with opened(report(2)) as screen:
        await screen.press("enter", "question_mark", key)

        assert screen.app.return_code == 0


async def test_ctrl_c_quits_while_a_filter_is_typed() -> None:
    async with opened(report(2)) as screen:
        await screen.press("slash", "a", "ctrl+c")

        assert screen.app.return_code == 0


async def test_a_filter_narrows_while_it_is_typed() -> None:
    async with opened(report(12)) as screen:
        await screen.press("slash", *"1$")
        assert screen.names == ["group-11", "group-1"]

        await screen.press("enter")
        assert "/1$" in screen.lines[2]
        assert "2 shown" in screen.lines[2]


async def test_escape_while_typing_puts_the_filter_back() -> None:
    async with opened(report(12)) as screen:
        await screen.press("slash", "9", "enter", "slash", "backspace", "8", "escape")

        assert screen.names == ["group-9"]


async def test_escape_clears_a_filter() -> None:
    async with opened(report(3)) as screen:
        await screen.press("slash", "2", "enter", "escape")

        assert len(screen.names) == 3


async def test_a_bad_expression_is_told_and_the_old_filter_stays() -> None:
    async with opened(report(12)) as screen:
        await screen.press("slash", "9", "left_square_bracket")

        assert "no regular expression" in screen.text
        assert screen.names == ["group-9"]


async def test_what_is_typed_in_one_burst_after_the_slash_is_not_lost() -> None:
    async with opened(report(12)) as screen:
        await screen.pilot.press("slash", *"1[01]", "enter")
        await screen.pilot.pause()

        assert screen.names == ["group-11", "group-10"]


async def test_letters_in_a_filter_are_not_keys() -> None:
    async with opened(report(3)) as screen:
        await screen.press("slash", "q", "p", "I")

        assert screen.here.grid.filter is not None
        assert screen.here.grid.filter.text == "qpI"


async def test_sorting_walks_over_the_columns_in_sight() -> None:
    async with opened(report(3)) as screen:
        await screen.press("greater_than_sign")
        assert screen.here.grid.sort.name == "trend"
        await screen.press("less_than_sign", "less_than_sign")
        assert screen.here.grid.sort.name == "members"


@pytest.mark.parametrize(("key", "column"), [("L", "lag"), ("T", "drain"), ("R", "in")])
async def test_capitals_sort(key: str, column: str) -> None:
    async with opened(report(3)) as screen:
        await screen.press("greater_than_sign", key)

        assert screen.here.grid.sort.name == column


async def test_r_polls_now_and_plus_and_minus_change_the_pace() -> None:
    async with opened(report(1)) as screen:
        await screen.press("r", "plus", "plus", "minus")

        assert screen.feed.asked == ["refresh", "every 5", "every 10", "every 5"]
        assert "every 5 s" in screen.text


async def test_e_shows_exact_numbers() -> None:
    async with opened(report(3)) as screen:
        assert "3.0k" in screen.text
        await screen.press("e")
        assert "3,000" in screen.text


async def test_help_shows_keys_columns_and_marks_and_closes() -> None:
    async with opened(report(1), size=(100, 200)) as screen:
        await screen.press("question_mark")
        for told in ("lagtop only reads", "ctrl+l", "DRAIN", "stalled: nothing is consumed"):
            assert told in screen.text

        await screen.press("q")
        assert screen.app.screen is screen.app.browse


async def test_help_scrolls_to_its_end() -> None:
    async with opened(report(1), size=(80, 24)) as screen:
        await screen.press("question_mark", "G")

        assert "WHY" in screen.text
        await screen.press("g")
        assert "lagtop only reads" in screen.text


async def test_the_mouse_chooses_opens_and_sorts() -> None:
    async with opened(report(5)) as screen:
        await screen.pilot.click("#table", offset=(5, 3))
        assert screen.chosen == "group-2"

        await screen.pilot.click("#table", offset=(5, 0))
        assert screen.here.grid.sort.name == "group"

        await screen.pilot.click("#table", offset=(5, 1), times=2)
        assert screen.here.path == ("group-0",)


@pytest.mark.parametrize(
    ("key", "view", "names"),
    [
        ("1", "groups", ["group-2", "group-1", "group-0"]),
        ("2", "topics", ["topic-2", "topic-1", "topic-0"]),
        ("3", "partitions", ["group-2 topic-2 0", "group-1 topic-1 0", "group-0 topic-0 0"]),
        ("4", "brokers", ["1", "2", "3"]),
    ],
)
async def test_numbers_open_the_views(key: str, view: str, names: list[str]) -> None:
    async with opened(report(3, 1)) as screen:
        await screen.press("enter", key)

        assert screen.here.view.id == view
        assert screen.names == names
        assert screen.lines[2].startswith(f" {view} ")


@pytest.mark.parametrize(
    ("keys", "trail"),
    [
        (["enter", "enter"], "groups › group-2 › topic-2 0"),
        (["enter", "enter", "enter"], "groups › group-2 › topic-2 0 › client-2"),
        (["2", "enter"], "topics › topic-2"),
        (["2", "enter", "enter", "enter"], "topics › topic-2 › topic-2 0 › client-2"),
        (["3", "enter", "enter"], "partitions › topic-2 0 › client-2"),
        (["4", "enter", "enter"], "brokers › 1 › topic-2 0"),
        (["enter", "enter", "enter", "enter"], "groups › group-2 › topic-2 0 › client-2"),
        (["enter", "enter", "escape", "escape", "escape"], "groups"),
    ],
)
async def test_the_breadcrumb_tells_where_enter_has_led(keys: list[str], trail: str) -> None:
    async with opened(report(3, 1)) as screen:
        await screen.press(*keys)

        assert screen.lines[2].startswith(f" {trail}  ")


async def test_a_partition_that_nobody_owns_leads_to_its_leader() -> None:
    async with opened(report(1, 1, of_partitions={"member": [-1]})) as screen:
        await screen.press("enter", "enter", "enter")

        assert screen.lines[2].startswith(" groups › group-0 › topic-0 0 › 1  ")
        assert screen.chosen == "group-0 topic-0 0"


async def test_a_partition_that_nobody_owns_or_leads_leads_nowhere_and_says_so() -> None:
    nobody = {"member": [-1], "leader": [-1]}

    async with opened(report(1, 1, of_partitions=nobody)) as screen:
        await screen.press("enter", "enter", "enter")

        assert screen.here.view.id == "partition"
        assert "no member owns it, and no broker leads it" in screen.text


async def test_a_partitions_page_shows_all_its_readers_with_the_cursor_on_ours() -> None:
    both = report(2, 1, topics=["shared", "shared"], of_partitions={"topic": [0, 0]})

    async with opened(both) as screen:
        await screen.press("j", "enter", "enter")

        assert screen.names == ["group-1 shared 0", "group-0 shared 0"]
        assert screen.chosen == "group-0 shared 0"
        assert "leader 1 · offsets 0 to 51,000 · 51.0k messages in the log · 50/s in" in screen.text


async def test_a_view_is_found_again_as_it_was_left() -> None:
    async with opened(report(9, 1)) as screen:
        await screen.press("slash", *"[3-5]", "enter", "j", "4", "1")

        assert screen.names == ["group-5", "group-4", "group-3"]
        assert screen.chosen == "group-4"


async def test_a_broker_that_is_silent_stands_out() -> None:
    seen = report(1, 1)
    down = replace(seen.brokers[1], gap=Gap("timeout", "broker 2 has not answered for 8 s"))

    async with opened(replace(seen, brokers=(seen.brokers[0], down))) as screen:
        assert "● 1/2 brokers" in screen.lines[0]
        await screen.press("4", "j")
        assert "silent" in screen.text
        assert "broker 2  broker 2 has not answered for 8 s" in screen.lines[-2]
