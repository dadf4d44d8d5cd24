"""Numbers inside sentences and tables for people."""

from __future__ import annotations

import math

_MINUTE, _HOUR, _DAY, _YEAR = 60, 3600, 86_400, 31_557_600


def rate(per_s: float) -> str:
    """Messages per second; a rate that is not zero never reads as zero.

    >>> rate(8_123.0), rate(640.0), rate(2.5), rate(0.0), rate(0.03), rate(math.nan)
    ('8.1k/s', '640/s', '2.5/s', '0/s', '<0.1/s', '?/s')
    """
    return f"{_short(per_s)}/s"


def byte_rate(per_s: float) -> str:
    """Bytes per second: `24kB/s`, `1.0MB/s`."""
    return f"{_short(per_s)}B/s"


def at_least(known: str, missing: int, sign: str = ">=") -> str:
    """A sum of what is known: with `sign` in front when `missing` parts are not in it."""
    return f"{sign}{known}" if missing and not known.startswith("?") else known


def times(factor: float) -> str:
    """A factor: `x3.9`, `x12`, `x0.25`."""
    return f"x{factor:.0f}" if factor >= 9.95 else f"x{factor:.2g}"


def enough_times(factor: float) -> str:
    """The least factor with one digit that is no smaller: a need is never rounded down.

    >>> enough_times(1.004), enough_times(3.22), enough_times(4.0)
    ('x1.1', 'x3.3', 'x4')
    """
    return f"x{math.ceil(factor * 10 - 1e-6) / 10:g}"


def small_share(share: float) -> str:
    """A share that may be small: `12%`, `3.2%`, `<0.1%`, `0%`, `?`."""
    if math.isnan(share):
        return "?"
    if 0 < share < 0.0005:
        return "<0.1%"
    return f"{share:.1%}" if 0 < share < 0.0995 else f"{share:.0%}"


def plural(number: int, noun: str) -> str:
    """`1 member`, `2 members`."""
    return f"{number:,} {noun}{'' if number == 1 else 's'}"


def duration(seconds: float) -> str:
    """A span of time in two units at most.

    >>> duration(842), duration(2.13), duration(79_500), duration(0), duration(math.nan)
    ('14m02s', '2.1s', '22h05m', '0', '?')
    """
    if math.isnan(seconds):
        return "?"
    if math.isinf(seconds):
        return "never"
    if seconds <= 0:
        return "0"
    if seconds < 9.95:
        return f"{seconds:.1f}s" if seconds >= 0.05 else "<0.1s"
    return long_duration(round(seconds))


def latency(seconds: float) -> str:
    """A short span with three digits and its unit; `-` where nobody knows.

    >>> latency(0.0219), latency(1.5), latency(0.000_42), latency(math.nan)
    ('21.9ms', '1.50s', '420us', '-')
    """
    if math.isnan(seconds):
        return "-"
    for unit, size in (("s", 1.0), ("ms", 1e-3)):
        value = seconds / size
        if value >= 1:
            return f"{value:.{max(0, 2 - (value >= 10) - (value >= 100))}f}{unit}"
    return f"{seconds * 1e6:.0f}us"


def long_duration(seconds: int) -> str:
    """A span of whole seconds in two units at most: `45s`, `3m12s`, `22h05m`, `4d03h`."""
    if seconds < _MINUTE:
        return f"{seconds}s"
    if seconds < _HOUR:
        return f"{seconds // _MINUTE}m{seconds % _MINUTE:02}s"
    if seconds < _DAY:
        return f"{seconds // _HOUR}h{seconds % _HOUR // _MINUTE:02}m"
    if seconds < 100 * _DAY:
        return f"{seconds // _DAY}d{seconds % _DAY // _HOUR:02}h"
    if seconds < 1000 * _DAY:
        return f"{seconds // _DAY}d"
    years = seconds / _YEAR
    return f"{years:.1f}y" if years < 999 else ">999y"


def _short(number: float) -> str:
    if math.isnan(number):
        return "?"
    for size, unit in ((1e9, "G"), (1e6, "M"), (1e3, "k")):
        if abs(number) >= size * 0.9995:
            return f"{number / size:.1f}{unit}"
    if 0 < abs(number) < 0.05:
        return "<0.1"
    return f"{number:.0f}" if abs(number) >= 9.95 or not number else f"{number:.1f}"
