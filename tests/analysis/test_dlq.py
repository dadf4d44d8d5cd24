"""Dead letters: by which names, of which source, how much, how fast, and how old."""

from __future__ import annotations

import re
from dataclasses import replace

import numpy as np
import pytest

from lagtop.analysis.dlq import DeadLetters
from lagtop.analysis.failing import error_sentences
from lagtop.analysis.letters import Kind, Naming
from lagtop.analysis.observer import Observer
from lagtop.analysis.report import Report
from lagtop.analysis.rules import State
from lagtop.snapshot import UNKNOWN, TimeAnswer
from tests.analysis.build import Line, poll, reports, snapshots

DEAD, RETRIES = Kind.DEAD_LETTERS, Kind.RETRIES
TOPICS = ("orders", "orders-eu", "billing.orders", "orders-retry-0", "payments")


@pytest.mark.parametrize(
    ("topic", "kind", "source"),
    [
        ("orders.DLQ", DEAD, "orders"),
        ("orders-dlq", DEAD, "orders"),
        ("orders-dlt", DEAD, "orders"),
        ("orders.DLT", DEAD, "orders"),
        ("orders-dead-letter", DEAD, "orders"),
        ("orders-dead-letters", DEAD, "orders"),
        ("orders_dead_letter_queue", DEAD, "orders"),
        ("dlq-orders", DEAD, "orders"),
        ("orders-eu-dlq", DEAD, "orders-eu"),
        ("orders-retry-0", RETRIES, "orders"),
        ("orders-retry-5000", RETRIES, "orders"),
        ("orders-retry", RETRIES, "orders"),
        ("orders-retry-0-dlt", DEAD, "orders"),
        ("checkout.orders.DLQ", DEAD, "orders"),
        ("orders-shipping-dlq", DEAD, "orders"),
        ("dlq-unheard-of", DEAD, ""),
        ("orders", None, ""),
        ("dlq", None, ""),
        ("orders-retrying", None, ""),
        ("__orders-dlq", None, ""),
    ],
)
def test_a_topic_is_what_its_name_says(topic: str, kind: Kind | None, source: str) -> None:
    naming = Naming()

    assert naming.kind(topic) is kind
    if kind is not None:
        assert naming.source(topic, TOPICS) == source


def test_a_house_may_have_names_of_its_own() -> None:
    naming = Naming(re.compile(r"^poison/(?P<source>.+)"))

    assert naming.kind("poison/orders") is DEAD
    assert naming.source("poison/orders", TOPICS) == "orders"
    assert naming.kind("orders-dlq") is DEAD


def letters(t: float, end: int, *, start: int = 0, read: int | None = None) -> Line:
    """10 messages per second are read of `orders`; its dead letters end at `end`."""
    moved = int(t * 10)
    groups: Line = {"billing": {"orders": [[0, moved]]}}
    if read is not None:
        groups["mender"] = {"orders-dlq": [[0, read]]}
    topics = {"orders": [[0, 1, 0, moved, moved]], "orders-dlq": [[0, 1, start, end, end]]}
    return poll(t, topics, groups)


def only(report: Report) -> DeadLetters:
    """The one there is."""
    (one,) = report.dead_letters
    return one


def test_depth_is_what_lies_there_and_unread_what_no_group_has_read() -> None:
    one = only(reports(letters(0, 40, start=10, read=25))[-1])

    assert (one.depth_messages, one.unread_messages, one.readers) == (30, 15, 1)


def test_without_a_reader_all_of_it_is_unread() -> None:
    one = only(reports(letters(0, 40, start=10))[-1])

    assert (one.depth_messages, one.unread_messages, one.readers) == (30, 30, 0)


def test_what_could_not_be_read_is_unknown() -> None:
    seen = poll(0, {"orders-dlq": [[0, 1, None, None, None]]})

    assert only(reports(seen)[-1]).depth_messages == UNKNOWN


