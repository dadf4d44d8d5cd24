"""Times as people type them."""

from __future__ import annotations

import math
import re
from datetime import datetime, timedelta

from lagtop.errors import UsageError

HINT = "seconds since the epoch, or like 2026-01-31T14:05:00 (local time)"
NEAR_HINT = f"{HINT}, 14:05, 14:05:30, or from here +5m, -90s"
_UNITS_S = {"": 1, "s": 1, "m": 60, "h": 3_600}


def parse_moment(text: str, near: float | None = None) -> float:
    """Read a time, in seconds since the epoch; raises UsageError.

    Near a moment, a time of day is that of its day, and +5m or -90s is counted from it.
    """
    try:
        moment = float(text)
        if math.isfinite(moment) and not text.startswith(("+", "-")):
            return moment
    except ValueError:
        pass
    found = _near(text, near) if near is not None else None
    if found is not None:
        return found
    try:
        return datetime.fromisoformat(text).timestamp()
    except ValueError:
        hint = HINT if near is None else NEAR_HINT
        raise UsageError(f"not a time: {text!r}", hint) from None


def _near(text: str, near: float) -> float | None:
    if step := re.fullmatch(r"([+-]\d+(?:\.\d+)?)([smh]?)", text):
        return near + float(step[1]) * _UNITS_S[step[2]]
    day = datetime.fromtimestamp(near)
    if time := re.fullmatch(r"([01]?\d|2[0-3]):([0-5]\d)(?::([0-5]\d))?", text):
        since = timedelta(hours=int(time[1]), minutes=int(time[2]), seconds=int(time[3] or 0))
        return (day.replace(hour=0, minute=0, second=0, microsecond=0) + since).timestamp()
    return None
