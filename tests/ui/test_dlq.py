"""The view of dead letters: figures, what is not known, and where Enter leads."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import replace

from lagtop.analysis.dlq import DeadLetters
from lagtop.analysis.letters import Kind
from lagtop.analysis.report import Report
from lagtop.analysis.rules import DEFAULT_RULES, Alert, State
from lagtop.records import Peek, Record
from lagtop.snapshot import NO_GAP, UNKNOWN, Gap
from tests.ui.reports import report
from tests.ui.screens import opened

ORDERS = DeadLetters(
    "orders-dlq", Kind.DEAD_LETTERS, "orders", 3, 1_204, 1_204, 0, 12.0, 0.04, 7_200.0, False,
    0.002, True, 0.3, (1_190.0, 1_204.0),
)  # fmt: skip
RETRIES = replace(
    ORDERS, topic="orders-retry-1", kind=Kind.RETRIES, readers=1, unread_messages=3, history=()
)
DARK = replace(
    ORDERS, topic="dlq-x", source="", depth_messages=UNKNOWN, unread_messages=UNKNOWN,
    grown_messages=math.nan, inflow_per_s=math.nan, oldest_s=math.nan, error_share=math.nan,
    error_is_bound=False, history=(),
)  # fmt: skip


def lettered(*letters: DeadLetters) -> Report:
    """A report with these dead letters."""
    return replace(report(2, 2, topics=("orders-retry-1",)), dead_letters=letters)


async def test_dead_letters_are_told_with_depth_errors_and_age() -> None:
    async with opened(lettered(DARK, ORDERS, RETRIES), size=(180, 24)) as screen:
        await screen.press("5")

        assert screen.names == ["orders-dlq", "orders-retry-1", "dlq-x"]
        told = screen.lines[4].split()
        assert told[:7] == ["!", "orders-dlq", "orders", "dead", "letters", "1.2k", "1.2k"]
        assert "≥0.2%" in told
        assert "2h00m" in told
        assert "of orders; 12 more within 5 min than were read; no group reads it" in screen.text


async def test_what_is_not_known_of_dead_letters_is_a_question_mark_with_its_reason() -> None:
    async with opened(lettered(DARK), size=(180, 24)) as screen:
        await screen.press("5")

        assert screen.lines[4].split()[:6] == ["✖", "dlq-x", "–", "dead", "letters", "?"]
        assert "its offsets are not known yet" in screen.text


async def test_errors_stand_beside_the_group_whose_they_are_or_may_be() -> None:
    own = replace(ORDERS, groups=("group-0",), known_by="its name says so", error_is_bound=False)
    shared = replace(ORDERS, topic="mails-dlq", groups=("group-1", "group-2"))
    unknown = math.nan
    shares = {
        "error_share": [0.002, unknown, unknown, unknown],
        "error_share_most": [0.002, 0.031, unknown, unknown],
    }
    seen = replace(report(4, 1, of_groups=shares), dead_letters=(own, shared))

    async with opened(seen, size=(200, 24)) as screen:
        rows = [line.split() for line in screen.lines[3:8]]
        told = {word: row for row in rows for word in row[:2] if word.startswith("group-")}
        assert "0.2%" in told["group-0"]
        assert "≤3.1%" in told["group-1"]
        assert "?" in told["group-2"]
        assert "–" in told["group-3"]
        await screen.press("5")
        assert "of group group-0: its name says so" in screen.text
        await screen.press("G")
        assert "several groups may have failed" in screen.text


async def test_a_cluster_without_dead_letters_says_how_they_are_named() -> None:
    async with opened(report(1)) as screen:
        await screen.press("5")

        assert "no topic is named as dead letters or retries are" in screen.text


async def test_an_alert_on_dead_letters_leads_to_the_topic() -> None:
    rule = next(rule for rule in DEFAULT_RULES if rule.measure == "dead_letters_grown")
    alert = Alert(rule, "orders-retry-1", State.FIRING, 1.0, 1.0, 5.0)

    async with opened(replace(lettered(RETRIES), alerts=(alert,))) as screen:
        await screen.press("6", "enter")

        assert screen.names == ["group-0 orders-retry-1 0", "group-0 orders-retry-1 1"]


class Records:
    """Stands for a cluster that has one record, and remembers what was asked of it."""

    def __init__(self, record: Record | None = None, gap: Gap = NO_GAP) -> None:
        self.asked: list[tuple[str, bool]] = []
        self._record, self._gap = record, gap

    def peek(self, topic: str, values: bool, deliver: Callable[[Peek], None]) -> None:
        self.asked.append((topic, values))
        record = self._record
        if record is not None and not values:
            record = replace(record, value=None)
        deliver(Peek(topic, (record,) if record else (), self._gap))


SECRET = Record(
    2, 77, 1_700_000_000_000, (("x-\x1b[2Jerror", b"bad \x1b[31mcurrency"), ("retry_count", b"3")),
    b"customer-9", 11, b"card=4711\x1b[2J",
)  # fmt: skip


async def test_enter_shows_the_last_records_without_what_they_say() -> None:
    cluster = Records(SECRET)
    async with opened(lettered(ORDERS), peek=cluster.peek) as screen:
        await screen.press("5", "enter")

        assert cluster.asked == [("orders-dlq", False)]
        assert "the last records of orders-dlq" in screen.text
        assert "partition 2 offset 77" in screen.text
        assert "key 10 B  value 11 B  2 headers" in screen.text
        assert "bad �[31mcurrency" in screen.text
        assert "4711" not in screen.text
        assert "customer-9" not in screen.text
        assert "\x1b" not in screen.text


async def test_v_reads_them_again_with_what_they_say() -> None:
    cluster = Records(SECRET)
    async with opened(lettered(ORDERS), peek=cluster.peek) as screen:
        await screen.press("5", "enter", "v")

        assert cluster.asked == [("orders-dlq", False), ("orders-dlq", True)]
        assert "card=4711�[2J" in screen.text
        assert "customer-9" in screen.text

        await screen.press("v")
        assert "4711" not in screen.text


async def test_records_that_may_not_be_read_say_why() -> None:
    cluster = Records(gap=Gap("unauthorized", "no READ on topic orders-dlq"))
    async with opened(lettered(ORDERS), peek=cluster.peek) as screen:
        await screen.press("5", "enter")

        assert "no READ on topic orders-dlq" in screen.text

        await screen.press("escape")
        assert "dead letters" in screen.lines[2]


async def test_a_recording_has_no_records_to_read() -> None:
    async with opened(lettered(ORDERS)) as screen:
        await screen.press("5", "enter")

        assert "there is no cluster here to read records from" in screen.text
