"""Numbers as command line options take them."""

from __future__ import annotations

import argparse
import math
import re


def whole(text: str) -> int:
    """Read a whole number, 1 or more."""
    if not text.isdecimal() or int(text) < 1:
        raise argparse.ArgumentTypeError(f"not a whole number, 1 or more: {text!r}")
    return int(text)


def positive(text: str) -> float:
    """Read a number above 0."""
    try:
        number = float(text)
    except ValueError:
        number = math.nan
    if not 0 < number < math.inf:
        raise argparse.ArgumentTypeError(f"not a number above 0: {text!r}")
    return number


_SIZES = {"": 1, "k": 10**3, "M": 10**6, "G": 10**9}
_SPANS_S = {"": 1, "s": 1, "m": 60, "h": 3_600, "d": 86_400}


def size(text: str) -> int:
    """Read bytes: 4096, 500k, 100M, 2G."""
    return round(_scaled(text, _SIZES, "a size like 500k, 100M or 2G"))


def span(text: str) -> float:
    """Read a time in seconds: 90, 15m, 2h, 1d."""
    return _scaled(text, _SPANS_S, "a time like 90, 15m, 2h or 1d")


def _scaled(text: str, units: dict[str, int], wanted: str) -> float:
    found = re.fullmatch(r"(\d+(?:\.\d+)?)([a-zA-Z]?)", text)
    if found is None or found[2] not in units or not float(found[1]):
        raise argparse.ArgumentTypeError(f"not {wanted}: {text!r}")
    return float(found[1]) * units[found[2]]
