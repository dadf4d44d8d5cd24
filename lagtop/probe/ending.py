"""Why a load ended before its script did."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Cause(StrEnum):
    """What a script that runs loads has to tell apart.

    `limit`: nothing is wrong, but there was no more time, or no more to write with. `trouble`: the
    group or the cluster did not bear it. `blind`: nobody knows how the group does.
    """

    INTERRUPTED = "interrupted"
    LIMIT = "limit"
    TROUBLE = "trouble"
    BLIND = "blind"


@dataclass(frozen=True, slots=True)
class Ending:
    """A cause, and the sentence that tells of it."""

    cause: Cause
    words: str
