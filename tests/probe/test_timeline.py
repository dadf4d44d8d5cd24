"""Latency in the course of time, and the lines that are drawn of it."""

from __future__ import annotations

import pytest

from lagtop.cli.latency_text import columns_of, duration, sparks, status, time_line
from lagtop.probe.histogram import Histogram
from lagtop.probe.matching import Matcher
from lagtop.probe.outcome import rows
from lagtop.probe.timeline import KEPT, Timeline


def test_each_moment_tells_only_of_what_came_since_the_one_before() -> None:
    histogram, timeline = Histogram(), Timeline()
    for at_s, latencies in enumerate([[0.010, 0.020, 0.500], [], [0.003]]):
        for latency_s in latencies:
            histogram.add(latency_s)
        timeline.push(float(at_s), histogram)

    first, second, third = timeline.moments
    assert (first.count, second.count, third.count) == (3, 0, 1)
    assert first.p50_s == pytest.approx(0.020, rel=0.02)
    assert first.max_s == pytest.approx(0.500, rel=0.02)
    assert (second.p50_s, second.max_s) == (None, None)
    assert third.p50_s == third.max_s == pytest.approx(0.003, rel=0.02)


def test_the_time_line_is_bounded() -> None:
    timeline = Timeline()
    for at_s in range(KEPT + 5):
        timeline.push(float(at_s), Histogram())

    assert len(timeline.moments) == KEPT
    assert time_line(timeline.moments, is_ascii=True) == []


def test_sparks_keep_the_highest_of_each_stretch() -> None:
    assert sparks([0, 1, 2, 4], is_ascii=True) == " :=#"
    long = sparks([0.0] * 500 + [1.0] + [0.0] * 99, is_ascii=False)
    assert len(long) == 60
    assert long.count("█") == 1


@pytest.mark.parametrize(
    ("seconds", "words"),
    [
        (None, "-"),
        (float("nan"), "-"),
        (0.0000042, "4us"),
        (0.00234, "2.34ms"),
        (0.0234, "23.4ms"),
        (0.234, "234ms"),
        (2.34, "2.34s"),
        (234.0, "234s"),
    ],
)
def test_a_latency_has_three_digits_and_its_unit(seconds: float | None, words: str) -> None:
    assert duration(seconds) == words


def test_a_column_of_zeros_is_left_out_and_shown_when_there_is_one() -> None:
    matcher = Matcher(timeout_s=1.0)
    matcher.start("a", 0, 0, 0.0, 0.0)
    matcher.arrive("a", 0.5, 0.5)
    assert "duplicates" not in columns_of(list(rows("topic", {0: 1}, {"consumed": matcher})))

    matcher.arrive("a", 0.6, 0.6)
    found = list(rows("topic", {0: 1}, {"consumed": matcher}))
    assert "duplicates" in columns_of(found)
    assert {"sent", "lost", "p99_s"} <= set(columns_of(found))
    assert (found[0]["p50_s"], found[0]["p95_s"], found[0]["p99_s"]) == (0.5, None, None)
    assert "p50 500ms  p99 -  max 500ms" in status(1.0, {"consumed": matcher})[0]
    assert [(row["partition"], row["leader"], row["arrived"]) for row in found] == [
        (None, None, 1),
        (0, 1, 1),
    ]
