"""The main screen's state after keys and news, without a terminal."""

from __future__ import annotations

import math
import threading
from dataclasses import replace

import pytest

from lagtop.snapshot import Failure, Gap, Group
from lagtop.ui.messages import Delivered
from tests.ui.reports import report
from tests.ui.screens import opened

DOWN = Failure(0.0, "broker:9092 refused the connection", "is Kafka running there?", 2.0)


async def test_before_the_first_report_it_says_what_it_connects_to() -> None:
    async with opened() as screen:
        assert "connecting to broker:9092 ..." in screen.text


async def test_a_failure_before_the_first_report_says_what_to_do() -> None:
    async with opened(DOWN) as screen:
        assert DOWN.what in screen.text
        assert DOWN.hint in screen.text
        assert "retrying" in screen.text


async def test_a_failure_after_a_report_keeps_the_figures_and_tells_their_age() -> None:
    async with opened(report(3)) as screen:
        screen.clock.now += 14
        await screen.deliver(DOWN)

        assert f"stale 14s: {DOWN.what}" in screen.lines[1]
        assert screen.names == ["group-2", "group-1", "group-0"]
        assert screen.here.grid.sheet is not None
        assert screen.here.grid.sheet.stale.all()


async def test_the_next_report_brings_the_figures_back_to_life() -> None:
    async with opened(report(3), DOWN) as screen:
        await screen.deliver(report(3))

        assert "stale" not in screen.text
        assert screen.here.grid.sheet is not None
        assert not screen.here.grid.sheet.stale.any()


async def test_a_feed_that_falls_silent_makes_the_figures_stale() -> None:
    async with opened(report(3)) as screen:
        screen.clock.now += 11
        await screen.pilot.pause(1.1)

        assert "stale 11s: no answer yet" in screen.lines[1]


async def test_an_empty_cluster_says_so() -> None:
    async with opened(report(0, 0)) as screen:
        assert "no consumer group on this cluster" in screen.text
        await screen.press("enter", "j", "G", "ctrl+d", "I", "greater_than_sign")
        assert "no consumer group on this cluster" in screen.text


async def test_one_group_is_shown() -> None:
    async with opened(report(1)) as screen:
        assert screen.names == ["group-0"]


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


async def test_a_group_that_disappears_while_it_is_open_says_so() -> None:
    async with opened(report(5)) as screen:
        await screen.press("enter")

        await screen.deliver(report(2))

        assert "group group-4 is gone" in screen.text


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


async def test_a_filter_that_nothing_passes_is_told_apart_from_an_empty_cluster() -> None:
    async with opened(report(3)) as screen:
        await screen.press("slash", *"zz", "enter")

        assert "none of 3 groups passes the filter /zz" in screen.text
        assert "Esc clears the filter" in screen.text


async def test_letters_in_a_filter_are_not_keys() -> None:
    async with opened(report(3)) as screen:
        await screen.press("slash", "q", "p", "I")

        assert screen.here.grid.filter is not None
        assert screen.here.grid.filter.text == "qpI"


async def test_a_frozen_picture_stays_while_collection_goes_on() -> None:
    async with opened(report(3)) as screen:
        await screen.press("p")
        await screen.deliver(report(5))
        assert "PAUSED at" in screen.lines[1]
        assert len(screen.names) == 3

        await screen.press("p")
        assert "PAUSED" not in screen.text
        assert len(screen.names) == 5


async def test_sorting_walks_over_the_columns_in_sight() -> None:
    async with opened(report(3)) as screen:
        await screen.press("greater_than_sign")
        assert screen.here.grid.sort.name == "trend"
        await screen.press("less_than_sign", "less_than_sign")
        assert screen.here.grid.sort.name == "topics"


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
    async with opened(report(1), size=(100, 110)) as screen:
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


