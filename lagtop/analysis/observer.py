"""The one stateful object of the analysis: snapshots in, reports out."""

from __future__ import annotations

import numpy as np

from lagtop.analysis.drain import drain_s, really_left
from lagtop.analysis.groups import group_rows
from lagtop.analysis.lag import BASE_WINDOW_S, as_floats, lag_messages, lost_messages
from lagtop.analysis.layout import Layout, is_current, lay_out, moves
from lagtop.analysis.rates import PATIENCE_S, Edges
from lagtop.analysis.reasons import Reasons, explain
from lagtop.analysis.report import Report
from lagtop.analysis.rows import Measured, partition_rows
from lagtop.analysis.totals import Header
from lagtop.analysis.traces import Traces
from lagtop.analysis.verdicts import judge
from lagtop.snapshot import Snapshot


class Observer:
    """Remembers what it has been shown and answers with what it means."""

    def __init__(self) -> None:
        self._layout: Layout | None = None
        self._ends = Edges(0)
        self._commits = Edges(0, PATIENCE_S)
        self._row_lags, self._group_lags = Traces(), Traces()
        self._header = Header()

    def observe(self, snapshot: Snapshot) -> Report:
        """Record a snapshot and report on it; `now` is the snapshot's own time."""
        layout = self._follow(snapshot)
        self._ends.push(snapshot.partitions.log_end, snapshot.partitions.read_at)
        self._commits.push(snapshot.commits.committed, snapshot.commits.read_at)
        measured = self._measure(snapshot)
        reasons = Reasons()
        reason = explain(snapshot, measured.verdict, reasons)
        rows = partition_rows(snapshot, layout, measured, reason, self._row_lags.pictures)
        groups = group_rows(snapshot, layout, rows, reasons, self._group_lags)
        return Report(
            cluster=snapshot.cluster,
            captured_at=snapshot.captured_at,
            controller=snapshot.controller,
            brokers=snapshot.brokers,
            group_facts=snapshot.groups,
            topics=snapshot.partitions.topics,
            members=snapshot.members,
            totals=self._header.totals(rows, groups, layout),
            groups=groups,
            partitions=rows,
            reasons=reasons.sentences(),
            cost=snapshot.cost,
        )

    def _follow(self, snapshot: Snapshot) -> Layout:
        old = self._layout
        if old is not None and is_current(old, snapshot):
            return old
        new = self._layout = lay_out(snapshot)
        if old is None:
            self._ends = Edges(len(new.partition_topic))
            self._commits = Edges(len(new.group), PATIENCE_S)
            return new
        moved = moves(old, new)
        self._ends = self._ends.carried(moved.partitions)
        self._commits = self._commits.carried(moved.rows)
        self._row_lags.carry(moved.rows)
        self._group_lags.carry(moved.groups)
        return new

    def _measure(self, snapshot: Snapshot) -> Measured:
        partitions, commits, now = snapshot.partitions, snapshot.commits, snapshot.captured_at
        verdict = judge(partitions, commits, snapshot.gaps)
        messages = lag_messages(partitions, commits, verdict)
        lag = as_floats(messages)
        self._row_lags.push(lag, now)
        produced = self._ends.rate_per_s(now)[commits.partition]
        consumed = self._commits.rate_per_s(now)
        consumed[np.isnan(consumed) & (lag == 0) & (produced == 0)] = 0.0
        left = really_left(lag, consumed, self._commits, now)
        slack = np.nan_to_num(self._commits.spacing_s) + np.nan_to_num(self._commits.gap_s)
        return Measured(
            verdict=verdict,
            lag_messages=messages,
            lost_messages=lost_messages(partitions, commits, verdict),
            lag=lag,
            base_lag_messages=np.fmin(lag, self._row_lags.floor(BASE_WINDOW_S)),
            produced_per_s=produced,
            consumed_per_s=consumed,
            drain_s=drain_s(left, lag, produced, consumed, slack),
        )
