"""The columns of PartitionRows put together from a snapshot and what was measured."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from lagtop.analysis.balance import standing_out
from lagtop.analysis.layout import Layout
from lagtop.analysis.report import LagMethod, PartitionRows, Small, Trace, Trend
from lagtop.snapshot import Codes, Floats, Ints, Snapshot


@dataclass(frozen=True, slots=True, eq=False)
class Measured:
    """What the observer measured of every row; columns as in PartitionRows.

    lag is lag_messages as float64 with NaN for unknown.
    """

    verdict: Small
    lag_messages: Ints
    lost_messages: Ints
    lag: Floats
    base_lag_messages: Floats
    produced_per_s: Floats
    consumed_per_s: Floats
    drain_s: Floats


def partition_rows(
    snapshot: Snapshot,
    layout: Layout,
    measured: Measured,
    reason: Codes,
    lag_history: tuple[Trace, ...],
) -> PartitionRows:
    """One row per group and partition."""
    partitions, commits = snapshot.partitions, snapshot.commits
    row = commits.partition
    lag_s, method = work_off_s(measured.lag, measured.consumed_per_s)
    unknown = np.broadcast_to(np.nan, row.shape)
    return PartitionRows(
        group=layout.group,
        topic=layout.topic,
        partition=layout.number,
        leader=partitions.leader[row],
        member=commits.member,
        log_start_offset=partitions.log_start[row],
        log_end_offset=partitions.log_end[row],
        last_stable_offset=partitions.last_stable[row],
        committed_offset=commits.committed,
        lag_messages=measured.lag_messages,
        lost_messages=measured.lost_messages,
        base_lag_messages=measured.base_lag_messages,
        lag_s=lag_s,
        lag_s_low=np.where(lag_s == 0, 0.0, np.nan),
        lag_s_high=np.where(lag_s == 0, 0.0, np.nan),
        lag_s_method=method,
        produced_per_s=measured.produced_per_s,
        consumed_per_s=measured.consumed_per_s,
        gap_per_s=measured.produced_per_s - measured.consumed_per_s,
        drain_s=measured.drain_s,
        drain_low_s=unknown,
        drain_high_s=unknown,
        data_loss_s=unknown,
        verdict=measured.verdict,
        trend=np.full(len(row), Trend.UNKNOWN, np.int8),
        reason=reason,
        unbalanced=standing_out(measured.base_lag_messages, layout.blocks),
        age_s=snapshot.captured_at - np.fmin(partitions.read_at[row], commits.read_at),
        lag_history=lag_history,
        starts=layout.starts,
    )


def work_off_s(lag: Floats, consumed: Floats) -> tuple[Floats, Small]:
    """Lag over consume rate, the textbook's lag in time, with its method; 0 when caught up."""
    with np.errstate(divide="ignore", invalid="ignore"):
        seconds = lag / consumed
    seconds[~(consumed > 0)] = np.nan
    seconds[lag == 0] = 0.0
    method = np.where(np.isnan(seconds), LagMethod.NONE, LagMethod.RATE).astype(np.int8)
    method[lag == 0] = LagMethod.EXACT
    return seconds, method
