"""The columns of GroupRows: each group from its partitions."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np

from lagtop.analysis.behind import worst_ages
from lagtop.analysis.closeup import Estimates
from lagtop.analysis.commits import Written, habit
from lagtop.analysis.glance import WINDOW_S
from lagtop.analysis.lag import as_floats, consumed_missing, counted, empty_logs
from lagtop.analysis.layout import Layout
from lagtop.analysis.reasons import Reasons
from lagtop.analysis.report import Flags, GroupRows, PartitionRows, Small, Trend
from lagtop.analysis.slowest import NO_ONE_THERE, of_groups
from lagtop.analysis.sums import (
    MOST,
    any_of,
    flow_sum,
    how_many,
    known_sum,
    largest,
    rate_sum,
    ratio,
    row_of_largest,
)
from lagtop.analysis.traces import Traces
from lagtop.analysis.trend import Growth, classify
from lagtop.snapshot import NO_GAP, UNKNOWN, Codes, Floats, Ints, Snapshot

GLANCE_ERROR = 0.015
"""The error of a net rate at a glance is taken to be no less than this share of what is written."""


def group_rows(
    snapshot: Snapshot,
    layout: Layout,
    rows: PartitionRows,
    together: Estimates,
    written: Written,
    reasons: Reasons,
    lags: Traces,
) -> GroupRows:
    """One row per group; pushes the groups' lags onto `lags`.

    `together` is what is made of each group as one series; `written` is the log of commits.
    """
    count, starts = len(snapshot.groups), layout.starts
    nothing_there = empty_logs(rows)
    lag, missing = known_sum(np.where(nothing_there, 0, rows.lag_messages), starts)
    lags.push(as_floats(lag), snapshot.captured_at)
    lag_s, method = worst_ages(rows, starts)
    flows = _flows(rows)
    consumed = flows["consumed_per_s"]
    commits = habit(rows, np.where(np.isnan(flows["gap_per_s"]), np.nan, consumed), written)
    return GroupRows(
        members=_members(snapshot),
        topics=layout.topics_per_group,
        partitions=np.diff(starts).astype(np.int32),
        lag_messages=lag,
        lag_missing=missing,
        base_lag_messages=rate_sum(rows.base_lag_messages, starts),
        lag_s=lag_s,
        lag_s_method=method,
        **flows,
        **_drains(rows),
        trend=_trend(rows, together, starts),
        reason=_reason(snapshot, rows, reasons, nothing_there),
        unbalanced=any_of(rows.unbalanced, starts),
        age_s=largest(rows.age_s, starts, np.nan),
        lag_history=lags.pictures,
        imbalance=_imbalance(rows, starts),
        trend_since=_since(rows, together, starts),
        messages_per_commit=commits.messages,
        commits_each=commits.is_each,
        error_share=np.full(count, np.nan),
        error_share_most=np.full(count, np.nan),
    )


def with_ages(groups: GroupRows, rows: PartitionRows) -> GroupRows:
    """The same groups with the lag in time of other rows."""
    lag_s, method = worst_ages(rows, rows.starts)
    return replace(groups, lag_s=lag_s, lag_s_method=method)


def _flows(rows: PartitionRows) -> dict[str, Any]:
    """What is written for each group and read by it, and how the two compare."""
    known, starts = counted(rows), rows.starts
    gap = rate_sum(np.where(known, rows.gap_per_s, np.nan), starts)
    gap[any_of(known & np.isnan(rows.gap_per_s), starts)] = np.nan
    return {
        "produced_per_s": rate_sum(rows.produced_per_s, starts),
        "consumed_per_s": rate_sum(rows.consumed_per_s, starts),
        "produced_missing": how_many(np.isnan(rows.produced_per_s), starts),
        "consumed_missing": how_many(consumed_missing(rows), starts),
        "gap_per_s": gap,
        "ratio": ratio(*(flow_sum(flow, starts) for flow in flows_of(rows))),
    }


def _drains(rows: PartitionRows) -> dict[str, Any]:
    """When each group has read all: with its slowest partition."""
    lag = as_floats(rows.lag_messages)
    return {
        name: of_groups(getattr(rows, name), lag, rows.starts)
        for name in ("drain_s", "drain_low_s", "drain_high_s")
    }


def flows_of(rows: PartitionRows) -> tuple[Floats, Floats, Floats]:
    """What `ratio` is made of, for each row: of those whose lag is known.

    Messages per second: read, written to rows whose rates are both known, and written to all.
    """
    known, both = counted(rows), counted(rows) & ~np.isnan(rows.gap_per_s)
    return (
        np.where(both, rows.consumed_per_s, 0.0),
        np.where(both, rows.produced_per_s, 0.0),
        np.where(known, np.nan_to_num(rows.produced_per_s), 0.0),
    )


def _members(snapshot: Snapshot) -> Ints:
    """How many there are; nobody knows where a group that is not empty could not be described."""
    of = np.array([member.group for member in snapshot.members], np.int64)
    members = np.bincount(of, minlength=len(snapshot.groups)).astype(np.int64)
    untold = [one.gap != NO_GAP and one.state not in NO_ONE_THERE for one in snapshot.groups]
    members[np.array(untold, np.bool_) & (members == 0)] = UNKNOWN
    return members


def _trend(rows: PartitionRows, together: Estimates, starts: Ints) -> Small:
    """The group's own trend; a stalled partition is a stalled group."""
    stalled = any_of(rows.trend == Trend.STALLED, starts)
    unseen = np.isnan(together.watched_s)
    own = np.where(unseen, _at_a_glance(rows), together.trend).astype(np.int8)
    return np.where(stalled & (own != Trend.REBALANCING), np.int8(Trend.STALLED), own)


