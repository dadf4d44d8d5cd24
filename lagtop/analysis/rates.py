"""Rates from edge to edge, over the longest window that agrees with every shorter one (Lepski).

A committed offset moves in steps of one commit interval, so the last two polls say 0 or twice the
truth; between two edges the mean is exact. A long window is steady, a short one is quick: a window
is lengthened while its rate stays within the noise of all shorter ones.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from lagtop.analysis.edges import Edges, known_or_zero
from lagtop.analysis.noise import Blocks
from lagtop.snapshot import Floats, Ints

WINDOWS_S = (15.0, 30.0, 60.0, 120.0)
LONGEST_SPAN_S = 300.0
AGREEMENT = 2.5
"""Standard deviations within which two windows agree."""

BLOCK_S = 10.0


@dataclass(frozen=True, slots=True, eq=False)
class Rate:
    """A rate that knows its worth: float64[n] each, NaN while nobody can say.

    per_s: messages per second; span_s: seconds it is a mean of; error_per_s: its standard
    deviation, NaN for a rate that has no window yet.
    """

    per_s: Floats
    span_s: Floats
    error_per_s: Floats

    def of(self, series: Ints) -> Rate:
        """The rates of some series, each as often as it is named."""
        return Rate(self.per_s[series], self.span_s[series], self.error_per_s[series])


def block_least_s(spacing_s: Floats) -> Floats:
    """How long a block of noise must be, seconds."""
    least: Floats = np.maximum(BLOCK_S, 2 * known_or_zero(spacing_s))
    return least


def edge_rates(edges: Edges, windows_s: Floats) -> tuple[Floats, Floats]:
    """Messages per second from an edge one window ago to the last, and the span in seconds.

    windows_s: float64[k]; both answers are float64[k, n]. Silence beyond grace counts as time; slow
    committers get longer windows.
    """
    habit, last = edges.habit(), np.maximum(edges.count - 1, 0)
    last_at = edges.last_edge_at()
    end = np.fmax(last_at, edges.seen_at - habit.grace_s)
    found = edges.last_before(end - np.append(windows_s, LONGEST_SPAN_S)[:, None])
    third = np.maximum(found[-1], last - 3)
    first = np.minimum(np.minimum(found[:-1], third), np.maximum(last - 1, 0))
    span = end - edges.edge_at(first)
    rate = (edges.edge_value(last) - edges.edge_value(first)) / span
    rate[end - last_at >= np.maximum(windows_s[:, None], 2 * habit.grace_s)] = 0.0
    rate[:, edges.count < 2] = np.nan
    return rate, span


def adaptive(edges: Edges, blocks: Blocks, timing_s: Floats | float) -> Rate:
    """The rate over the longest window that agrees with every shorter one.

    `timing_s` is how much later than the truth an edge may have been seen.
    """
    rates, spans = edge_rates(edges, np.array(WINDOWS_S))
    noise = noise_per_s(blocks, rates[0], timing_s)
    errors = noise / spans + (rates * timing_s) ** 2 / 6 / spans**2
    best = np.zeros(len(noise), np.int64)
    going = ~np.isnan(rates[0])
    accepted = [going]
    columns = np.arange(len(noise))
    for window in range(1, len(WINDOWS_S)):
        tried = going & (spans[window] > 1.05 * spans[best, columns])
        for shorter, counts in enumerate(accepted):
            apart = np.abs(rates[window] - rates[shorter])
            far = apart > AGREEMENT * np.sqrt(errors[window] + errors[shorter])
            going = going & ~(tried & counts & far)
        accepted.append(tried & going)
        best[accepted[-1]] = window
    chosen = best, columns
    return Rate(rates[chosen], spans[chosen], np.sqrt(errors[chosen]))


def noise_per_s(blocks: Blocks, per_s: Floats, timing_s: Floats | float) -> Floats:
    """Variance of the count per second; no less than that of chance alone (Poisson)."""
    timing = 3 * (per_s * timing_s) ** 2 / 12 / np.fmax(blocks.mean_span_s, BLOCK_S)
    noise: Floats = np.fmax(np.fmax(blocks.trimmed - timing, per_s), 0.0)
    return noise


def or_warming_up(rate: Rate, edges: Edges, patience_s: Floats | float) -> Rate:
    """The rate, and for a series without two edges the rate since it began, after `patience_s`."""
    watched = edges.seen_at - edges.first_at
    early = np.isnan(rate.per_s) & (watched > patience_s)
    with np.errstate(divide="ignore", invalid="ignore"):
        warming = (edges.value - edges.first_value) / watched
    return Rate(
        np.where(early, warming, rate.per_s),
        np.where(early, watched, rate.span_s),
        np.where(early, np.nan, rate.error_per_s),
    )
