"""Why a group is behind for good, in a sentence that names partition, member and rates."""

from __future__ import annotations

import numpy as np

from lagtop.analysis.reasons import Reasons
from lagtop.analysis.report import Flags, Imbalance, PartitionRows, Report, Trend
from lagtop.analysis.sums import row_of_largest
from lagtop.analysis.words import duration, rate
from lagtop.snapshot import NOBODY, Codes, Floats

SENTENCES = 5_000
GENERAL = "a partition gets more than is read of it"


def why(report: Report, wanted: Flags, reasons: Reasons) -> Codes:
    """For each wanted group that never drains the row that gains most, as a reason: int32[G], or 0.

    Of very many groups those that are furthest behind have their own sentence.
    """
    rows, drain = report.partitions, report.groups.drain_s
    gaining = np.where(np.isinf(rows.drain_s), rows.gap_per_s, np.nan)
    worst = row_of_largest(gaining, rows.starts)
    found = np.zeros(len(drain), np.int32)
    never = np.flatnonzero(wanted & np.isinf(drain) & (worst >= 0))
    if never.size > SENTENCES:
        lag = np.bincount(rows.group, np.maximum(rows.lag_messages, 0), len(drain))
        never = never[np.argsort(-lag[never], kind="stable")]
        found[never[SENTENCES:]] = reasons.number(GENERAL)
    for group in never[:SENTENCES].tolist():
        found[group] = reasons.number(sentence(report, int(worst[group])))
    return found


def sentence(report: Report, row: int) -> str:
    """What ails a row: who does not read it, or why it gets more than it gives."""
    rows = report.partitions
    place = f"{report.topics[rows.topic[row]]}-{rows.partition[row]}"
    produced, consumed = rows.produced_per_s[row], rows.consumed_per_s[row]
    rates = f"{rate(produced)} in, {rate(consumed)} out"
    member = int(rows.member[row])
    if member == NOBODY:
        return f"nobody reads {place}: {rates}"
    name = report.members[member].client_id
    if rows.trend[row] == Trend.STALLED:
        for_s = report.captured_at - float(rows.trend_since[row])
        since = "" if np.isnan(for_s) else f" {duration(for_s)}"
        return f"stalled{since}: {name} reads nothing of {place}, {rates}"
    if rows.imbalance[row] == Imbalance.KEY:
        share = produced / np.nansum(_of_topic(rows, row))
        return f"hot key: {place} takes {share:.0%} of what is written, {rates} on {name}"
    if rows.imbalance[row] == Imbalance.MEMBER:
        return f"sick member: {name} with {place}, {rates}"
    return f"{place} on {name}: {rates}"


def _of_topic(rows: PartitionRows, row: int) -> Floats:
    """What is written to each partition of the row's topic that its group reads."""
    group = rows.group[row]
    of_group = slice(rows.starts[group], rows.starts[group + 1])
    same: Floats = rows.produced_per_s[of_group][rows.topic[of_group] == rows.topic[row]]
    return same
