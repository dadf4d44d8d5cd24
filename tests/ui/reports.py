"""Fabricates Reports: n groups by m partitions, each column settable, nothing random."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from lagtop.analysis.report import (
    GroupRows,
    LagMethod,
    PartitionRows,
    Report,
    Totals,
    Trend,
)
from lagtop.snapshot import UNKNOWN, Broker, Group, Member, PollCost

MOMENTS = 8


def report(
    groups: int = 3,
    partitions: int = 2,
    *,
    names: Sequence[str] = (),
    topics: Sequence[str] = (),
    clients: Sequence[str] = (),
    facts: dict[int, Group] | None = None,
    of_groups: dict[str, Any] | None = None,
    of_partitions: dict[str, Any] | None = None,
    totals: Totals | None = None,
    reasons: Sequence[str] = ("",),
    captured_at: float = 1_700_000_000.0,
    cluster: str = "test-cluster",
) -> Report:
    """A cluster of `groups` that each read one topic of `partitions`; group g lags (g + 1) * 1000.

    `of_groups` and `of_partitions` replace columns of GroupRows and PartitionRows by name.
    """
    names = [*names, *(f"group-{g}" for g in range(len(names), groups))]
    topics = [*topics, *(f"topic-{g}" for g in range(len(topics), groups))]
    known = facts or {}
    group_facts = tuple(known.get(g) or Group(names[g], "classic", "Stable") for g in range(groups))
    members = [
        Member(g, f"m-{g}", clients[g] if g < len(clients) else f"client-{g}", "/10.0.0.1")
        for g in range(groups)
    ]
    return Report(
        cluster=cluster,
        captured_at=captured_at,
        controller=1,
        brokers=tuple(Broker(b, f"broker-{b}", 9092) for b in (1, 2, 3)),
        group_facts=group_facts,
        topics=tuple(topics),
        members=tuple(members),
        totals=totals or _totals(groups),
        groups=_group_rows(groups, partitions, of_groups or {}),
        partitions=_partition_rows(groups, partitions, of_partitions or {}),
        reasons=tuple(reasons),
        cost=PollCost(wall_s=0.041, cpu_s=0.004, requests=6, bytes_in=4_000),
    )


def _totals(groups: int) -> Totals:
    lag = sum(1000 * (g + 1) for g in range(groups))
    history = tuple(float(m) for m in range(MOMENTS))
    return Totals(lag, 0, 12.0, 100.0, 90.0, 0.9, history, history)


def _group_rows(groups: int, partitions: int, replaced: dict[str, Any]) -> GroupRows:
    lag = np.arange(1, groups + 1, dtype=np.int64) * 1000
    ones = np.ones(groups)
    columns: dict[str, Any] = {
        "members": np.ones(groups, dtype=np.int64),
        "topics": np.ones(groups, dtype=np.int32),
        "partitions": np.full(groups, partitions, dtype=np.int32),
        "lag_messages": lag,
        "lag_missing": np.zeros(groups, dtype=np.int32),
        "base_lag_messages": lag.astype(np.float64),
        "lag_s": ones * 10,
        "lag_s_method": np.full(groups, LagMethod.RATE, dtype=np.int8),
        "produced_per_s": ones * 100,
        "consumed_per_s": ones * 90,
        "gap_per_s": ones * 10,
        "drain_s": ones * np.inf,
        "drain_low_s": ones * np.nan,
        "drain_high_s": ones * np.nan,
        "trend": np.full(groups, Trend.STEADY, dtype=np.int8),
        "reason": np.zeros(groups, dtype=np.int32),
        "unbalanced": np.zeros(groups, dtype=bool),
        "age_s": ones * 0.3,
        "lag_history": _history(lag),
        "imbalance": np.zeros(groups, dtype=np.int8),
        "trend_since": ones * np.nan,
        "messages_per_commit": ones * np.nan,
        "commits_each": np.zeros(groups, dtype=bool),
        "produced_missing": np.zeros(groups, dtype=np.int32),
        "consumed_missing": np.zeros(groups, dtype=np.int32),
        "ratio": ones * np.nan,
        "error_share": ones * np.nan,
        "error_share_most": ones * np.nan,
    }
    told = _replace(columns, replaced)
    if "ratio" not in replaced:
        written = np.where(told["produced_per_s"] > 0, told["produced_per_s"], np.nan)
        told["ratio"] = told["consumed_per_s"] / written
    return GroupRows(**told)


def _partition_rows(groups: int, partitions: int, replaced: dict[str, Any]) -> PartitionRows:
    count = groups * partitions
    group = np.repeat(np.arange(groups, dtype=np.int32), partitions)
    lag = (group.astype(np.int64) + 1) * 1000 // max(partitions, 1)
    ones, zeros = np.ones(count), np.zeros(count, dtype=np.int64)
    columns: dict[str, Any] = {
        "group": group,
        "topic": group.copy(),
        "partition": np.tile(np.arange(partitions, dtype=np.int32), groups),
        "leader": np.ones(count, dtype=np.int32),
        "member": group.copy(),
        "log_start_offset": zeros,
        "log_end_offset": zeros + 50_000 + lag,
        "last_stable_offset": zeros + 50_000 + lag,
        "committed_offset": zeros + 50_000,
        "lag_messages": lag,
        "lost_messages": zeros,
        "base_lag_messages": lag.astype(np.float64),
        "lag_s": ones * 10,
        "lag_s_low": ones * 9,
        "lag_s_high": ones * 11,
        "lag_s_method": np.full(count, LagMethod.RATE, dtype=np.int8),
        "produced_per_s": ones * 50,
        "consumed_per_s": ones * 45,
        "gap_per_s": ones * 5,
        "drain_s": ones * np.inf,
        "drain_low_s": ones * np.nan,
        "drain_high_s": ones * np.nan,
        "data_loss_s": ones * np.nan,
        "data_loss_latest_s": ones * np.nan,
        "verdict": np.zeros(count, dtype=np.int8),
        "trend": np.full(count, Trend.STEADY, dtype=np.int8),
        "reason": np.zeros(count, dtype=np.int32),
        "unbalanced": np.zeros(count, dtype=bool),
        "age_s": ones * 0.3,
        "lag_history": _history(lag),
        "starts": np.arange(groups + 1, dtype=np.int64) * partitions,
        "imbalance": np.zeros(count, dtype=np.int8),
        "trend_since": ones * np.nan,
        "commit_spacing_s": ones * 5,
    }
    return PartitionRows(**_replace(columns, replaced))


def _replace(columns: dict[str, Any], replaced: dict[str, Any]) -> dict[str, Any]:
    for name, values in replaced.items():
        kept = columns[name]
        columns[name] = values if isinstance(kept, tuple) else np.asarray(values, dtype=kept.dtype)
    return columns


def _history(lag: np.ndarray[Any, np.dtype[np.int64]]) -> tuple[Any, ...]:
    known = np.where(lag == UNKNOWN, np.nan, lag.astype(np.float64))
    return tuple((known * (m + 1) / MOMENTS).astype(np.float32) for m in range(MOMENTS))
