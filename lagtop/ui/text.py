"""Numbers as people read them; every function is pure and no result is ever cut.

A count or rate is at most 6 cells wide, a duration too; `exact` numbers are as long as they are.
"""

from __future__ import annotations

import math
import re
from typing import Final

from lagtop.analysis.words import at_least as at_least
from lagtop.analysis.words import duration as duration
from lagtop.analysis.words import latency as latency
from lagtop.analysis.words import long_duration
from lagtop.analysis.words import plural as plural
from lagtop.analysis.words import small_share as small_share
from lagtop.snapshot import UNKNOWN

NOBODY_KNOWS: Final = "?"
_UNITS: Final = "kMGTPEZY"
_SURE: Final = 1.5
"""How far apart the ends of an interval may be for a time to stand without a `~`."""


def count(number: int, *, exact: bool = False) -> str:
    """A count of messages.

    >>> count(8_120_344), count(412_000), count(7), count(UNKNOWN)
    ('8.12M', '412.0k', '7', '?')
    """
    if number == UNKNOWN:
        return NOBODY_KNOWS
    if exact or abs(number) < 1000:
        return f"{number:,}"
    return _scaled(float(number))


def rounded(number: float, *, exact: bool = False) -> str:
    """An estimate of a count of messages, as a whole number; `?` of NaN."""
    return NOBODY_KNOWS if math.isnan(number) else count(round(number), exact=exact)


def rate(per_s: float, *, exact: bool = False) -> str:
    """Messages per second; a rate that is not zero never reads as zero.

    >>> rate(21_400.0), rate(3.21), rate(0.0), rate(0.004), rate(math.nan)
    ('21.4k', '3.2', '0', '<0.1', '?')
    """
    if math.isnan(per_s):
        return NOBODY_KNOWS
    if per_s == 0:
        return "0"
    if exact:
        return f"{per_s:,.2f}"
    size = abs(per_s)
    if size < 0.05:
        return "<0.1"
    if size < 9.95:
        return f"{per_s:.1f}"
    return f"{per_s:.0f}" if size < 999.5 else _scaled(per_s)


def signed_rate(per_s: float, *, exact: bool = False) -> str:
    """A difference of rates, with its sign: `+6.5k`, `-1.2k`, `0`, `?`."""
    text = rate(per_s, exact=exact)
    return f"+{text}" if per_s > 0 else text


def between(soonest: float, latest: float) -> str:
    """Two ends of a span of time; one where they read alike. Far apart they are no more exact.

    >>> between(7_200, 10_830), between(60, 60), between(math.inf, math.inf), between(60, math.nan)
    ('2h00m-3h00m', '1m00s', 'never', '1m00s-?')
    >>> between(2_145_600, 4_298_400), between(79_500, math.inf)
    ('24d-49d', '22h-never')
    """
    tell = _coarse if latest > _SURE * soonest else duration
    first, last = tell(soonest), tell(latest)
    return first if first == last else f"{first}-{last}"


def _coarse(seconds: float) -> str:
    """A span of ten minutes, hours or days in that unit alone, without the next smaller one."""
    told = duration(seconds)
    return re.sub(r"^(\d{2,}[dhm])\d+[hms]$", r"\1", told)


def drain(seconds: float, low: float, high: float, width: int, sign: str = "±") -> str:
    """The time until the lag is gone, with half its interval where `width` has room for it.

    A time that may as well be half as long again, or never come, has a `~`; a `never` that the
    noise of the rates does not bear out has a `?`.

    >>> drain(89.0, 83.0, 95.0, 10), drain(89.0, 83.0, 95.0, 6), drain(89.0, 20.0, math.inf, 10)
    ('1m29s ±6s', '1m29s', '~1m29s')
    >>> drain(math.inf, math.inf, math.inf, 10), drain(math.inf, 60.0, math.inf, 10)
    ('never', 'never?')
    """
    text = duration(seconds)
    half = (high - low) / 2
    if math.isinf(seconds):
        return _fitting(f"{text}?", text, width) if math.isfinite(low) else text
    if seconds > 0 and high > _SURE * low:
        return _fitting(f"~{text}", text, width)
    if not math.isfinite(seconds) or not math.isfinite(half) or half < 1:
        return text
    return _fitting(f"{text} {sign}{long_duration(round(half))}", text, width)


def _fitting(longer: str, shorter: str, width: int) -> str:
    return longer if len(longer) <= width else shorter


def per_cent(fraction: float) -> str:
    """A share: `97%`, `<1%`, `?`."""
    if math.isnan(fraction):
        return NOBODY_KNOWS
    if 0.995 <= fraction < 1:
        return ">99%"
    return "<1%" if 0 < fraction < 0.005 else f"{fraction * 100:.0f}%"


def margin(fraction: float) -> str:
    """A safety margin as `--margin` takes it: `20 %`."""
    return f"{fraction * 100:.0f} %"


def milliseconds(seconds: float) -> str:
    """A short span: `41 ms`, `1.2 s`, `?`."""
    if math.isnan(seconds):
        return NOBODY_KNOWS
    return f"{seconds * 1000:.0f} ms" if seconds < 0.9995 else f"{seconds:.1f} s"


def byte_count(number: float) -> str:
    """Bytes: `512 B`, `1.5 GB`, `?`."""
    if math.isnan(number) or number == UNKNOWN:
        return NOBODY_KNOWS
    for size, unit in ((1e12, "TB"), (1e9, "GB"), (1e6, "MB"), (1e3, "kB")):
        if abs(number) >= size * 0.9995:
            return f"{number / size:.3g} {unit}"
    return f"{number:.0f} B"


def byte_rate(per_s: float) -> str:
    """Bytes per second; `?` where nobody knows."""
    told = byte_count(per_s)
    return told if told == NOBODY_KNOWS else f"{told}/s"


def _scaled(number: float) -> str:
    size, unit = abs(number) / 1000, 0
    while size >= (999.95 if unit == 0 else 999.5) and unit < len(_UNITS) - 1:
        size, unit = size / 1000, unit + 1
    digits = 1 if unit == 0 else (2 if size < 9.995 else 1 if size < 99.95 else 0)
    return f"{'-' if number < 0 else ''}{size:.{digits}f}{_UNITS[unit]}"
