"""Rates from edge to edge, over the longest window that agrees with every shorter one (Lepski).

A committed offset moves in steps of one commit interval, so the last two polls say 0 or twice the
truth; between two edges the mean is exact. A long window is steady, a short one is quick: a window
is lengthened while its rate stays within the noise of all shorter ones.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from lagtop.analysis.edges import HABIT, Edges
from lagtop.analysis.noise import Blocks, mean_known, scatter
from lagtop.snapshot import Floats, Ints

WINDOWS_S = (15.0, 30.0, 60.0, 120.0)
LONGEST_SPAN_S = 300.0
AGREEMENT = 2.5
"""Standard deviations within which two windows agree."""

BLOCK_S = 10.0
UNLEARNT_SPACING_S = 60.0
"""The commit interval of a group that has not shown two commits: as long as Connect's default."""


@dataclass(frozen=True, slots=True, eq=False)
class Cadence:
    """How a series is used to move: float64[n] each.

    spacing_s: median seconds between edges, NaN below two; step: median size of an edge; gap_s:
    seconds between polls; grace_s: silence up to here is normal.
    """

    spacing_s: Floats
    step: Floats
    gap_s: Floats
    grace_s: Floats


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


def cadence(edges: Edges) -> Cadence:
    """The habit of each series, from its last HABIT edges."""
    spacing, gap = _median(edges.spacings_s), np.nan_to_num(edges.gap_s)
    grace = 1.5 * np.where(np.isnan(spacing), UNLEARNT_SPACING_S, spacing) + 2 * gap
    return Cadence(spacing, _median(edges.steps), gap, grace)


def block_least_s(spacing_s: Floats) -> Floats:
    """How long a block of noise must be, seconds."""
    least: Floats = np.maximum(BLOCK_S, 2 * np.nan_to_num(spacing_s))
    return least


def edge_rate(edges: Edges, habit: Cadence, window_s: float) -> tuple[Floats, Floats]:
    """Messages per second from an edge `window_s` ago to the last, and the span, seconds.

    Silence beyond grace counts as time; slow committers get longer windows.
    """
    last = np.maximum(edges.count - 1, 0)
    last_at = edges.edge_at(last)
    end = np.fmax(last_at, edges.seen_at - habit.grace_s)
    first = edges.last_before(end - window_s)
    third = np.maximum(edges.last_before(end - LONGEST_SPAN_S), last - 3)
    first = np.minimum(np.minimum(first, third), np.maximum(last - 1, 0))
    span = end - edges.edge_at(first)
    with np.errstate(divide="ignore", invalid="ignore"):
        rate = (edges.edge_value(last) - edges.edge_value(first)) / span
    rate[end - last_at >= np.maximum(window_s, 2 * habit.grace_s)] = 0.0
    rate[edges.count < 2] = np.nan
    return rate, span


def adaptive(edges: Edges, blocks: Blocks, habit: Cadence, timing_s: Floats) -> Rate:
    """The rate over the longest window that agrees with every shorter one.

    `timing_s` is how much later than the truth an edge may have been seen.
    """
    per_s, span = edge_rate(edges, habit, WINDOWS_S[0])
    noise = noise_per_s(edges, blocks, per_s, timing_s)
    variance = noise / span + (per_s * timing_s) ** 2 / 6 / span**2
    going = ~np.isnan(per_s)
    accepted = [(per_s, variance, going)]
    for window in WINDOWS_S[1:]:
        longer, longer_span = edge_rate(edges, habit, window)
        error = noise / longer_span + (longer * timing_s) ** 2 / 6 / longer_span**2
        tried = going & (longer_span > 1.05 * span)
        for rate, its_error, counts in accepted:
            apart = np.abs(longer - rate) > AGREEMENT * np.sqrt(error + its_error)
            going = going & ~(tried & counts & apart)
        tried &= going
        accepted.append((longer, error, tried))
        per_s, span = np.where(tried, longer, per_s), np.where(tried, longer_span, span)
        variance = np.where(tried, error, variance)
    return Rate(per_s, span, np.sqrt(variance))


def noise_per_s(edges: Edges, blocks: Blocks, per_s: Floats, timing_s: Floats) -> Floats:
    """Variance of the count per second; no less than that of chance alone (Poisson)."""
    rates, spans = blocks.recent(edges.seen_at)
    timing = 3 * (per_s * timing_s) ** 2 / 12 / np.fmax(mean_known(spans), BLOCK_S)
    noise: Floats = np.fmax(np.fmax(scatter(rates, spans) - timing, per_s), 0.0)
    return noise


def or_warming_up(rate: Rate, edges: Edges, patience_s: float) -> Rate:
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


def _median(recent: Floats) -> Floats:
    ordered = np.sort(recent, axis=0)
    known = HABIT - np.isnan(ordered).sum(0)
    low, high = np.maximum(known - 1, 0) // 2, known // 2
    ends = np.take_along_axis(ordered, np.stack([low, np.minimum(high, HABIT - 1)]), 0)
    return np.asarray(ends.mean(0), np.float64)
