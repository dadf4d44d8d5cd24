"""One time line for a run: the wall clock at its start, carried on by one that does not jump."""

from __future__ import annotations

import time

# The boot clock goes on while a laptop sleeps; the monotonic clock of Linux does not.
_STEADY = getattr(time, "CLOCK_BOOTTIME", time.CLOCK_MONOTONIC)


NEVER = float("-inf")
"""When what was never asked was asked."""


class Clock:
    """Seconds since the epoch that never go back."""

    def __init__(self) -> None:
        self._offset_s = time.time() - time.clock_gettime(_STEADY)

    def now(self) -> float:
        """The present on this run's time line, seconds since the epoch."""
        return self._offset_s + time.clock_gettime(_STEADY)
