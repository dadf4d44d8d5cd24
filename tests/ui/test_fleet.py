"""Several clusters on one screen: worst first, each by itself, and none that hides another."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace

from textual.pilot import Pilot

from lagtop.analysis.report import Report, Trend
from lagtop.live import Update
from lagtop.snapshot import Failure, Gap, Group
from lagtop.ui.fleet_app import FleetApp, Member
from lagtop.ui.messages import Delivered
from lagtop.ui.options import Options
from tests.ui.feeds import HandClock, HandFeed
from tests.ui.reports import report

DOWN = Failure(0.0, "nothing listens on kafka:9092", "is Kafka running there?", 2.0)


@dataclass
class Fleet:
    """A running fleet with all that a test wants to reach."""

    app: FleetApp
    pilot: Pilot[int]
    feeds: dict[str, HandFeed]
    clock: HandClock

    async def deliver(self, name: str, update: Update) -> None:
        self.feeds[name].deliver(update)
        await self.pilot.pause()

    async def press(self, *keys: str) -> None:
        await self.pilot.press(*keys)
        await self.pilot.pause()

    @property
    def lines(self) -> list[str]:
        return [strip.text for strip in self.app.screen._compositor.render_strips()]

    @property
    def order(self) -> list[str]:
        """The clusters from top to bottom."""
        words = (line[7:].split() for line in self.lines[2 : 2 + len(self.feeds)])
        return [found[0] for found in words]

    def row(self, name: str) -> str:
        """The line of a cluster."""
        return self.lines[2 + self.order.index(name)]

    @property
    def chosen(self) -> str:
        """The cluster under the cursor."""
        return next(line[7:].split()[0] for line in self.lines[2:] if line.lstrip()[:1] == ">")


@asynccontextmanager
async def fleet(*names: str, width: int = 150, **tags: str) -> AsyncIterator[Fleet]:
    feeds, clock = {name: HandFeed() for name in names}, HandClock()
    members = [
        Member(name, feed, Options(f"{name}:9092", tags.get(name, name), ascii=False, clock=clock))
        for name, feed in feeds.items()
    ]
    app = FleetApp(members)
    async with app.run_test(size=(width, 20)) as pilot:
        await pilot.pause()
        yield Fleet(app, pilot, feeds, clock)


def stalled() -> Report:
    """A cluster of two groups, of which the one that is less behind stands still."""
    trends = [Trend.STALLED, Trend.STEADY]
    return report(2, of_groups={"trend": trends, "lag_s": [5.0, 50.0]}, reasons=("why it is",))


async def test_what_was_not_read_is_unknown_and_never_zero() -> None:
    async with fleet("prod", "stage") as seen:
        figures = seen.row("prod").split("connecting to prod:9092")[0]

        assert figures.split()[-9:] == ["?"] * 9
        assert "0" not in figures

        await seen.deliver("prod", DOWN)
        figures = seen.row("prod").split("nothing listens on kafka:9092")[0]
        assert figures.split()[-9:] == ["?"] * 9


async def test_the_worst_comes_first_with_its_worst_group_and_why() -> None:
    async with fleet("calm", "stuck", "gone", "new") as seen:
        await seen.deliver("calm", report(3))
        await seen.deliver("stuck", stalled())
        await seen.deliver("gone", DOWN)

        assert seen.order == ["gone", "new", "stuck", "calm"]
        assert "group-0" in seen.row("stuck")
        assert "■" in seen.row("stuck")
        assert "why it is" in seen.row("stuck")
        assert "nothing listens on kafka:9092" in seen.row("gone")


async def test_a_group_that_nobody_may_read_does_not_hide_one_that_stands_still() -> None:
    hidden = Group("group-1", "classic", "", gap=Gap("unauthorized", "DESCRIBE is missing"))
    async with fleet("prod", "stage") as seen:
        trends = [Trend.STALLED, Trend.UNKNOWN]
        await seen.deliver("prod", report(2, facts={1: hidden}, of_groups={"trend": trends}))

        assert "group-0" in seen.row("prod")


async def test_a_cluster_that_fails_keeps_its_last_figures_and_says_how_old_they_are() -> None:
    async with fleet("prod", "stage") as seen:
        await seen.deliver("prod", report(1))
        await seen.deliver("stage", report(2))
        seen.clock.now += 7
        await seen.deliver("stage", report(2))
        await seen.deliver("prod", DOWN)

        assert seen.order == ["prod", "stage"]
        assert {"0/3", "1.0k", "7.0s"} <= {*seen.row("prod").split()}
        assert "3/3" in seen.row("stage")
        assert "nothing listens" not in seen.row("stage")


async def test_a_cluster_of_which_nothing_is_heard_is_said_to_be_silent() -> None:
    async with fleet("prod", "stage") as seen:
        await seen.deliver("prod", report(1))
        seen.clock.now += 60
        await seen.deliver("stage", report(1))

        assert seen.order[0] == "prod"
        assert "no answer for 1m00s" in seen.row("prod")
        assert "no answer" not in seen.row("stage")


async def test_a_cluster_is_entered_and_all_others_go_on() -> None:
    async with fleet("prod", "stage") as seen:
        await seen.deliver("prod", report(3, cluster="c-prod"))
        await seen.deliver("stage", stalled())
        await seen.press("j")
        assert seen.chosen == "prod"
        await seen.press("enter")
        assert "group-2" in "\n".join(seen.lines)

        await seen.deliver("stage", report(2, names=["fresh"], of_groups={"lag_s": [900, 1]}))
        await seen.deliver("prod", report(4))
        assert "group-3" in "\n".join(seen.lines)
        assert "fresh" not in "\n".join(seen.lines)

        await seen.press("0")
        assert "fresh" in seen.row("stage")
        assert seen.chosen == "prod"


async def test_a_frozen_cluster_is_as_it_was_left_and_the_fleet_has_the_newest() -> None:
    async with fleet("prod", "stage") as seen:
        await seen.deliver("prod", report(1))
        await seen.press("j", "enter", "p", "enter", "0")
        await seen.deliver("prod", report(5))
        words = seen.row("prod").split()
        assert words[words.index("3/3") + 1] == "5"

        await seen.press("enter")
        assert "PAUSED" in seen.lines[1]
        assert "groups › group-0" in seen.lines[2]
        await seen.press("p")
        assert "PAUSED" not in seen.lines[1]


async def test_q_leads_out_of_a_cluster_to_the_fleet_and_then_out() -> None:
    async with fleet("prod", "stage") as seen:
        await seen.deliver("prod", report(1))
        await seen.deliver("stage", report(2))
        await seen.press("enter", "enter", "q")
        assert len(seen.app.screen_stack) == 2
        await seen.press("q")
        assert seen.app.screen is seen.app.fleet
        await seen.press("q")

    assert seen.app.return_code == 0


async def test_another_cluster_is_asked_for_over_help_as_well() -> None:
    async with fleet("prod", "stage") as seen:
        await seen.deliver("prod", report(1))
        await seen.press("enter", "?", "C")

        assert seen.app.screen is seen.app.fleet


async def test_a_terminal_that_grew_while_a_cluster_was_in_sight_has_room_for_all_columns() -> None:
    async with fleet("prod", "stage", width=80) as seen:
        await seen.deliver("prod", report(1))
        assert "WORST GROUP" not in seen.lines[1]
        await seen.press("enter")
        await seen.pilot.resize_terminal(150, 20)
        await seen.press("0")

        assert "WORST GROUP" in seen.lines[1]
        assert "group-0" in seen.row("prod")


async def test_every_cluster_is_polled_on_request() -> None:
    async with fleet("prod", "stage") as seen:
        await seen.press("r")

        assert [feed.asked for feed in seen.feeds.values()] == [["refresh"], ["refresh"]]


async def test_what_a_key_of_the_app_has_to_say_is_said_in_the_fleet() -> None:
    async with fleet("prod", "stage") as seen:
        await seen.press("m")
        assert "the mouse can only be switched" in "\n".join(seen.lines)


async def test_a_narrow_terminal_has_what_matters_and_strangers_names_are_harmless() -> None:
    async with fleet("prod", "stage", width=80, prod="PROD\x1b[2J") as seen:
        await seen.deliver("prod", report(1, names=["\x1b[2Jevil"], reasons=("it is",)))
        await seen.press("j")

        assert "\x1b" not in "".join(seen.lines)
        assert "[2Jevil: it is" in seen.lines[-2]
        assert {"CLUSTER", "LAG", "BEHIND", "ALERTS", "AGE", "WHY"} <= {*seen.lines[1].split()}


async def test_clusters_are_sorted_by_any_column_and_what_is_not_known_comes_last() -> None:
    async with fleet("a-small", "b-dead", "c-big") as seen:
        await seen.deliver("a-small", report(1))
        await seen.deliver("b-dead", DOWN)
        await seen.deliver("c-big", report(3))
        assert "worst first" in seen.lines[0]

        await seen.press(">")
        assert "by CLUSTER" in seen.lines[0]
        assert seen.order == ["a-small", "b-dead", "c-big"]
        await seen.press(">", ">")
        assert "by GROUPS" in seen.lines[0]
        assert seen.order == ["c-big", "a-small", "b-dead"]
        await seen.press("I")
        assert "by GROUPS reversed" in seen.lines[0]
        assert seen.order == ["a-small", "c-big", "b-dead"]
        await seen.press("<", "<", "<")
        assert seen.order[0] == "b-dead"
        await seen.press("I")
        assert "worst last" in seen.lines[0]
        assert seen.order[-1] == "b-dead"


async def test_a_filter_works_while_it_is_typed_and_escape_clears_it() -> None:
    async with fleet("prod-eu", "prod-us", "stage") as seen:
        await seen.press("/", *"US")
        assert seen.lines[-1].startswith(" /US")
        assert "1 shown" in seen.lines[0]
        await seen.press("enter")
        assert seen.chosen == "prod-us"
        assert "prod-eu" not in "".join(seen.lines[1:])

        await seen.press("/", "escape")
        assert "1 shown" in seen.lines[0]
        await seen.press("escape")
        assert "prod-eu" in "".join(seen.lines)
        await seen.press("/", *"x(", "enter")
        assert "no regular expression" in "".join(seen.lines)
        await seen.press("/", *"nosuch", "enter", "enter")
        assert seen.app.screen is seen.app.fleet
        assert "Esc clears it" in "".join(seen.lines)


async def test_the_fleet_has_a_help_of_its_own() -> None:
    async with fleet("prod", "stage") as seen:
        await seen.pilot.resize_terminal(100, 70)
        await seen.press("?")
        told = "\n".join(seen.lines)
        assert "poll every cluster now" in told
        assert "WORST GROUP" in told
        assert "brokers that answer, of all" in told
        await seen.press("escape")

        assert seen.app.screen is seen.app.fleet


async def test_a_tiny_terminal_is_told_that_it_is_too_small() -> None:
    async with fleet("prod", "stage") as seen:
        await seen.pilot.resize_terminal(30, 6)
        await seen.pilot.pause()
        assert "terminal too small" in "".join(seen.lines)
        assert "prod" not in "".join(seen.lines)
        await seen.pilot.resize_terminal(80, 20)
        await seen.pilot.pause()

        assert "prod" in "".join(seen.lines)


def test_news_of_one_cluster_replaces_none_of_another() -> None:
    assert not Delivered(report(1), 0).can_replace(Delivered(report(1), 1))
    assert Delivered(report(1), 1).can_replace(Delivered(replace(report(1)), 1))
