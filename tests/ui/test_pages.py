"""The pages of a group and of a member."""

from __future__ import annotations

import math
from dataclasses import replace

from lagtop.analysis.report import LagMethod, Trend
from lagtop.snapshot import Group, Member
from tests.ui.reports import report
from tests.ui.screens import opened

FACTS = {0: Group("group-0", "consumer", "Stable", "uniform", coordinator=2)}
TALL = (120, 40)


async def test_a_groups_page_tells_its_facts() -> None:
    columns = {"lag_s_method": [LagMethod.EXACT], "trend": [Trend.GROWING]}
    seen = report(1, 2, facts=FACTS, of_groups=columns)

    async with opened(seen, size=TALL) as screen:
        await screen.press("enter")

        assert " lag 1.0k  10s behind (exact) · growing +10/s  " in screen.text
        assert "  stable · 1 member · consumer · uniform · coordinator 2" in screen.text


async def test_a_groups_page_has_charts_where_there_is_room() -> None:
    async with opened(report(1, 2), size=TALL) as screen:
        await screen.press("enter")
        assert "in/s 100  out/s 90  last 1 min" in screen.text
        assert "behind 10s" in screen.text

        await screen.resize(120, 24)
        assert "last 1 min" not in screen.text
        assert "group-0" in screen.text


async def test_v_gives_the_room_of_the_charts_to_the_table() -> None:
    async with opened(report(1, 2), size=TALL) as screen:
        await screen.press("enter", "v")

        assert "last 1 min" not in screen.text


async def test_other_views_have_no_charts() -> None:
    async with opened(report(1, 2), size=TALL) as screen:
        await screen.press("enter", "1")
        assert "last 1 min" not in screen.text

        await screen.press("2", "enter")
        assert "last 1 min" not in screen.text


async def test_charts_go_on_with_the_news_and_stand_still_when_frozen() -> None:
    async with opened(report(1, 2, captured_at=1_000.0), size=TALL) as screen:
        await screen.press("enter")
        await screen.deliver(report(1, 2, of_groups={"lag_messages": [77]}, captured_at=1_002.0))
        assert "lag 77  last" in screen.text

        await screen.press("p")
        await screen.deliver(report(1, 2, of_groups={"lag_messages": [99]}, captured_at=1_004.0))
        assert "lag 77  last" in screen.text


async def test_charts_of_a_group_that_is_gone_are_no_trouble() -> None:
    async with opened(report(2, 2), size=TALL) as screen:
        await screen.press("enter")
        await screen.deliver(report(1, 2))

        assert "group group-1 is gone" in screen.text


async def test_a_members_page_tells_who_it_is_and_what_it_owns() -> None:
    seen = report(2, 3)
    member = Member(1, "m-1", "client-1", "/10.0.0.9", "instance-a")
    seen = replace(seen, members=(seen.members[0], member))

    async with opened(seen, size=TALL) as screen:
        await screen.press("enter", "enter", "enter")

        assert "client client-1 · host 10.0.0.9" in screen.text
        assert screen.names == ["group-1 topic-1 0", "group-1 topic-1 1", "group-1 topic-1 2"]


async def test_what_brokers_show_of_a_member_is_told_and_bounds_are_called_bounds() -> None:
    spacing = {"commit_spacing_s": [2.0, 5.0, 5.0]}
    async with opened(report(1, 3, of_partitions=spacing), size=(170, 24)) as screen:
        await screen.press("enter", "enter", "enter")

        told = "reads 135/s · commits every 5.0s · poll to commit ≤5.0s (bound) · ≤7.41ms a message"
        assert told in screen.text

    unknown = {"commit_spacing_s": [math.nan] * 3, "consumed_per_s": [math.nan, 45.0, 45.0]}
    async with opened(report(1, 3, of_partitions=unknown), size=(170, 24)) as screen:
        await screen.press("enter", "enter", "enter")

        assert "reads ≥90/s · commits every ? · client" in screen.text


async def test_a_member_that_is_gone_is_told() -> None:
    async with opened(report(1, 2), size=TALL) as screen:
        await screen.press("enter", "enter", "enter")
        await screen.deliver(replace(report(1, 2, of_partitions={"member": [-1, -1]}), members=()))

        assert "member client-0 owns no partition any more" in screen.text
