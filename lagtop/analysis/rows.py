"""The columns of PartitionRows put together from a snapshot and how the rows move."""

from __future__ import annotations

from typing import Any

import numpy as np

from lagtop.analysis.age import Age
from lagtop.analysis.lag import as_floats
from lagtop.analysis.layout import Layout
from lagtop.analysis.lean import Seen, lean
from lagtop.analysis.motion import Motion
from lagtop.analysis.report import Flags, PartitionRows, Small, Trace
from lagtop.analysis.retention import data_loss
from lagtop.snapshot import Codes, Floats, Ints, Snapshot


def partition_rows(
    snapshot: Snapshot,
    layout: Layout,
    motion: Motion,
    *,
    verdict: Small,
    lag: Ints,
    lost: Ints,
    age: Age,
    reason: Codes,
    imbalance: tuple[Flags, Small],
    seen: Seen,
    lag_history: tuple[Trace, ...],
) -> PartitionRows:
    """One row per group and partition."""
    produced, consumed = motion.produced_per_s, motion.consumed_per_s
    unbalanced, cause = imbalance
    loss = data_loss(snapshot, as_floats(lag), age, produced, consumed)
    return PartitionRows(
        **_facts(snapshot, layout, seen),
        **_moves(motion),
        lag_messages=lag,
        lost_messages=lost,
        lag_s=age.seconds,
        lag_s_low=age.low,
        lag_s_high=age.high,
        lag_s_method=age.method,
        gap_per_s=produced - consumed,
        data_loss_s=loss.earliest,
        data_loss_latest_s=loss.latest,
        verdict=verdict,
        trend=motion.trend,
        reason=reason,
        unbalanced=unbalanced,
        imbalance=cause,
        lag_history=lag_history,
        starts=layout.starts,
    )


def _facts(snapshot: Snapshot, layout: Layout, seen: Seen) -> dict[str, Any]:
    """What the snapshot says of each row."""
    partitions, commits = snapshot.partitions, snapshot.commits
    row = commits.partition
    columns = seen.columns(partitions, row)
    age_s = snapshot.captured_at - np.fmin(partitions.read_at[row], commits.read_at)
    return {
        "group": layout.group,
        "topic": layout.topic,
        "partition": layout.number,
        "leader": columns["leader"],
        "member": commits.member,
        "log_start_offset": columns["log_start"],
        "log_end_offset": columns["log_end"],
        "last_stable_offset": columns["last_stable"],
        "committed_offset": commits.committed,
        "age_s": lean(age_s),
    }


def _moves(motion: Motion) -> dict[str, Any]:
    """How the rows move, by the names of the report."""
    return {
        "produced_per_s": motion.produced_per_s,
        "consumed_per_s": motion.consumed_per_s,
        "base_lag_messages": motion.base_lag_messages,
        "drain_s": motion.drain_s,
        "drain_low_s": motion.drain_low_s,
        "drain_high_s": motion.drain_high_s,
        "trend_since": motion.trend_since,
        "commit_spacing_s": motion.spacing_s,
    }


def work_off_s(lag: Floats, consumed: Floats) -> Floats:
    """Lag over consume rate, the textbook's lag in time, seconds; NaN where nothing is consumed."""
    with np.errstate(divide="ignore", invalid="ignore"):
        seconds: Floats = lag / consumed
    seconds[~(consumed > 0)] = np.nan
    return seconds
