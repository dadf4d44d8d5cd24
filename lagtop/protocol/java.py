"""What Java does, where Kafka's choices hang on it."""

from __future__ import annotations

from functools import lru_cache

import numpy as np


@lru_cache(maxsize=4096)
def string_hash(text: str) -> int:
    """String.hashCode as unsigned 32 bits."""
    units = np.frombuffer(text.encode("utf-16-le", "surrogatepass"), np.uint16).tolist()
    value = 0
    for unit in units:
        value = (31 * value + unit) & 0xFFFF_FFFF
    return value


def partition_hash(text: str) -> int:
    """What Kafka takes modulo the number of partitions: Utils.abs, and not toPositive."""
    value = string_hash(text)
    return value if value < 2**31 else (2**32 - value) % 2**31
