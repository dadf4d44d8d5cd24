"""Reading one value of a recording's line, or saying what is wrong with it."""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import Any

from lagtop.snapshot import UNKNOWN


class MalformedError(Exception):
    """A line that is not what the format says; the message says where in the line."""


def mapping(value: Any, what: str) -> dict[str, Any]:
    """A JSON object; null and absent are an empty one."""
    if value is None:
        return {}
    if not isinstance(value, dict):
        raise MalformedError(f"{what} is {_short(value)}, not an object")
    return value


def sequence(value: Any, what: str, least: int = 0) -> list[Any]:
    """A JSON array of at least `least` items; null and absent are an empty one."""
    if value is None:
        value = []
    if not isinstance(value, list) or len(value) < least:
        raise MalformedError(f"{what} is {_short(value)}, not a list of {least or 'some'} or more")
    return value


def text(value: Any, what: str) -> str:
    """A JSON string; null and absent are an empty one."""
    if value is None:
        return ""
    if not isinstance(value, str):
        raise MalformedError(f"{what} is {_short(value)}, not a string")
    return value


def whole(value: Any, what: str) -> int:
    """A whole number that fits in 64 bits; null is UNKNOWN."""
    if value is None:
        return UNKNOWN
    if type(value) is not int or not -(2**63) < value < 2**63:
        raise MalformedError(f"{what} is {_short(value)}, not a whole number or null")
    return value


def node_id(value: Any, what: str) -> int:
    """A broker's id, which Kafka has in 32 bits; -1 is none."""
    if type(value) is not int or not -(2**31) <= value < 2**31:
        raise MalformedError(f"{what} is {_short(value)}, not a broker's id")
    return value


def partition(value: Any, what: str) -> int:
    """A partition's number."""
    if type(value) is not int or not 0 <= value < 2**31:
        raise MalformedError(f"{what} is {_short(value)}, not a partition's number")
    return value


def number(value: Any, what: str) -> float:
    """A finite number."""
    if type(value) not in (int, float) or not math.isfinite(value):
        raise MalformedError(f"{what} is {_short(value)}, not a number")
    return float(value)


def partition_lists(value: Any, what: str) -> Iterator[tuple[str, list[Any]]]:
    """The topics of an object and what is listed under each."""
    for topic, rows in mapping(value, what).items():
        yield topic, sequence(rows, f"{what} of topic {topic}")


def _short(value: Any) -> str:
    shown = repr(value)
    return shown if len(shown) <= 40 else shown[:39] + "…"
