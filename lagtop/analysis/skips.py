"""What a committed offset went past without its group having read it, or perhaps without.

A consumer whose next record is gone goes on at the log start (auto.offset.reset=earliest) or at the
log end (latest), and its next commit takes all between for done. That is no throughput. Offsets
that compaction left out are another matter: the log start stays, and nothing was lost.

Where somebody may have set an offset by hand nobody knows what was read (`resets`): what was learnt
of it before says nothing of it now, as when it goes back.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np

from lagtop.snapshot import Floats, Ints, Snapshot

NONE = np.zeros(0, np.int64)


@dataclass(frozen=True, slots=True, eq=False)
class Skips:
    """Rows that skipped something at this poll (int64[k]), and how many messages (int64[k]).

    anew: rows that begin anew, since their offset may have been set by hand (int64[j]).
    """

    rows: Ints
    messages: Ints
    anew: Ints = field(default_factory=lambda: NONE)


def skips(snapshot: Snapshot, before: Ints, ends_before: Ints, step: Floats) -> Skips:
    """What was skipped since the last poll.

    before (int64[N]): each row's committed offset then, negative where it was not known.
    ends_before (int64[P]): the log ends then. step (float64[N]): how far a commit usually goes, NaN
    unknown; so much may have been read before it was deleted, and not be committed yet.
    """
    partitions, commits = snapshot.partitions, snapshot.commits
    behind = (before >= 0) & (before < partitions.log_start[commits.partition])
    rows = np.flatnonzero(behind & (commits.committed > before))
    at, was, now = commits.partition[rows], before[rows], commits.committed[rows]
    start, end = partitions.log_start[at], ends_before[at]
    gone = np.where(now >= end, np.maximum(start, end), start) - was
    beyond_usual = now - was - np.nan_to_num(step[rows]).astype(np.int64)
    return Skips(rows, np.clip(beyond_usual, 0, np.minimum(gone, now - was)))
