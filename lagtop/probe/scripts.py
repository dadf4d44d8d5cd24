"""What a load does in the course of time: steps, a ramp, a spike. A script sees each poll."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Protocol

import numpy as np

from lagtop.probe.histogram import Histogram
from lagtop.probe.knee import Knee, Refusal, fit_knee
from lagtop.probe.recovery import HELD_S, recovered_at, usual_limit
from lagtop.probe.saturate import CLIMB_SHARE
from lagtop.probe.staircase import Reading, Staircase

LEAST_CALM_EDGES = 3


class Script(Protocol):
    """Told of each poll by `observe`; `rate_per_s` is what to produce until the next."""

    @property
    def rate_per_s(self) -> float:
        """Records a second to write now."""

    @property
    def phase(self) -> str:
        """What it does now, in a word."""

    @property
    def is_done(self) -> bool:
        """Whether it has come to its end."""

    def observe(self, reading: Reading) -> None:
        """Take in a poll."""

    def note(self, latency_s: float) -> None:
        """Take in the latency of an event that was answered now."""


@dataclass(slots=True)
class Step:
    """One rate that was held: what came of it.

    Rates are per second, base lag is messages; `latency` counts answered events, and
    `waited_s` is base lag / rate, the time that a record waits for its commit (Little's law).
    """

    target_per_s: float
    produced_per_s: float = float("nan")
    consumed_per_s: float = float("nan")
    base_lag: float = float("nan")
    waited_s: float = float("nan")
    grew: bool = False
    latency: Histogram = field(default_factory=Histogram)

    @property
    def latency_s(self) -> float:
        """The median latency where events were answered, else the time that records wait.

        A median follows the queue's law as a mean does, and one pause of the service less.
        """
        return self.latency.quantile(0.5) if self.latency.count else self.waited_s


class Steps:
    """Holds each rate in turn; stops after one that the group does not bear.

    The first third of each step is left out of its figures: the group is still finding its feet.
    """

    def __init__(self, rates_per_s: Sequence[float], hold_s: float) -> None:
        self.steps: list[Step] = []
        self._rates = list(rates_per_s)
        self._hold_s = hold_s
        self._stairs = Staircase()
        self._since: float | None = None
        self._step = Step(self._rates[0])
        self._settled = False

    @property
    def rate_per_s(self) -> float:
        """The rate of the present step."""
        return 0.0 if self.is_done else self._step.target_per_s

    @property
    def phase(self) -> str:
        """The step's number."""
        return f"step {min(len(self.steps) + 1, len(self._rates))} of {len(self._rates)}"

    @property
    def is_done(self) -> bool:
        """Whether the last rate was held, or one was not borne."""
        return len(self.steps) == len(self._rates) or any(step.grew for step in self.steps)

    def note(self, latency_s: float) -> None:
        """Count the latency of an answered event for the present step."""
        if self._settled:
            self._step.latency.add(latency_s)

    def observe(self, reading: Reading) -> None:
        """Take in a poll, and go on to the next rate when it is time."""
        if self.is_done:
            return
        if self._since is None:
            self._since = reading.at
        elapsed_s = reading.at - self._since
        self._stairs.push(reading)
        if not self._settled and elapsed_s >= self._hold_s / 3:
            self._settled = True
            self._stairs.clear()
        if elapsed_s >= self._hold_s:
            self._finish(reading)

    def knee(self) -> Knee | Refusal:
        """The inflection of latency over the steps that were borne."""
        borne = [step for step in self.steps if not step.grew]
        load = np.array([step.produced_per_s for step in borne])
        return fit_knee(load, np.array([step.latency_s for step in borne]))

    def _finish(self, reading: Reading) -> None:
        step, stairs = self._step, self._stairs
        step.produced_per_s, step.consumed_per_s = stairs.produced_per_s(), stairs.consumed_per_s()
        if stairs.edges:
            step.base_lag = float(np.mean(stairs.lags()))
            step.waited_s = step.base_lag / step.produced_per_s
        step.grew = stairs.grew(step.target_per_s, CLIMB_SHARE)
        self.steps.append(step)
        if not self.is_done:
            self._step = Step(self._rates[len(self.steps)])
            self._since, self._settled = reading.at, False
            stairs.clear()


@dataclass(frozen=True, slots=True)
class Recovery:
    """How a group came through a spike, seconds and messages; None is not seen.

    `fluid_s` is what the fluid law foretells: the peak divided by what is left of the capacity.
    """

    peak_lag: float
    recovery_s: float | None
    fluid_s: float | None
    limit: float
    reason: str = ""


class Spike:
    """A base rate until the group is calm, a spike, the base rate until the group has recovered."""

    def __init__(
        self,
        rates_per_s: tuple[float, float],
        calm_s: float,
        spike_s: float,
        patience_s: float,
        held_s: float = HELD_S,
    ) -> None:
        self.phase = "calm"
        self.result: Recovery | None = None
        self._base, self._peak = rates_per_s
        self._calm_s, self._spike_s = calm_s, spike_s
        self._patience_s, self._held_s = patience_s, held_s
        self._stairs = Staircase()
        self._since: float | None = None
        self._limit = 0.0
        self._peak_lag = 0.0

    @property
    def rate_per_s(self) -> float:
        """The rate of the present phase."""
        return {"spike": self._peak, "done": 0.0}.get(self.phase, self._base)

    @property
    def is_done(self) -> bool:
        """Whether the group has recovered, or was not waited for any longer."""
        return self.result is not None

    def note(self, latency_s: float) -> None:
        """Latencies tell nothing about the recovery."""

    def observe(self, reading: Reading) -> None:
        """Take in a poll, and change the phase when it is time."""
        if self._since is None:
            self._since = reading.at
        self._stairs.push(reading)
        elapsed_s = reading.at - self._since
        if self.phase == "calm" and elapsed_s >= self._calm_s:
            self._begin_spike(reading)
        elif self.phase == "spike" and elapsed_s >= self._spike_s:
            self._enter("recovery", reading)
        elif self.phase == "recovery":
            self._recover(elapsed_s)

    def _begin_spike(self, reading: Reading) -> None:
        lags = self._stairs.lags()[1:]
        if len(lags) < LEAST_CALM_EDGES:
            self._finish(None, "the group committed too seldom before the spike")
            return
        poll_s, spacing_s = self._stairs.poll_s(), self._stairs.spacing_s()
        self._limit = usual_limit(lags, self._base, poll_s, spacing_s)
        self._enter("spike", reading)

    def _recover(self, elapsed_s: float) -> None:
        assert self._since is not None
        times, lags = self._stairs.times(), self._stairs.lags()
        self._peak_lag = max(self._peak_lag, float(lags.max(initial=0.0)))
        at = recovered_at(times, lags, self._limit, self._held_s)
        if at is not None:
            self._finish(at - self._since, "")
        elif elapsed_s > self._patience_s:
            self._finish(None, f"not within {self._patience_s:g} s")

    def _finish(self, recovery_s: float | None, reason: str) -> None:
        self.result = Recovery(self._peak_lag, recovery_s, self._fluid_s(), self._limit, reason)
        self.phase = "done"

    def _fluid_s(self) -> float | None:
        """The law's foretelling, from what the group consumed while it had a backlog."""
        edges = [edge for edge in self._stairs.edges if edge.lag > self._limit]
        if len(edges) < 2:
            return None
        capacity = (edges[-1].committed - edges[0].committed) / (edges[-1].at - edges[0].at)
        return self._peak_lag / (capacity - self._base) if capacity > self._base else None

    def _enter(self, phase: str, reading: Reading) -> None:
        self.phase, self._since = phase, reading.at
        self._stairs.clear()
