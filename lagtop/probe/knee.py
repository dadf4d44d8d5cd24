"""The inflection of latency under load, from a fit of a queue's law.

Latency at load x is a + b * u / (1 - u) with u = x / capacity: a floor, and a wait that grows
without end towards the capacity. Knee finders that look at the curve alone (Kneedle, a hinge of two
lines) find the end of the sweep, not the system; see Gunther, "Mind Your Knees and Queues" (2009).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from lagtop.snapshot import Floats

LEAST_LOADS = 6
NEAR_CAPACITY = 0.9
FURTHEST = 4.0
GRID = 4000
WORST_FIT = 0.25


@dataclass(frozen=True, slots=True)
class Knee:
    """The load at which latency is twice the floor, and the fitted law; rates per second.

    `error` is the fit's relative root mean square.
    """

    knee_per_s: float
    capacity_per_s: float
    floor_s: float
    wait_s: float
    error: float

    def latency_s(self, load_per_s: Floats) -> Floats:
        """The law's latency at some loads, seconds."""
        used = load_per_s / self.capacity_per_s
        return self.floor_s + self.wait_s * used / (1 - used)


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why there is no knee to tell, and the load of the best throughput for its latency.

    `power_per_s` is the load that maximizes load / latency (Kleinrock's power), NaN of nothing.
    """

    reason: str
    power_per_s: float


def fit_knee(load_per_s: Floats, latency_s: Floats) -> Knee | Refusal:
    """Fit loads that were sustained with their latencies, float64[n] each; refuses on thin data."""
    known = np.isfinite(load_per_s) & np.isfinite(latency_s) & (load_per_s > 0) & (latency_s > 0)
    load, latency = load_per_s[known], latency_s[known]
    if len(np.unique(load)) < LEAST_LOADS:
        return _refuse(f"{LEAST_LOADS} loads or more are needed", load, latency)
    knee = _fit(load, latency)
    if knee.error > WORST_FIT:
        return _refuse("latency does not follow a queue's law", load, latency)
    if load.max() < NEAR_CAPACITY * knee.capacity_per_s:
        return _refuse("no load came near the capacity", load, latency)
    if knee.wait_s <= 0:
        return _refuse("latency did not rise with the load", load, latency)
    return knee


def _fit(load: Floats, latency: Floats) -> Knee:
    """Least squares of relative errors, over a grid of capacities above the highest load."""
    capacity = load.max() * (1 + np.geomspace(0.001, FURTHEST - 1, GRID))
    used = load / capacity[:, None]
    wait = used / (1 - used)
    # Rows of the design are divided by the latency, so that a residual is a share of it.
    floor_column, wait_column = np.broadcast_to(1 / latency, wait.shape), wait / latency
    ff, fw = (floor_column**2).sum(1), (floor_column * wait_column).sum(1)
    ww, f1, w1 = (wait_column**2).sum(1), floor_column.sum(1), wait_column.sum(1)
    det = ff * ww - fw**2
    floor = np.clip((f1 * ww - w1 * fw) / det, 0.0, f1 / ff)
    slope = np.maximum((w1 - floor * fw) / ww, 0.0)
    error = ((floor[:, None] * floor_column + slope[:, None] * wait_column - 1) ** 2).mean(1)
    best = int(np.argmin(error))
    ratio = floor[best] / slope[best] if slope[best] > 0 else np.inf
    share = ratio / (1 + ratio) if np.isfinite(ratio) else 1.0
    return Knee(
        knee_per_s=float(capacity[best] * share),
        capacity_per_s=float(capacity[best]),
        floor_s=float(floor[best]),
        wait_s=float(slope[best]),
        error=float(np.sqrt(error[best])),
    )


def _refuse(reason: str, load: Floats, latency: Floats) -> Refusal:
    power = float(load[np.argmax(load / latency)]) if load.size else float("nan")
    return Refusal(reason, power)
