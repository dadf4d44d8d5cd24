"""Whether what is written keeps up with what should be, over the last seconds of one rate."""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Reached:
    """What was written in a window, records per second; `busy` is the busiest process's share."""

    per_s: float
    busy: float


class Pace:
    """Looks back over `window_s` seconds; another target begins it anew."""

    def __init__(self, window_s: float) -> None:
        self._window_s = window_s
        self._target_per_s = 0.0
        self._seen: deque[tuple[float, int, float]] = deque()

    def push(self, at_s: float, acked: int, cpu_s: float, target_per_s: float) -> Reached | None:
        """What was reached, None until a whole window has passed at this target."""
        if target_per_s != self._target_per_s:
            self._target_per_s = target_per_s
            self._seen.clear()
        self._seen.append((at_s, acked, cpu_s))
        first_s, first_acked, first_cpu_s = self._seen[0]
        span_s = at_s - first_s
        if span_s < self._window_s:
            return None
        self._seen.popleft()
        return Reached((acked - first_acked) / span_s, (cpu_s - first_cpu_s) / span_s)
