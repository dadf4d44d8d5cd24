"""How often to poll: as asked, or seldomer where that would cost too much of us or of the brokers.

A rule without state but what it said last; the estimates downstream use each answer's own time, so
that they bear any interval.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

CPU_SHARE: Final = 0.25
"""Of one core, for polls and for what is made of them."""

REQUESTS_PER_S: Final = 50.0
"""To a broker: many times what a settled poll asks; brokers before Kafka 3.0 are asked more."""

EASES_BELOW: Final = 0.7
"""A stretched interval is kept until less than this share of it is needed, lest it flutter."""

STEPS_S: Final = (1, 2, 3, 4, 5, 6, 8, 10, 12, 15, 20, 30, 45, 60, 90, 120, 180, 300)
NEWS: Final = 0.3


@dataclass(frozen=True, slots=True)
class Tempo:
    """The time between polls, seconds, and why it is longer than asked, or nothing."""

    every_s: float
    why: str = ""


def tempo(asked_s: float, cpu_s: float, requests: float, before_s: float) -> Tempo:
    """The tempo for polls that take so much CPU and send so many requests to a broker each.

    `before_s` is the interval until now; none is ever shorter than `asked_s`.
    """
    by_cpu_s, by_requests_s = cpu_s / CPU_SHARE, requests / REQUESTS_PER_S
    needed_s = max(by_cpu_s, by_requests_s)
    if needed_s <= asked_s:
        return Tempo(asked_s)
    if by_cpu_s >= by_requests_s:
        costs = f"cost {cpu_s / asked_s:.0%} CPU".replace("%", " %")
    else:
        costs = f"ask a broker {requests / asked_s:.0f} times a second"
    return Tempo(_stretched(needed_s, before_s), f"{asked_s:g} s would {costs}")


def _stretched(needed_s: float, before_s: float) -> float:
    if EASES_BELOW * before_s <= needed_s <= before_s:
        return before_s
    return next((float(step) for step in STEPS_S if step >= needed_s), needed_s)


class Spending:
    """What polls have cost of late: CPU seconds and requests to a broker; the first is left out.

    It pays once for what the others find done.
    """

    def __init__(self) -> None:
        self.cpu_s = self.requests = 0.0
        self._polls = 0

    def take(self, cpu_s: float, requests: float) -> None:
        """Take in what one poll cost, with what was made of it."""
        self._polls += 1
        weight = 0.0 if self._polls == 1 else 1.0 if self._polls == 2 else NEWS
        self.cpu_s += weight * (cpu_s - self.cpu_s)
        self.requests += weight * (requests - self.requests)
