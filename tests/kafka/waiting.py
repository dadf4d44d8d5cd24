"""Waiting for a fact, with a deadline that names what never came."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import TypeVar

DEADLINE_S = 90.0

Answer = TypeVar("Answer")


def wait_until(learn: Callable[[], Answer], what: str, deadline_s: float = DEADLINE_S) -> Answer:
    """Ask until the answer is truthy, and return it."""
    end = time.monotonic() + deadline_s
    while not (answer := learn()):
        if time.monotonic() > end:
            raise TimeoutError(f"waited {deadline_s:.0f} s for {what}; last answer: {answer!r}")
        time.sleep(0.1)
    return answer
