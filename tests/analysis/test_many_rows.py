"""A cluster of more rows than get a close-up."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from lagtop.analysis.attention import ALL_WHEN_FEWER_THAN
from lagtop.analysis.observer import Observer
from lagtop.analysis.report import LagMethod, Report, Trend
from lagtop.snapshot import NOBODY, Commits, Floats, Group, Partitions, Snapshot

PARTITIONS = 300
GROUPS = 10
COMMIT_S = 5.0


def cluster(at: float, rates: Floats, positions: Floats) -> Snapshot:
    """Every group reads all of one topic; group g's partitions are at positions[g] of the log."""
    end = np.full(PARTITIONS, 1_000_000 + round(100 * at), np.int64)
    rows = GROUPS * PARTITIONS
    phase = np.tile(np.linspace(0, COMMIT_S, PARTITIONS, endpoint=False), GROUPS)
    moment = at - (at + phase) % COMMIT_S
    committed = np.repeat(positions, PARTITIONS) + np.repeat(rates, PARTITIONS) * moment
    return Snapshot(
        cluster="many",
        captured_at=at,
        controller=1,
        brokers=(),
        groups=tuple(Group(f"group-{number}") for number in range(GROUPS)),
        members=(),
        partitions=Partitions(
            topics=("topic",),
            topic_ids=("",),
            internal=(False,),
            topic=np.zeros(PARTITIONS, np.int32),
            index=np.arange(PARTITIONS, dtype=np.int32),
            leader=np.ones(PARTITIONS, np.int32),
            log_start=np.zeros(PARTITIONS, np.int64),
            log_end=end,
            last_stable=end,
            read_at=np.full(PARTITIONS, at),
            gap=np.zeros(PARTITIONS, np.int32),
        ),
        commits=Commits(
            group=np.repeat(np.arange(GROUPS), PARTITIONS).astype(np.int32),
            partition=np.tile(np.arange(PARTITIONS), GROUPS).astype(np.int32),
            committed=committed.astype(np.int64),
            member=np.full(rows, NOBODY, np.int32),
            gap=np.zeros(rows, np.int32),
            read_at=np.full(rows, at),
        ),
    )


@pytest.fixture(scope="module")
def report() -> Report:
    """Group 8 reads only 80/s of 100/s, group 9 reads 150/s of a backlog; the rest keep up."""
    rates, positions = np.full(GROUPS, 100.0), np.full(GROUPS, 1_000_000.0)
    rates[8], rates[9], positions[9] = 80.0, 150.0, 900_000.0
    observer = Observer()
    for poll in range(100):
        seen = observer.observe(cluster(1 + 2.0 * poll, rates, positions))
    return seen


def of_group(column: NDArray[Any], group: int) -> NDArray[Any]:
    return column[group * PARTITIONS : (group + 1) * PARTITIONS]


def test_there_are_more_rows_than_are_measured_closely() -> None:
    assert GROUPS * PARTITIONS > ALL_WHEN_FEWER_THAN


def test_rates_at_a_glance_are_from_edge_to_edge(report: Report) -> None:
    rows = report.partitions
    for group, rate in ((0, 100), (8, 80), (9, 150)):
        assert of_group(rows.consumed_per_s, group) == pytest.approx(rate, rel=0.03)
        assert of_group(rows.produced_per_s, group) == pytest.approx(100, rel=0.01)


def test_the_trend_of_a_group_out_of_sight_is_known(report: Report) -> None:
    trends = [Trend(trend) for trend in report.groups.trend]
    assert trends == [Trend.STEADY] * 8 + [Trend.GROWING, Trend.SHRINKING]


def test_a_drain_at_a_glance_is_the_backlog_over_the_net_rate(report: Report) -> None:
    left = 100_000 - 50 * 199
    assert report.groups.drain_s[9] == pytest.approx(left / 50, rel=0.1)
    assert report.groups.drain_s[8] == np.inf
    assert report.groups.drain_s[0] == 0


def test_ages_at_a_glance_are_bracketed(report: Report) -> None:
    rows = report.partitions
    lag_s = of_group(rows.lag_s, 0)
    behind = of_group(rows.lag_messages, 0) > 0
    assert lag_s[behind] == pytest.approx(of_group(rows.lag_messages, 0)[behind] / 100, abs=0.1)
    assert set(of_group(rows.lag_s_method, 9)) == {LagMethod.AT_LEAST}


def test_a_focused_group_is_measured_closely() -> None:
    observer = Observer()
    observer.focus(["group-3"])
    rates, positions = np.full(GROUPS, 100.0), np.full(GROUPS, 1_000_000.0)
    for poll in range(60):
        seen = observer.observe(cluster(1 + 2.0 * poll, rates, positions))
    spacing = seen.partitions.commit_spacing_s
    assert of_group(spacing, 3) == pytest.approx(COMMIT_S, abs=2.1)
    assert np.isnan(of_group(spacing, 0)).all()


def test_a_silent_group_out_of_sight_is_stalled_and_a_rewind_begins_anew() -> None:
    observer, rates = Observer(), np.full(GROUPS, 100.0)
    positions = np.full(GROUPS, 1_000_000.0)
    for poll in range(60):
        snapshot = last = cluster(1 + 2.0 * poll, rates, positions)
        observer.observe(snapshot)
    for poll in range(60, 90):
        snapshot = cluster(1 + 2.0 * poll, rates, positions)
        committed = snapshot.commits.committed.copy()
        committed[:PARTITIONS] = last.commits.committed[:PARTITIONS]
        committed[PARTITIONS : 2 * PARTITIONS] = 5
        commits = replace(snapshot.commits, committed=committed)
        seen = observer.observe(replace(snapshot, commits=commits))
    assert seen.groups.trend[0] == Trend.STALLED
    assert of_group(seen.partitions.consumed_per_s, 0).max() < 90
    assert of_group(seen.partitions.consumed_per_s, 1).max() == 0