def _at_a_glance(rows: PartitionRows) -> Small:
    """The trend of groups that have no close-up, from the sums of their rows' rates."""
    seen, starts = rows.trend != Trend.UNKNOWN, rows.starts
    change = rate_sum(np.where(seen, rows.gap_per_s, np.nan), starts)
    produced = rate_sum(np.where(seen, rows.produced_per_s, np.nan), starts)
    total = rate_sum(np.where(counted(rows), rows.produced_per_s, np.nan), starts)
    change[produced < MOST * total] = np.nan
    lag = rate_sum(as_floats(rows.lag_messages), starts)
    error = np.fmax(np.sqrt(np.fmax(produced, 1.0) / WINDOW_S), GLANCE_ERROR * produced)
    moving = any_of(rows.trend == Trend.REBALANCING, starts)
    return classify(Growth(change, error), produced, lag, np.zeros(len(lag), np.bool_), moving)


def _imbalance(rows: PartitionRows, starts: Ints) -> Small:
    worst = largest(rows.imbalance.astype(np.float64) * rows.unbalanced, starts, 0.0)
    return np.asarray(np.nan_to_num(worst), np.int8)


def _since(rows: PartitionRows, together: Estimates, starts: Ints) -> Floats:
    """When the group's trend began: of a stall, when its first partition stood still."""
    stalled = np.where(rows.trend == Trend.STALLED, -rows.trend_since, np.nan)
    first: Floats = -largest(stalled, starts, np.nan)
    return np.where(np.isnan(first), together.trend_since, first)


def _reason(
    snapshot: Snapshot, rows: PartitionRows, reasons: Reasons, harmless: Flags
) -> Codes:
    """Why a group could not be read, or its worst row's reason; 0 where all is as it should be."""
    own = np.array([reasons.number(group.gap.reason) for group in snapshot.groups], np.int32)
    worst = np.where((rows.reason > 0) & ~harmless, rows.verdict.astype(np.float64), np.nan)
    at = row_of_largest(worst, rows.starts)
    of_rows = np.append(rows.reason, np.int32(0))[at]
    return np.where(own > 0, own, of_rows).astype(np.int32)
