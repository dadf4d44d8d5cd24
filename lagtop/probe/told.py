"""What a run has found so far, in the words of `lagtop.runs`: for the screens beside it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence

from lagtop.probe.histogram import Histogram
from lagtop.probe.load import Sample
from lagtop.probe.matching import Matcher
from lagtop.probe.outcome import rows
from lagtop.probe.timeline import Moment
from lagtop.runs.run import Bar, Curve, Figures

BARS = 12
SHOWN = 240
"""Moments of a time line that a screen has room for."""


def figures(leaders: Mapping[int, int], matchers: Mapping[str, Matcher]) -> tuple[Figures, ...]:
    """What became of the events, by stage and partition."""
    names = Figures.__dataclass_fields__
    found = rows("", leaders, matchers)
    return tuple(Figures(**{name: row[name] for name in names}) for row in found)  # type: ignore[arg-type]


def bars(histogram: Histogram) -> tuple[Bar, ...]:
    """A histogram in a screen's height."""
    return tuple(Bar(low_s, high_s, count) for low_s, high_s, count in histogram.bars(BARS))


def latency_curves(stage: str, moments: Iterable[Moment]) -> tuple[Curve, ...]:
    """The median and the highest latency of each moment."""
    kept = list(moments)[-SHOWN:]
    span_s = kept[-1].at_s - kept[0].at_s if kept else 0.0
    return (
        Curve(f"{stage} p50", "s", span_s, tuple(one.p50_s for one in kept)),
        Curve(f"{stage} max", "s", span_s, tuple(one.max_s for one in kept)),
    )


LOAD_CURVES: Sequence[tuple[str, str, Callable[[Sample], float | None]]] = (
    ("wanted", "/s", lambda one: one.target_per_s),
    ("produced", "/s", lambda one: one.produced_per_s),
    ("consumed", "/s", lambda one: one.consumed_per_s),
    ("lag", "messages", lambda one: float(one.lag_messages)),
)


def load_curves(samples: Sequence[Sample]) -> tuple[Curve, ...]:
    """Rates and lag, poll by poll."""
    kept = samples[-SHOWN:]
    span_s = kept[-1].at_s - kept[0].at_s if kept else 0.0
    return tuple(
        Curve(name, unit, span_s, tuple(map(value, kept))) for name, unit, value in LOAD_CURVES
    )