def test_inflow_over_what_the_source_is_read_is_the_error_rate() -> None:
    seen = reports(*(letters(t, 1_000 + t // 2) for t in range(0, 302, 2)))

    one = only(seen[-1])
    assert one.inflow_per_s == pytest.approx(0.5, rel=0.05)
    assert one.error_share == pytest.approx(0.05, rel=0.1)
    assert not one.error_is_bound
    assert one.grown_messages == pytest.approx(150, abs=3)


def test_with_several_groups_on_the_source_the_error_rate_is_a_bound() -> None:
    lines = [letters(t, 1_000 + t // 2) for t in range(0, 62, 2)]
    for line in lines:
        line["groups"]["audit"] = line["groups"]["billing"]

    assert only(reports(*lines)[-1]).error_is_bound


def shared(t: float, dlq: str, groups: tuple[str, ...], **more: object) -> Line:
    """Each group reads 10 messages per second of `orders`; 0.5 per second end up in a DLQ."""
    moved, end = int(t * 10), 1_000 + int(t / 2)
    topics = {"orders": [[0, 1, 0, moved, moved]], dlq: [[0, 1, 0, end, end]]}
    return poll(t, topics, {name: {"orders": [[0, moved]]} for name in groups}, **more)


TWO = ("audit", "billing")


@pytest.mark.parametrize(
    ("dlq", "groups", "headers", "known", "most"),
    [
        pytest.param("orders-dlq", ("billing",), [], [0.05], [0.05], id="nobody else reads it"),
        pytest.param("orders-dlq", TWO, [], [None, None], [0.05, 0.05], id="each at most that"),
        pytest.param("orders-billing-dlq", TWO, [], [None, 0.05], [None, 0.05], id="by its name"),
        pytest.param("billing.orders.DLQ", TWO, [], [None, 0.05], [None, 0.05], id="name first"),
        pytest.param("billing-dlq", TWO, [], [None, 0.05], [None, 0.05], id="no source, a group"),
        pytest.param(
            "orders-dlq", TWO, ["audit"], [0.05, None], [0.05, None], id="headers name it"
        ),
        pytest.param(
            "orders-billing-dlq", TWO, ["audit"], [0.05, None], [0.05, None],
            id="headers go before names",
        ),
        pytest.param(
            "orders-dlq", ("a", *TWO), ["audit", "billing"], [None] * 3, [None, 0.05, 0.05],
            id="headers name two",
        ),
        pytest.param("orders-dlq", TWO, ["gone"], [None] * 2, [None] * 2, id="headers name none"),
        pytest.param(
            "orders-dlq", ("audit", "orders"), [], [None] * 2, [0.05, 0.05],
            id="a group of the source's name is not named",
        ),
        pytest.param("mails-dlq", TWO, [], [None] * 2, [None] * 2, id="of something else"),
    ],
)  # fmt: skip
def test_a_groups_error_rate_is_known_or_bounded_or_unknown(
    dlq: str,
    groups: tuple[str, ...],
    headers: list[str],
    known: list[float | None],
    most: list[float | None],
) -> None:
    said = {"failing": {dlq: headers}} if headers else {}
    seen = reports(*(shared(t, dlq, groups, **said) for t in range(0, 302, 2)))[-1]

    told = (seen.groups.error_share, seen.groups.error_share_most)
    for shares, expected in zip(told, (known, most), strict=True):
        unknown = [np.nan if one is None else one for one in expected]
        assert shares.tolist() == pytest.approx(unknown, rel=0.1, nan_ok=True)


def test_who_left_a_topic_for_good_is_not_suspected() -> None:
    lines = [shared(t, "orders-dlq", ("billing",)) for t in range(0, 302, 2)]
    for line in lines:
        line["groups"]["gone"] = {"offsets": {"orders": [[0, 3]]}}

    assert only(reports(*lines)[-1]).groups == ("billing",)


def test_where_nothing_comes_in_nobody_fails() -> None:
    lines = [shared(t, "orders-dlq", TWO) for t in range(0, 62, 2)]
    for line in lines:
        line["topics"]["orders-dlq"] = [[0, 1, 0, 7, 7]]

    seen = reports(*lines)[-1]
    assert (only(seen).error_share, only(seen).error_is_bound) == (0.0, False)
    assert seen.groups.error_share.tolist() == [0.0, 0.0]
    told = error_sentences(seen.dead_letters, "audit")
    assert told == ["nothing has come into orders-dlq of late"]


def test_errors_of_several_topics_add_up_over_what_is_read_once() -> None:
    lines = [shared(t, "orders-dlq", ("billing",)) for t in range(0, 302, 2)]
    for line in lines:
        line["topics"]["dlq-orders"] = line["topics"]["orders-dlq"]

    seen = reports(*lines)[-1]
    assert seen.groups.error_share[0] == pytest.approx(0.1, rel=0.1)
    assert len(error_sentences(seen.dead_letters, "billing")) == 2


def test_a_sentence_says_how_it_is_known_whose_errors_they_are() -> None:
    alone = reports(*(shared(t, "orders-dlq", ("billing",)) for t in range(0, 302, 2)))[-1]
    among = reports(*(shared(t, "orders-dlq", TWO) for t in range(0, 302, 2)))[-1]

    (sure,) = error_sentences(alone.dead_letters, "billing")
    assert sure == (
        "5.0% of what it reads of orders ends up in orders-dlq, 0.5/s:"
        " no other group reads the source"
    )
    (maybe,) = error_sentences(among.dead_letters, "billing")
    assert "or none: 2 groups could write it, and nothing tells which" in maybe
    assert error_sentences(among.dead_letters, "somebody") == []


def test_what_retention_deletes_is_no_negative_growth() -> None:
    seen = reports(*(letters(t, 1_000 + t, start=t * 20) for t in range(0, 42, 2)))

    assert only(seen[-1]).grown_messages == 40


def test_a_topic_that_is_made_anew_begins_anew() -> None:
    seen = reports(letters(0, 1_000), letters(2, 1_100), letters(4, 3), letters(6, 5))

    assert only(seen[-1]).grown_messages == 2


def alarmed(*lines: Line) -> list[tuple[str, State]]:
    """What is wrong with dead letters at the last line."""
    return [
        (alert.group, alert.state)
        for alert in reports(*lines)[-1].alerts
        if alert.rule.name == "DeadLettersGrowing"
    ]


def test_dead_letters_that_nobody_reads_raise_an_alert() -> None:
    assert alarmed(letters(0, 5), letters(2, 6)) == [("orders-dlq", State.PENDING)]
    assert alarmed(*(letters(t, 5 + (t > 0)) for t in range(0, 70, 2))) == [
        ("orders-dlq", State.FIRING)
    ]


@pytest.mark.parametrize(
    "lines",
    [
        pytest.param([letters(t, 5) for t in range(0, 90, 2)], id="nothing came"),
        pytest.param([letters(t, 5 + t, read=5 + t) for t in range(0, 90, 2)], id="all is read"),
    ],
)
def test_dead_letters_that_do_not_pile_up_raise_none(lines: list[Line]) -> None:
    assert alarmed(*lines) == []


def test_the_oldest_is_asked_for_and_then_known_exactly() -> None:
    observer = Observer()
    first, second = snapshots(letters(1_000, 40, start=10), letters(1_002, 41, start=10))
    before = only(observer.observe(first))
    asked = [one for one in observer.time_questions() if one.topic == "orders-dlq"]
    observer.learn_times([TimeAnswer(one, 10, 400_000) for one in asked])
    after = only(observer.observe(second))

    assert (before.oldest_s, before.oldest_is_bound) == (0.0, True)
    assert len(asked) == 1
    assert (after.oldest_s, after.oldest_is_bound) == (602.0, False)
    assert [one for one in observer.time_questions() if one.topic == "orders-dlq"] == []


@pytest.mark.parametrize(("topic_id", "end"), [("", 5), ("another", 500)])
def test_the_oldest_of_a_topic_that_was_made_anew_is_asked_for_again(
    topic_id: str, end: int
) -> None:
    observer = Observer()
    first, second = snapshots(letters(1_000, 40, start=10), letters(1_002, end))
    ids = tuple(topic_id for _ in second.partitions.topics)
    second = replace(second, partitions=replace(second.partitions, topic_ids=ids))
    ids = tuple(topic_id and "first" for _ in ids)
    first = replace(first, partitions=replace(first.partitions, topic_ids=ids))
    observer.observe(first)
    asked = [one for one in observer.time_questions() if one.topic == "orders-dlq"]
    observer.learn_times([TimeAnswer(one, 10, 400_000) for one in asked])

    assert only(observer.observe(second)).oldest_s < 602
    assert [one for one in observer.time_questions() if one.topic == "orders-dlq"] == asked


def test_until_the_broker_has_said_the_oldest_is_at_least_as_old_as_our_knowledge() -> None:
    one = only(reports(*(letters(t, 40) for t in range(0, 20, 2)))[-1])

    assert (one.oldest_s, one.oldest_is_bound) == (18.0, True)


def test_an_empty_topic_has_no_oldest_message() -> None:
    one = only(reports(letters(0, 40, start=40))[-1])

    assert (one.depth_messages, one.oldest_s, one.oldest_is_bound) == (0, 0.0, False)
