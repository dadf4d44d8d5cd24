"""A consumer whose truth is known, driven by a script: what it writes, reads and commits."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from lagtop.probe.scripts import Script
from lagtop.probe.staircase import Reading

STEP_S = 0.1
POLL_S = 0.5
MEMORY_S = 10.0
LONGEST_S = 7200.0


@dataclass(frozen=True, slots=True)
class Plant:
    """A consumer of so many messages per second, which wander by `spread` (a share).

    It commits every `commit_s`. An event that is answered has a latency of `latency_s(rate)` on
    average.
    """

    capacity_per_s: float
    spread: float = 0.05
    commit_s: float = 5.0
    latency_s: Callable[[float], float] | None = None

    def drive(self, script: Script, seed: int) -> float:
        """Let a script run to its end; the seconds that it took."""
        random = np.random.default_rng(seed)
        keep = float(np.exp(-STEP_S / MEMORY_S))
        wander = self.spread * random.standard_normal()
        now = end = position = committed = 0.0
        next_commit, next_poll = random.uniform(0, self.commit_s), 0.0
        while not script.is_done and now < LONGEST_S:
            now += STEP_S
            shock = self.spread * np.sqrt(1 - keep**2) * random.standard_normal()
            wander = keep * wander + shock
            end += random.poisson(script.rate_per_s * STEP_S)
            can = self.capacity_per_s * max(0.05, 1 + wander) * STEP_S
            position = min(position + can, end)
            if now >= next_commit:
                committed = np.floor(position)
                next_commit = now + self.commit_s + random.uniform(0, 0.02)
            if self.latency_s is not None:
                script.note(self.latency_s(script.rate_per_s) * random.exponential())
            if now >= next_poll:
                script.observe(Reading(now, end, float(committed)))
                next_poll = now + POLL_S * random.uniform(0.8, 1.2)
        assert script.is_done
        return now
