"""What the main screen tells in each state: connecting, failed, stale, empty, paused, too small."""

from __future__ import annotations

import math
import threading
from dataclasses import replace

from lagtop.snapshot import Failure, Gap, Group, Progress, Step
from lagtop.ui.messages import Delivered
from tests.ui.reports import report
from tests.ui.screens import opened

DOWN = Failure(0.0, "broker:9092 refused the connection", "is Kafka running there?", 2.0)


async def test_before_the_first_report_it_says_what_it_connects_to() -> None:
    async with opened() as screen:
        assert "connecting to broker:9092 ..." in screen.text


async def test_until_the_first_report_it_says_how_far_it_is() -> None:
    async with opened() as screen:
        await screen.deliver(Progress((Step("brokers", 3, 3), Step("groups", 120, 582))))
        told = [line.split() for line in screen.lines]
        assert ["brokers", "█" * 16, "3/3"] in told
        assert "groups" in screen.text
        assert "120/582" in screen.text

        await screen.deliver(report(3))
        assert "120/582" not in screen.text


async def test_a_failure_is_told_whatever_the_next_try_has_come_to() -> None:
    async with opened(DOWN) as screen:
        await screen.deliver(Progress((Step("brokers", 1, 3),)))

        assert DOWN.what in screen.text


async def test_enter_before_the_first_report_opens_the_row_that_comes() -> None:
    async with opened() as screen:
        await screen.press("enter")
        assert "opens the first row" in screen.lines[-2]

        await screen.deliver(report(3))
        assert "groups › group-2" in screen.lines[2]


async def test_q_takes_an_early_enter_back_as_it_would_come_back_from_the_row() -> None:
    async with opened() as screen:
        await screen.press("enter", "q")
        await screen.deliver(report(3))

        assert screen.app.return_code is None
        assert screen.here.view.id == "groups"


async def test_a_failure_before_the_first_report_says_what_to_do() -> None:
    async with opened(DOWN) as screen:
        assert DOWN.what in screen.text
        assert DOWN.hint in screen.text
        assert "retrying" in screen.text


async def test_a_failure_that_is_not_retried_does_not_say_so() -> None:
    async with opened(replace(DOWN, retry_in_s=0.0)) as screen:
        assert DOWN.what in screen.text
        assert "retrying" not in screen.text


async def test_a_failure_after_a_report_keeps_the_figures_and_tells_their_age() -> None:
    async with opened(report(3)) as screen:
        screen.clock.now += 14
        await screen.deliver(DOWN)

        assert f"stale 14s: {DOWN.what}" in screen.lines[1]
        assert screen.names == ["group-2", "group-1", "group-0"]
        assert screen.here.grid.sheet is not None
        assert screen.here.grid.sheet.stale.all()


async def test_a_cluster_that_does_not_answer_has_no_broker_that_is_up() -> None:
    async with opened(report(3), DOWN) as screen:
        assert "0/3 brokers" in screen.lines[0]

        await screen.press("4")
        assert screen.text.count("silent") == 3
        assert DOWN.what in screen.lines[-2]

        await screen.deliver(report(3))
        assert "3/3 brokers" in screen.lines[0]
        assert "silent" not in screen.text


async def test_stepping_back_while_the_cluster_is_away_shows_the_poll_before() -> None:
    async with opened(report(3)) as screen:
        for update in (report(4), report(5), DOWN):
            await screen.deliver(update)

        await screen.press("left_square_bracket")

        assert len(screen.names) == 4


async def test_the_header_shows_what_was_given_and_the_clusters_own_name() -> None:
    async with opened(report(3), target="prod") as screen:
        assert screen.lines[0].startswith(" lagtop  prod  test-cluster  ")

        await screen.resize(60, 24)
        assert screen.lines[0].startswith(" lagtop  prod  ")
        assert "test-cluster" not in screen.lines[0]


async def test_of_many_addresses_the_header_shows_the_first() -> None:
    async with opened(report(3), target="a:9092,b:9092,c:9092") as screen:
        assert screen.lines[0].startswith(" lagtop  a:9092 +2  ")


async def test_a_line_that_is_cut_says_so() -> None:
    long = replace(DOWN, what="broker:9092 " + "did not answer " * 20)

    async with opened(report(3, names=["x" * 90]), long, size=(80, 24)) as screen:
        await screen.press("G", "enter")

        assert screen.lines[1].endswith("…")
        assert screen.lines[2].endswith("…")
        assert screen.lines[-3].endswith("…")


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
        assert " old" not in screen.lines[1]


async def test_an_empty_cluster_says_so() -> None:
    async with opened(report(0, 0)) as screen:
        assert "no consumer group on this cluster" in screen.text
        await screen.press("enter", "j", "G", "ctrl+d", "I", "greater_than_sign")
        assert "no consumer group on this cluster" in screen.text


async def test_one_group_is_shown() -> None:
    async with opened(report(1)) as screen:
        assert screen.names == ["group-0"]


async def test_a_group_that_disappears_while_it_is_open_says_so() -> None:
    async with opened(report(5)) as screen:
        await screen.press("enter")

        await screen.deliver(report(2))

        assert "group group-4 is gone" in screen.text


async def test_a_filter_that_nothing_passes_is_told_apart_from_an_empty_cluster() -> None:
    async with opened(report(3)) as screen:
        await screen.press("slash", *"zz", "enter")

        assert "none of 3 groups passes the filter /zz" in screen.text
        assert "Esc clears the filter" in screen.text


async def test_a_frozen_picture_stays_while_collection_goes_on() -> None:
    async with opened(report(3)) as screen:
        await screen.press("p")
        await screen.deliver(report(5))
        assert "PAUSED at" in screen.lines[1]
        assert len(screen.names) == 3

        await screen.press("p")
        assert "PAUSED" not in screen.text
        assert len(screen.names) == 5


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
        assert f"group-0  {reason}" in screen.lines[-3]


async def test_a_long_reason_goes_on_on_the_next_line_of_a_narrow_terminal() -> None:
    reason = "hot key: " + "and a very long story " * 5 + "of it"
    seen = report(1, of_groups={"reason": [1]}, reasons=("", reason))

    async with opened(seen, size=(80, 24)) as screen:
        assert " ".join(line.strip() for line in screen.lines[-3:-1]) == f"group-0  {reason}"


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
    assert not seen.can_replace(Delivered(Progress(())))
    assert not down.can_replace(Delivered(Progress(())))
    assert Delivered(Progress(())).can_replace(seen)


async def test_a_ratio_that_nobody_knows_is_no_reproach() -> None:
    totals = replace(report(1).totals, ratio=math.nan, lag_s=math.nan)

    async with opened(report(1, totals=totals)) as screen:
        assert "out/in ?" in screen.lines[1]
        assert "not known yet" in screen.lines[1]
