"""Numbers inside sentences for people."""

from __future__ import annotations

import math


def rate(per_s: float) -> str:
    """Messages per second: `8.1k/s`, `640/s`, `2.5/s`."""
    return f"{_short(per_s)}/s"


def times(factor: float) -> str:
    """A factor: `x3.9`, `x12`, `x0.25`."""
    return f"x{factor:.0f}" if factor >= 9.95 else f"x{factor:.2g}"


def plural(number: int, noun: str) -> str:
    """`1 member`, `2 members`."""
    return f"{number:,} {noun}{'' if number == 1 else 's'}"


def _short(number: float) -> str:
    if math.isnan(number):
        return "?"
    for size, unit in ((1e9, "G"), (1e6, "M"), (1e3, "k")):
        if abs(number) >= size * 0.9995:
            return f"{number / size:.1f}{unit}"
    return f"{number:.0f}" if abs(number) >= 9.95 or not number else f"{number:.1f}"
