"""What brokers show of a member without a word from its application: throughput and commits.

Nobody outside sees a poll(). But who commits what it polled before it polls again, or lets the
client commit by itself, takes a commit spacing from poll to commit at most; and we see no spacing
shorter than it is. Who reads one message after another takes 1 / throughput for each at most, and
just that while messages wait.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from lagtop.analysis.lag import consumed_missing
from lagtop.analysis.report import Report
from lagtop.analysis.sums import total_known
from lagtop.snapshot import Ints


@dataclass(frozen=True, slots=True)
class Crew:
    """Of some rows that one member owns: NaN where unknown.

    consumed_per_s: messages per second, without `missing` partitions whose rate is not known;
    poll_to_commit_s, message_s: seconds, both at most.
    """

    consumed_per_s: float
    missing: int
    poll_to_commit_s: float
    message_s: float


def crew(report: Report, rows: Ints) -> Crew:
    """What is seen of the member that owns these rows."""
    consumed = report.partitions.consumed_per_s[rows].astype(np.float64)
    spacing = report.partitions.commit_spacing_s[rows].astype(np.float64)
    per_s = total_known(consumed)
    missing = int(consumed_missing(report.partitions)[rows].sum())
    return Crew(
        per_s,
        missing,
        np.nan if np.isnan(spacing).all() else float(np.nanmedian(spacing)),
        1 / per_s if per_s > 0 and not missing else np.nan,
    )
