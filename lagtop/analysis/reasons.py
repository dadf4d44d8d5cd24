"""Why a row is not simply ok, as sentences that are stored once each."""

from __future__ import annotations

import numpy as np

from lagtop.analysis.report import Small
from lagtop.analysis.verdicts import Verdict
from lagtop.snapshot import Codes, Snapshot

SENTENCES_WITH_NUMBERS = 1_000
"""Rows that get a sentence of their own; the rest of them share one without numbers."""

GENERAL = {
    Verdict.NO_COMMIT: "the group has never committed an offset here",
    Verdict.LOST: "messages were deleted before the group read them",
    Verdict.PAST_END: "the committed offset is past the log end: truncated or recreated topic",
    Verdict.OFFLINE: "the partition has no leader",
    Verdict.DELETED: "the topic is gone; only the group's commit still names it",
    Verdict.UNAUTHORIZED: "not authorized to read an offset",
    Verdict.UNKNOWN: "an offset could not be read",
}


class Reasons:
    """Sentences by number; number 0 is no reason at all."""

    def __init__(self) -> None:
        self._numbers = {"": 0}

    def number(self, sentence: str) -> int:
        """The number of a sentence, the same for the same sentence."""
        return self._numbers.setdefault(sentence, len(self._numbers))

    def sentences(self) -> tuple[str, ...]:
        """Every sentence, in the order of its number."""
        return tuple(self._numbers)


def explain(snapshot: Snapshot, verdict: Small, reasons: Reasons) -> Codes:
    """The number of each row's reason, int32[N]: the gap's own, else the verdict's."""
    partitions, commits = snapshot.partitions, snapshot.commits
    by_gap = np.array([reasons.number(gap.reason) for gap in snapshot.gaps], np.int32)
    reason = by_gap[np.where(commits.gap != 0, commits.gap, partitions.gap[commits.partition])]
    bad = np.flatnonzero((verdict != Verdict.OK) & (reason == 0))
    if bad.size:
        general = [0, *(reasons.number(GENERAL[kind]) for kind in list(Verdict)[1:])]
        reason[bad] = np.array(general, np.int32)[verdict[bad]]
    counted = bad[(verdict[bad] == Verdict.LOST) | (verdict[bad] == Verdict.PAST_END)]
    for row in counted[:SENTENCES_WITH_NUMBERS].tolist():
        reason[row] = reasons.number(_with_numbers(snapshot, row, int(verdict[row])))
    return reason


def _with_numbers(snapshot: Snapshot, row: int, verdict: int) -> str:
    at = snapshot.commits.partition[row]
    committed = int(snapshot.commits.committed[row])
    start, end = int(snapshot.partitions.log_start[at]), int(snapshot.partitions.log_end[at])
    if verdict == Verdict.PAST_END:
        return f"committed offset {committed} is {committed - end:,} past the log end {end}"
    return (
        f"committed offset {committed} is before the log start {start}: "
        f"{start - committed:,} messages are lost"
    )
