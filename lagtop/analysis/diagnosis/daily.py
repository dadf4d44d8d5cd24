"""Whether a spike was there at this time before: a daily peak wants capacity, not an alarm."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from lagtop.analysis.before import NOT_TOLD, Then
from lagtop.analysis.past import SPIKE
from lagtop.analysis.words import times

ORDINARY = 1.5
"""Up to so many times of what is usual now is no spike; between it and SPIKE nobody can tell."""

_WHEN = {1: "yesterday", 7: "a week ago"}


def daily(before: Sequence[Then], usual_per_s: float) -> tuple[str, bool]:
    """What it was at this time on days before, in words, and whether it spiked on one of them."""
    known = [one for one in before if not np.isnan(one.per_s)]
    if not known:
        reason = before[0].reason if before else NOT_TOLD
        return f"what it was at this time yesterday is not known: {reason}", False
    factors = [(_WHEN[one.days_ago], one.per_s / usual_per_s) for one in known]
    told = "; ".join(_sentence(when, factor) for when, factor in factors)
    return told, any(factor >= SPIKE for _, factor in factors)


def _sentence(when: str, factor: float) -> str:
    if factor >= SPIKE:
        verdict = "too: it was there then"
    elif factor <= ORDINARY:
        verdict = "at most: it was not there then"
    else:
        verdict = "at most"
    return f"at this time {when} {times(factor)} {verdict}"
