"""Which name was meant: the nearest of those that there are; and one that cannot be had."""

from __future__ import annotations

import re
from collections.abc import Iterable
from difflib import get_close_matches

PROXY = re.compile(r"proxy|socks", re.IGNORECASE)
"""Keys that would lead through a proxy."""
NO_PROXY = (
    "lagtop goes through no SOCKS proxy",
    "run it where the brokers' advertised addresses can be reached, or over a VPN",
)
"""What is said of such a key, and what to do instead."""


def nearest(word: str, known: Iterable[str], before: str = "") -> str:
    """`did you mean X?`, or nothing where no known name is near; `before` begins each of them."""
    near = get_close_matches(word, list(known), n=1, cutoff=0.6)
    return f"did you mean {before}{near[0]}?" if near else ""
