"""The maximum sustainable throughput of a group: saturate it, then confirm what it can bear.

1. climb: double the rate until the backlog grows;
2. hold: with a backlog, what is consumed is the capacity;
3. drain: at a small rate, until the backlog is gone;
4. confirm: somewhat below the capacity, for long; where the backlog grows, drain, go lower, again.

The answer is a range: a rate that was borne, and one that was not. A bisection in short steps reads
4 % too high, because a queue hides a small deficit for longer than a step.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from lagtop.probe.staircase import Reading, Staircase

CLIMB = 2.0
SPARE = 0.98
LOWER = 0.97
DRAIN_AT = 0.3
DRAINED_S = 7.0
TRIES = 6
CLEARLY_S = 10.0
"""A backlog of so many seconds of the rate needs no statistics."""

RECOMMENDED = 0.8
"""Of what is sustained: a group that runs at its limit has no time for a bad moment."""

GROWN_SHARE = 0.02
"""A backlog that grows by this share of what is written is not borne."""

CLIMB_SHARE = 0.05
"""The same while climbing, in steps that are short and far apart."""


class Phase(StrEnum):
    """What the controller is about to learn."""

    CLIMB = "climb"
    HOLD = "hold"
    DRAIN = "drain"
    CONFIRM = "confirm"
    DONE = "done"


@dataclass(frozen=True, slots=True)
class Times:
    """How long each step takes, seconds; the accuracy that was measured is the defaults'."""

    climb_s: float = 30.0
    hold_s: float = 45.0
    drain_at_most_s: float = 600.0
    confirm_s: float = 150.0

    def scaled(self, factor: float) -> Times:
        """All of them longer or shorter."""
        return Times(
            self.climb_s * factor,
            self.hold_s * factor,
            self.drain_at_most_s * factor,
            self.confirm_s * factor,
        )


@dataclass(frozen=True, slots=True)
class Maximum:
    """What was found, messages per second; None where it was not reached.

    `low_per_s` was borne, and for the whole confirmation where it is `confirmed`; `high_per_s` was
    not borne; `capacity_per_s` is what the group consumed while it had a backlog.
    """

    low_per_s: float | None
    high_per_s: float | None
    capacity_per_s: float | None
    confirmed: bool = False
    reason: str = ""


class Saturation:
    """Told of each poll by `observe`, it says in `rate_per_s` what to produce next."""

    def __init__(self, start_per_s: float, most_per_s: float, times: Times = Times()) -> None:
        self.rate_per_s = min(start_per_s, most_per_s)
        self.phase = Phase.CLIMB
        self._most_per_s = most_per_s
        self._times = times
        self._stairs = Staircase()
        self._since: float | None = None
        self._tries = 0
        self._borne: float | None = None
        self._failed: float | None = None
        self._capacity: float | None = None
        self._reason = ""

    @property
    def is_done(self) -> bool:
        """Whether the answer is there."""
        return self.phase is Phase.DONE

    def note(self, latency_s: float) -> None:
        """Latencies tell nothing about the maximum."""

    @property
    def result(self) -> Maximum:
        """What is known so far."""
        confirmed = self.phase is Phase.DONE and self._borne is not None and not self._reason
        return Maximum(self._borne, self._failed, self._capacity, confirmed, self._reason)

    def observe(self, reading: Reading) -> None:
        """Take in a poll, and change phase or rate when it is time."""
        if self._since is None:
            self._since = reading.at
        self._stairs.push(reading)
        elapsed_s = reading.at - self._since
        step = {
            Phase.CLIMB: self._climb,
            Phase.HOLD: self._hold,
            Phase.DRAIN: self._drain,
            Phase.CONFIRM: self._confirm,
        }.get(self.phase)
        if step is not None:
            step(reading, elapsed_s)

    def _climb(self, reading: Reading, elapsed_s: float) -> None:
        clearly = reading.lag > CLEARLY_S * self.rate_per_s and elapsed_s > self._times.climb_s / 2
        if elapsed_s < self._times.climb_s and not clearly:
            return
        if clearly or self._grew(CLIMB_SHARE):
            self._fail()
            self._enter(Phase.HOLD, reading, self.rate_per_s)
        elif self.rate_per_s >= self._most_per_s:
            self._borne = self.rate_per_s
            self._finish("the group bears the highest rate that may be written")
        else:
            self._borne = self.rate_per_s
            self._enter(Phase.CLIMB, reading, min(CLIMB * self.rate_per_s, self._most_per_s))

    def _hold(self, reading: Reading, elapsed_s: float) -> None:
        if elapsed_s < self._times.hold_s:
            return
        if not self._grew(CLIMB_SHARE):
            self._failed = None
            self._enter(Phase.CLIMB, reading, min(CLIMB * self.rate_per_s, self._most_per_s))
            return
        capacity = self._stairs.consumed_per_s()
        if not capacity > 0:
            self._finish("the group committed nothing while it had a backlog")
            return
        self._capacity = capacity
        self._borne = None
        self._enter(Phase.DRAIN, reading, DRAIN_AT * capacity)

    def _drain(self, reading: Reading, elapsed_s: float) -> None:
        assert self._capacity is not None
        edges = self._stairs.edges
        if edges and edges[-1] is reading and reading.lag <= DRAINED_S * self.rate_per_s:
            self._enter(Phase.CONFIRM, reading, self._next_try())
        elif elapsed_s > self._times.drain_at_most_s:
            self._finish("the backlog did not drain")

    def _confirm(self, reading: Reading, elapsed_s: float) -> None:
        clearly = reading.lag > CLEARLY_S * self.rate_per_s
        if elapsed_s < self._times.confirm_s and not clearly:
            return
        if not clearly and not self._grew(GROWN_SHARE):
            self._borne = self.rate_per_s
            self._finish("")
            return
        self._fail()
        self._tries += 1
        assert self._capacity is not None
        if self._tries == TRIES:
            self._finish(f"{TRIES} rates below the capacity were not borne: the group is uneven")
        else:
            self._enter(Phase.DRAIN, reading, DRAIN_AT * self._capacity)

    def _next_try(self) -> float:
        assert self._capacity is not None
        return SPARE * self._capacity * LOWER**self._tries

    def _grew(self, share: float) -> bool:
        return self._stairs.grew(self.rate_per_s, share)

    def _enter(self, phase: Phase, reading: Reading, rate_per_s: float) -> None:
        self.phase, self.rate_per_s = phase, rate_per_s
        self._since = reading.at
        self._stairs.clear()

    def _fail(self) -> None:
        self._failed = min(self.rate_per_s, self._failed or self.rate_per_s)

    def _finish(self, reason: str) -> None:
        self.phase, self.rate_per_s, self._reason = Phase.DONE, 0.0, reason