async def test_a_resize_to_eighty_columns_keeps_the_vital_ones() -> None:
    async with opened(report(3), size=(160, 40)) as screen:
        await screen.resize(80, 24)

        for heading in ("GROUP", "LAG", "TREND", "BEHIND", "IN/s", "OUT/s", "DRAIN"):
            assert heading in screen.lines[3]
        assert all(len(line) == 80 for line in screen.lines)


async def test_a_terminal_that_is_too_small_says_what_it_needs() -> None:
    async with opened(report(3), size=(80, 24)) as screen:
        await screen.resize(39, 8)
        assert "terminal too small" in screen.text
        assert "needs 40x8" in screen.text

        await screen.resize(40, 8)
        assert "group-2" in screen.text


async def test_the_reason_stands_in_full_under_the_table() -> None:
    reason = "hot key: partition 7 takes 38 % of what is produced to topic orders"
    seen = report(1, of_groups={"reason": [1]}, reasons=("", reason))

    async with opened(seen, size=(80, 24)) as screen:
        assert f"group-0  {reason}" in screen.lines[-2]


async def test_a_group_without_permission_says_why() -> None:
    gap = Gap("unauthorized", "no DESCRIBE on group group-0")
    seen = report(1, facts={0: Group("group-0", gap=gap)})

    async with opened(seen) as screen:
        assert "✖ group-0" in screen.text
        assert gap.reason in screen.lines[-2]


async def test_ascii_sends_nothing_but_ascii() -> None:
    seen = report(2, names=["日本語", "caf\xe9"], of_groups={"lag_missing": [1, 0]})

    async with opened(seen, ascii=True) as screen:
        await screen.press("j", "enter")
        assert screen.text.isascii()
        await screen.press("question_mark")
        assert screen.text.isascii()


async def test_names_from_strangers_cannot_break_a_row() -> None:
    names = ["\x1b[31mred\x07", "\u202eabc", "日本語の長い長いグループ名前" * 4, "x" * 300]
    seen = report(4, names=names, cluster="\x1b]0;title\x07")

    async with opened(seen, size=(80, 24)) as screen:
        assert "\x1b" not in screen.text
        assert "\x07" not in screen.text
        assert "\u202e" not in screen.text
        strips = screen.app.screen._compositor.render_strips()
        assert {strip.cell_length for strip in strips} == {80}


async def test_news_from_another_thread_is_shown() -> None:
    async with opened() as screen:
        sender = threading.Thread(target=screen.feed.deliver, args=(report(2),))
        sender.start()
        sender.join()
        await screen.pilot.pause()

        assert screen.names == ["group-1", "group-0"]


async def test_news_after_the_end_is_nobodys() -> None:
    async with opened(report(1)) as screen:
        feed = screen.feed

    feed.deliver(report(2))

    assert screen.app.session.newest.report is not None
    assert len(screen.app.session.newest.report.group_facts) == 1


def test_newer_news_replaces_older_but_a_failure_replaces_no_report() -> None:
    seen, down = Delivered(report(1)), Delivered(DOWN)

    assert seen.can_replace(Delivered(report(2)))
    assert down.can_replace(seen)
    assert down.can_replace(Delivered(DOWN))
    assert not seen.can_replace(down)


async def test_a_ratio_that_nobody_knows_is_no_reproach() -> None:
    totals = replace(report(1).totals, ratio=math.nan, lag_s=math.nan)

    async with opened(report(1, totals=totals)) as screen:
        assert "out/in ?" in screen.lines[1]
        assert "not known yet" in screen.lines[1]


async def test_the_mouse_chooses_opens_and_sorts() -> None:
    async with opened(report(5)) as screen:
        await screen.pilot.click("#table", offset=(5, 3))
        assert screen.chosen == "group-2"

        await screen.pilot.click("#table", offset=(5, 0))
        assert screen.here.grid.sort.name == "group"

        await screen.pilot.click("#table", offset=(5, 1), times=2)
        assert screen.here.path == ("group-0",)
