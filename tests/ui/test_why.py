"""Why a group is behind, on W and on its page."""

from __future__ import annotations

import math
from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from lagtop.analysis.diagnosis.diagnose import diagnose
from lagtop.analysis.failing import ALONE
from lagtop.analysis.report import Imbalance, Trend
from tests.ui.reports import report
from tests.ui.screens import opened
from tests.ui.test_dlq import ORDERS

STALLED: dict[str, Any] = {
    "of_groups": {"trend": [Trend.STALLED], "consumed_per_s": [0.0]},
    "of_partitions": {
        "trend": [Trend.STALLED] * 2,
        "consumed_per_s": [0.0] * 2,
        "trend_since": [1_700_000_000.0 - 65] * 2,
    },
}
HOT: dict[str, Any] = {
    "of_groups": {"trend": [Trend.GROWING], "drain_s": [math.inf], "drain_low_s": [math.inf]},
    "of_partitions": {
        "imbalance": [Imbalance.KEY, 0],
        "lag_messages": [9_000, 0],
        "base_lag_messages": [9_000, 0],
        "drain_s": [math.inf, 0.0],
    },
}
LOST = "committed offset 7 is before the log start 9: 2 messages are lost"
CALM: dict[str, Any] = {"of_groups": {"drain_s": [0.0]}, "of_partitions": {"drain_s": [0.0] * 2}}


async def test_w_tells_the_cause_its_evidence_and_what_helps() -> None:
    async with opened(report(1, 2, clients=("idx\x1b-1",), **STALLED)) as screen:
        await screen.press("W")

        assert "why group-0 is behind" in screen.text
        assert screen.lines[2].split() == ["stalled", "1m05s"]
        assert screen.lines[3].strip().startswith("idx�-1 reads nothing of topic-0-0")
        assert "- look at the consumers' logs and threads" in screen.text

        await screen.press("escape")
        assert screen.names == ["group-0"]


async def test_a_cause_is_said_once_and_what_is_simple_is_advised_first() -> None:
    async with opened(report(1, 2, **HOT)) as screen:
        await screen.press("W")

        assert screen.text.count("hot key") == 1
        assert "topic-0-0 takes" in screen.text
        assert screen.text.index("nothing else to read") < screen.text.index("salt it")


async def test_a_groups_page_names_its_cause() -> None:
    async with opened(report(1, 2, **STALLED)) as screen:
        await screen.press("enter")

        assert "stalled (W)" in screen.text


async def test_of_a_group_that_keeps_up_there_is_nothing_to_say() -> None:
    async with opened(report(1, 2, **CALM)) as screen:
        await screen.press("W")
        assert "nothing is known to be wrong" in screen.text

        await screen.press("escape", "enter")
        assert "(W)" not in screen.text


@pytest.mark.parametrize(
    ("trend", "told"),
    [(Trend.UNKNOWN, "nothing is known of it yet"), (Trend.GROWING, "no cause is certain yet")],
)
async def test_a_group_of_which_little_is_known_is_not_said_to_keep_up(
    trend: Trend, told: str
) -> None:
    rates = {"consumed_per_s": [math.nan] * 2}
    unknown = {"trend": [trend], "gap_per_s": [math.nan]}
    async with opened(report(1, 2, of_groups=unknown, of_partitions=rates)) as screen:
        await screen.press("W")

        assert told in screen.text
        assert "keeps up" not in screen.text


async def test_of_a_group_whose_rates_are_known_it_is_not_said_that_nothing_is() -> None:
    early = {"trend": [Trend.UNKNOWN], "gap_per_s": [250.0]}
    async with opened(report(1, 2, of_groups=early)) as screen:
        await screen.press("W")

        assert "whether its lag grows is not known yet" in screen.text
        assert "nothing is known" not in screen.text


@pytest.mark.parametrize("trend", [Trend.STEADY, Trend.SHRINKING])
async def test_a_group_whose_lag_may_never_end_is_not_said_to_keep_up(trend: Trend) -> None:
    noisy = {"trend": [trend], "drain_s": [math.inf], "drain_low_s": [60.0]}
    async with opened(report(1, 2, of_groups=noisy)) as screen:
        await screen.press("W")

        assert "at its present rates the lag never ends" in screen.text
        assert "keeps up" not in screen.text


async def test_a_page_without_figures_does_not_show_a_bare_unit() -> None:
    unknown = {"trend": [Trend.UNKNOWN], "gap_per_s": [math.nan]}
    async with opened(report(1, 2, of_groups=unknown)) as screen:
        await screen.press("enter")

        assert "?/s" not in screen.lines[3]


async def test_w_tells_how_much_of_what_a_group_reads_fails() -> None:
    own = replace(ORDERS, groups=("group-0",), known_by=ALONE, error_is_bound=False)
    seen = replace(report(1, 2, **CALM), dead_letters=(own,))

    async with opened(seen) as screen:
        await screen.press("W")

        assert "nothing is known to be wrong" in screen.text
        assert "0.2% of what it reads of orders ends up in orders-dlq" in screen.text


async def test_why_is_asked_about_a_group() -> None:
    async with opened(report(1, 2)) as screen:
        await screen.press("4", "W")

        assert "why is asked about a group: 1 shows them" in screen.text


@pytest.mark.parametrize("told", [LOST, "hot key: topic-0-0 takes 71% of what is written"])
async def test_w_tells_what_the_groups_row_says_beside_causes(told: str) -> None:
    seen = report(1, 2, reasons=("", told), of_groups={"reason": [1], "drain_s": [0.0]})

    async with opened(replace(seen, partitions=report(1, 2, **CALM).partitions)) as screen:
        await screen.press("W")

        assert told in screen.text
        assert "nothing is known to be wrong" not in screen.text


async def test_w_does_not_tell_its_gravest_cause_twice() -> None:
    seen = report(1, 2, **STALLED)
    told = diagnose(seen, 0)[0].told
    row = replace(seen.groups, reason=np.array([1], np.int32))

    async with opened(replace(seen, groups=row, reasons=("", told))) as screen:
        await screen.press("W")

        assert screen.text.count("reads nothing of topic-0-0") == 1
