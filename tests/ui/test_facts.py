"""The line of facts: whole facts only, those that matter most."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lagtop.analysis.brokers import BrokerHealth
from lagtop.readings import Readings
from lagtop.ui.about import about_group
from lagtop.ui.broker_health import about_broker
from lagtop.ui.facts import Fact, fact_line
from lagtop.ui.look import Look
from lagtop.ui.roles import Line
from tests.ui.reports import report

FACTS = [
    Fact(1, "leads 12"),
    Fact(3, "answers in 4 ms"),
    Fact(2, "disk 4 GB of Kafka's, 1 TB free", short="disk 1 TB free"),
]


def plain(line: Line) -> str:
    return "".join(piece.text for piece in line)


@pytest.mark.parametrize(
    ("width", "told"),
    [
        (80, " leads 12 · answers in 4 ms · disk 4 GB of Kafka's, 1 TB free"),
        (60, " leads 12 · disk 4 GB of Kafka's, 1 TB free"),
        (30, " leads 12 · disk 1 TB free"),
        (20, " leads 12"),
        (5, ""),
    ],
)
def test_what_matters_least_goes_first(width: int, told: str) -> None:
    assert plain(fact_line(FACTS, Look(), width)) == told


RANKED = st.tuples(st.integers(0, 7), st.text("ab", max_size=9))
SOME_FACTS = st.lists(RANKED.map(lambda ranked: Fact(*ranked)))


@given(st.integers(1, 200), SOME_FACTS)
def test_no_line_is_too_long_and_no_fact_is_cut(width: int, facts: list[Fact]) -> None:
    line = plain(fact_line(facts, Look(), width))

    assert len(line) <= width
    assert set(line.strip().split(" · ")) <= {"", *(one.told for one in facts)}


def test_a_narrow_page_keeps_what_is_wrong() -> None:
    made = replace(
        report(1, 4),
        health=(BrokerHealth(leads=4, prefers=4, under_replicated=2),) * 3,
        readings={"1": Readings({"cpu_busy_share": 0.97, "produce_mean_s": 0.1})},
    )

    broker = plain(about_broker(made, (1,), Look(), 80))
    group = plain(about_group(made, ("group-0",), Look(), 40))

    assert "2 under-replicated" in broker
    assert "CPU 97%" in broker
    assert "mean" not in broker
    assert group.startswith(" lag 1.0k  10s behind")
