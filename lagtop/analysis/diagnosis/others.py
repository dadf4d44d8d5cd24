"""Causes that lie elsewhere: brokers, transactions, retention."""

from __future__ import annotations

import numpy as np

from lagtop.analysis.diagnosis.case import Case, Finding
from lagtop.analysis.report import Imbalance
from lagtop.analysis.retention import SOON_S
from lagtop.analysis.verdicts import Verdict
from lagtop.analysis.words import duration, plural
from lagtop.readings import NOT_GIVEN, saturation
from lagtop.snapshot import NO_GAP, UNKNOWN


def failing_broker(case: Case) -> Finding | None:
    """The leader of partitions is dead or does not answer, or only its partitions lag."""
    rows, span = case.rows, case.span
    offline = np.flatnonzero(rows.verdict[span] == Verdict.OFFLINE)
    if len(offline):
        return Finding(
            "failing broker", 2.8,
            f"{plural(len(offline), 'partition')} without a leader: {case.named(offline.tolist())}",
            ("bring back the broker that leads them, or give them more replicas",),
        )  # fmt: skip
    silent = {one.node_id: one.gap for one in case.report.brokers if one.gap != NO_GAP}
    waiting = np.flatnonzero(case.behind & np.isin(rows.leader[span], list(silent)))
    if not len(waiting):
        return _saturated(case)
    at = int(waiting[0])
    reason = silent[int(rows.leader[span][at])].reason
    return Finding(
        "failing broker", 2.8, f"{case.place(at)} waits for it: {reason}",
        ("look at that broker; the numbers of what it leads are old",),
    )  # fmt: skip


def _saturated(case: Case) -> Finding | None:
    if told := _at_limit(case):
        return told
    of_leader = (case.rows.imbalance[case.span] == Imbalance.LEADER) & case.behind
    if not of_leader.any() or not case.gains:
        return None
    at = case.worst(of_leader)
    node = int(case.rows.leader[case.span.start + at])
    count = plural(int(of_leader.sum()), "partition")
    return Finding(
        "saturated broker", 2.1, f"only what broker {node} leads lags: {count}",
        (
            f"look at broker {node}: CPU, disk, network, request queue (4 shows what it tells)",
            "move leaders away from it, or add brokers",
        ),
    )  # fmt: skip


def _at_limit(case: Case) -> Finding | None:
    """A leader of what is behind tells itself that it is at its limit."""
    if not case.gains or not case.behind.any():
        return None
    readings = case.report.readings
    for node in sorted(set(case.rows.leader[case.span][case.behind].tolist())):
        full = saturation(readings.get(str(node), NOT_GIVEN))
        if full:
            return Finding(
                "saturated broker", 2.1, f"broker {node}, which leads what lags: {', '.join(full)}",
                ("move leaders away from it, or add brokers",
                 "compress, and batch more at producers: fewer requests for the same messages"),
            )  # fmt: skip
    return None


def open_transaction(case: Case) -> Finding | None:
    """Readers of committed messages wait at the last stable offset behind a transaction."""
    rows, span = case.rows, case.span
    stable, end = rows.last_stable_offset[span], rows.log_end_offset[span]
    committed = rows.committed_offset[span]
    known = (stable != UNKNOWN) & (end != UNKNOWN)
    # At or past it: a marker of the transaction before may lie between.
    blocked = known & (stable < end) & (committed >= stable) & (committed != UNKNOWN)
    if not blocked.any():
        return None
    at = case.worst(blocked)
    behind = int((end - stable)[blocked].sum())
    return Finding(
        "open transaction", 2.9,
        f"{behind:,} messages wait behind a transaction that is open at offset {stable[at]:,}"
        f" of {case.place(at)}",
        (
            "find the producer that began it: kafka-transactions.sh find-hanging",
            "its transaction.timeout.ms ends it at last, or abort it by kafka-transactions.sh",
        ),
    )  # fmt: skip


def retention_wins(case: Case) -> Finding | None:
    """Retention will delete messages before they are read, as things are."""
    loss = case.rows.data_loss_s[case.span]
    drain = case.rows.drain_s[case.span]
    soon = (loss < SOON_S) & (loss < drain) & (np.nan_to_num(case.lag) > 0)
    if not soon.any():
        return None
    at = int(np.nanargmin(np.where(soon, loss, np.nan)))
    config = case.config_of(at)
    remedies = ["catch up first, or lose them knowingly"]
    if config is not None and config.retention_ms > 0:
        kept = duration(config.retention_ms / 1000)
        remedies.insert(0, f"raise retention.ms of {case.topic_of(at)}, now {kept}, for the while")
    first = "may begin any moment" if loss[at] <= 0 else f"begins in {duration(float(loss[at]))}"
    return Finding(
        "retention about to win", 2.7,
        f"{case.place(at)}: deletion of what is unread {first}, drain {duration(float(drain[at]))}",
        tuple(remedies),
    )  # fmt: skip
