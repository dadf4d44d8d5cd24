"""Sums over groups against the plainest way to reckon them."""

from __future__ import annotations

import math
from collections import defaultdict

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from lagtop.analysis.report import LagMethod, Report
from lagtop.snapshot import UNKNOWN
from lagtop.ui.brokers import BrokerSheet
from lagtop.ui.rollup import topology
from lagtop.ui.topics import TopicSheet
from tests.ui.reports import report

GROUPS, PARTITIONS = 4, 3


@st.composite
def reports(draw: st.DrawFn) -> Report:
    """Four groups that each read three partitions of one of two topics, led by three brokers."""
    rows = GROUPS * PARTITIONS
    topics = draw(st.lists(st.integers(0, 1), min_size=GROUPS, max_size=GROUPS))
    lags = draw(st.lists(st.sampled_from([0, 5, 700, UNKNOWN]), min_size=rows, max_size=rows))
    rates = st.sampled_from([0.0, 1.5, 20.0, math.nan])
    return report(
        GROUPS,
        PARTITIONS,
        of_partitions={
            "topic": np.repeat(topics, PARTITIONS),
            "lag_messages": lags,
            "leader": np.tile([1, 2, -1], GROUPS),
            "consumed_per_s": draw(st.lists(rates, min_size=rows, max_size=rows)),
        },
    )


@given(reports())
def test_a_topics_lag_is_the_sum_over_its_groups(seen: Report) -> None:
    rows, sheet = seen.partitions, TopicSheet(seen, 10)
    lags: dict[int, list[int]] = defaultdict(list)
    for topic, lag in zip(rows.topic.tolist(), rows.lag_messages.tolist(), strict=True):
        lags[topic].append(lag)

    assert sheet.topics.tolist() == sorted(lags)
    for row, topic in enumerate(sheet.topics.tolist()):
        known = [lag for lag in lags[topic] if lag != UNKNOWN]
        assert sheet.field("lag_missing")[row] == len(lags[topic]) - len(known)
        assert sheet.field("lag_messages")[row] == (sum(known) if known else UNKNOWN)


@given(reports())
def test_a_topics_produce_rate_counts_each_partition_once(seen: Report) -> None:
    sheet = TopicSheet(seen, 10)

    assert sheet.field("partitions").tolist() == [PARTITIONS] * sheet.size
    assert sheet.field("produced_per_s").tolist() == [50.0 * PARTITIONS] * sheet.size


@given(reports())
def test_every_group_is_counted_with_its_topic(seen: Report) -> None:
    assert TopicSheet(seen, 10).field("groups").sum() == GROUPS


@given(reports())
def test_a_rate_is_unknown_only_if_no_part_of_it_is_known(seen: Report) -> None:
    sheet, rows = TopicSheet(seen, 10), seen.partitions
    for row, topic in enumerate(sheet.topics.tolist()):
        parts = rows.consumed_per_s[rows.topic == topic]
        told = sheet.field("consumed_per_s")[row]
        assert np.isnan(told) == np.isnan(parts).all()
        assert sheet.field("consumed_missing")[row] == np.isnan(parts).sum()
        assert np.isnan(told) or told == pytest.approx(np.nansum(parts))


@given(reports())
def test_what_brokers_lead_adds_up_to_all_that_has_a_leader(seen: Report) -> None:
    sheet, rows = BrokerSheet(seen, 10), seen.partitions
    led = rows.leader != -1
    known = rows.lag_messages[led & (rows.lag_messages != UNKNOWN)]

    assert sheet.field("leads").sum() == 2 * len(set(rows.topic.tolist()))
    assert sheet.field("lag_messages").sum() == known.sum()
    assert sheet.field("lag_missing").sum() == (rows.lag_messages[led] == UNKNOWN).sum()
    assert sheet.field("consumed_missing").sum() == np.isnan(rows.consumed_per_s[led]).sum()


def test_the_worst_group_of_a_topic_is_named() -> None:
    seen = report(3, 2, of_partitions={"topic": [0] * 6, "lag_messages": [1, 1, 9, 9, 2, 2]})

    assert TopicSheet(seen, 10).worst_group(0) == "group-1 18"


def test_a_topics_lag_in_time_is_a_bound_where_the_worst_one_is() -> None:
    both = {"topic": [0, 0], "lag_s": [60.0, 5.0]}
    for worst in (LagMethod.AT_LEAST, LagMethod.EXACT):
        methods = {"lag_s_method": [worst, LagMethod.AT_LEAST]}
        sheet = TopicSheet(report(2, 1, of_partitions=both | methods), 10)

        told = sheet.field("lag_s_method")[0]
        assert (told == LagMethod.AT_LEAST) == (worst is LagMethod.AT_LEAST)


def test_the_topology_is_reckoned_once_while_no_row_comes_or_goes() -> None:
    seen = report(3, 2)

    assert topology(seen.partitions) is topology(seen.partitions)
    assert topology(report(3, 2).partitions) is not topology(seen.partitions)
