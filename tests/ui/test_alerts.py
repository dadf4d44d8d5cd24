"""The alerts view, the log, the count in the header, and acknowledging."""

from __future__ import annotations

from dataclasses import replace

import pytest

from lagtop.analysis.moved import Move, Span
from lagtop.analysis.report import Report
from lagtop.analysis.rules import Alert, Event, Rule, Severity, State
from lagtop.ui.alerts import log_lines, news_count
from tests.ui.reports import report
from tests.ui.screens import opened

NOW = 1_700_000_000.0
HIGH = Rule("ConsumerLagHigh", "lag_messages", 10_000, 120, summary="the lag has been high")
STALLED = Rule("ConsumerStalled", "stalled_messages", 0, 300, Severity.CRITICAL, summary="stalled")


def alert(rule: Rule, group: str, state: State, *, acknowledged: bool = False) -> Alert:
    """An alert that has been in its state for a minute."""
    return Alert(rule, group, state, NOW - 60, NOW - 200, 12_345.0, acknowledged=acknowledged)


def alarmed(*alerts: Alert) -> Report:
    """A report of three groups with these alerts."""
    events = (Event(NOW - 60, "ConsumerLagHigh", "group-1", State.FIRING, 12_345.0),)
    return replace(report(3, 2), alerts=alerts, events=events)


FIRING = alarmed(
    alert(STALLED, "group-2", State.FIRING),
    alert(HIGH, "group-1", State.FIRING),
    alert(HIGH, "group-2", State.FIRING, acknowledged=True),
    alert(HIGH, "group-0", State.PENDING),
)


async def test_alerts_stand_in_the_order_of_their_urgency() -> None:
    async with opened(FIRING) as screen:
        await screen.press("6")

        assert screen.names == [
            "ConsumerStalled group-2",
            "ConsumerLagHigh group-1",
            "ConsumerLagHigh group-2",
            "ConsumerLagHigh group-0",
        ]
        states = [line.split()[:2] for line in screen.lines[4:8]]
        assert states == [
            ["■", "firing"],
            ["!", "firing"],
            ["acked", "ConsumerLagHigh"],
            ["pending", "ConsumerLagHigh"],
        ]
        assert "1m00s" in screen.lines[4]
        assert "12.3k" in screen.lines[4]


async def test_enter_leads_from_an_alert_to_its_group() -> None:
    async with opened(FIRING) as screen:
        await screen.press("6", "j", "enter")

        assert screen.lines[2].startswith(" alerts › group-1  ")


async def test_the_header_counts_what_fires_and_nobody_has_seen() -> None:
    async with opened(FIRING) as screen:
        assert "! 2 alerts" in screen.lines[1]

        await screen.deliver(report(3, 2))
        assert "alert" not in screen.lines[0]


async def test_acknowledging_tells_the_feed_which_alert() -> None:
    heard: list[tuple[str, str]] = []
    async with opened(FIRING, acknowledge=lambda *names: heard.append(names)) as screen:
        await screen.press("a")
        assert "6 shows the alerts" in screen.text

        await screen.press("6", "j", "a")
        assert heard == [("ConsumerLagHigh", "group-1")]


async def test_no_alert_is_told_as_good_news() -> None:
    async with opened(report(1, 1)) as screen:
        await screen.press("6", "a", "enter")

        assert "no alert: nothing is wrong that a rule knows of" in screen.text


async def test_the_log_shows_what_came_and_went() -> None:
    async with opened(FIRING) as screen:
        await screen.press("colon", *"log", "enter")

        assert "firing    ConsumerLagHigh          group-1  12,345" in screen.text


def test_the_log_shows_what_was_moved_among_the_alerts() -> None:
    later = Move(NOW - 30, "group-2", Span(1_234_567, 12), Span(0, 0))
    earlier = Move(NOW - 90, "group-0", Span(0, 0), Span(500, 1))

    lines = log_lines(replace(FIRING, moves=(earlier, later)))

    assert [" ".join(line.split()[1:]) for line in lines] == [
        "moved offsets group-2 forward by 1,234,567 messages in 12 partitions, which no member"
        " read: a reset, or a reader that never joins",
        "firing ConsumerLagHigh group-1 12,345",
        "moved offsets group-0 back by 500 messages in 1 partition, to be read again",
    ]


def test_an_empty_log_says_so() -> None:
    assert log_lines(None) == log_lines(report(1, 1)) == ["nothing has happened yet"]


@pytest.mark.parametrize("state", [State.PENDING, State.RESOLVED])
def test_what_does_not_fire_is_no_news(state: State) -> None:
    assert news_count(alarmed(alert(HIGH, "group-1", state))) == 0
