"""Percentiles of a span of time, from the histograms and summaries of exporters.

Buckets are taken as Prometheus' `histogram_quantile` takes them: their growth between two readings,
summed over the series, and even within a bucket. Quantiles that an application works out itself
cannot be summed: the worst of its series counts.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from math import inf, nan
from typing import Final

from lagtop.readings import ONLY_MEAN
from lagtop.wire.sample import Labels, Sample, Totals, by_name

QUANTILES: Final = {"p50": 0.5, "p95": 0.95, "p99": 0.99}
COUNTERS: Final = ("_bucket", "_sum", "_count")
PROCESSING: Final = "processing"
NO_NEWS: Final = "nothing was processed between two readings"
ONE_READING: Final = "buckets need two readings"

Found = tuple[dict[str, float], str]
"""Figures, and how they are known or why percentiles are not."""


@dataclass(frozen=True, slots=True)
class Timer:
    """A span of time that an exporter tells under `name`; `scale` makes seconds of its unit."""

    figure: str
    name: str
    labels: Labels = field(default_factory=dict)
    scale: float = 1.0

    @property
    def names(self) -> tuple[str, ...]:
        """The names of its series."""
        return (self.name, f"{self.name}_max", *(self.name + end for end in COUNTERS))


def _redpanda(handler: str) -> Timer:
    return Timer(handler, "redpanda_kafka_handler_latency_seconds", {"handler": handler})


OF_BROKERS: Final = (_redpanda("produce"), _redpanda("fetch"))
OF_CLIENTS: Final = (
    Timer(PROCESSING, "spring_kafka_listener_seconds"),
    Timer(PROCESSING, "quarkus_messaging_message_duration_seconds"),
    Timer(PROCESSING, "messaging_process_duration_seconds"),
    Timer(PROCESSING, "messaging_process_duration"),
)
"""Spring Kafka and Quarkus by Micrometer, and OpenTelemetry's convention."""


def named(name: str) -> Timer:
    """A timer of the user's own application, in seconds if its name does not say milliseconds."""
    is_ms = name.endswith(("_ms", "_millis", "_milliseconds"))
    return Timer(PROCESSING, name.lower(), scale=0.001 if is_ms else 1.0)


def flaw(sample: Sample) -> str:
    """Why a sample under a timer's name cannot count; empty where it can."""
    labels = sample.labels
    if sample.name.endswith("_bucket"):
        if "le" not in labels:
            return "a bucket without its bound, le"
        if not _number(labels["le"]) > -inf:
            return f"a bucket of the bound {labels['le']!r}"
    if "quantile" in labels and not 0 <= _number(labels["quantile"]) <= 1:
        return f"a quantile of {labels['quantile']!r}"
    if sample.name.endswith(("_bucket", "_count")) and not 0 <= sample.value < inf:
        return f"a count of {sample.value:g}"
    return ""


def _number(text: str) -> float:
    try:
        return float(text)
    except ValueError:
        return nan


def totals(timers: Iterable[Timer], samples: Iterable[Sample]) -> Totals:
    """The counters of these timers, for the next reading."""
    names = {timer.name + end for timer in timers for end in COUNTERS}
    return {one.key: one.value for one in samples if one.name in names}


def told(timers: Iterable[Timer], samples: Iterable[Sample], before: Totals) -> Found:
    """The figures of all timers; of several that tell the same, the first that is there counts."""
    of_name = by_name(samples)
    values: dict[str, float] = {}
    how = ""
    seen = set()
    for timer in timers:
        series = [one for name in timer.names for one in of_name[name] if _is_of(timer, one)]
        if series and timer.figure not in seen:
            seen.add(timer.figure)
            found, why = _of_timer(timer, series, before)
            values |= {f"{timer.figure}_{name}_s": value for name, value in found.items()}
            how = why if timer.figure == PROCESSING else how
    return values, how


def _is_of(timer: Timer, sample: Sample) -> bool:
    return all(sample.labels.get(label) == value for label, value in timer.labels.items())


def _of_timer(timer: Timer, series: Sequence[Sample], before: Totals) -> Found:
    by_end: dict[str, list[Sample]] = defaultdict(list)
    for one in series:
        by_end[one.name.removeprefix(timer.name)].append(one)
    found = _mean_and_most(by_end, before)
    if by_end["_bucket"]:
        grown = _grown_by_bound(by_end["_bucket"], before)
        found |= _of_buckets(grown)
        how = f"from the buckets of {timer.name}"
        if not grown or grown[-1][1] <= 0:
            how = NO_NEWS if grown else ONE_READING
    elif quantiles := _of_quantiles(by_end[""]):
        found, how = found | quantiles, f"as {timer.name} has them, the worst of its series"
    else:
        how = ONLY_MEAN
    return {name: value * timer.scale for name, value in found.items()}, how


def _growth(series: Sequence[Sample], before: Totals) -> float | None:
    """How much counters grew since the reading before; None where one is new or began again."""
    known = [one.value - before[one.key] for one in series if one.key in before]
    return sum(known) if known and min(known) >= 0 else None


def _mean_and_most(by_end: dict[str, list[Sample]], before: Totals) -> dict[str, float]:
    found = {}
    total, count = (_growth(by_end[end], before) for end in ("_sum", "_count"))
    if total is not None and count:
        found["mean"] = total / count
    if by_end["_max"]:
        found["max"] = max(one.value for one in by_end["_max"])
    return found


def _grown_by_bound(buckets: Sequence[Sample], before: Totals) -> list[tuple[float, float]]:
    """Upper bounds, ascending, and how many more are not above each; empty where unknown."""
    of_bound: dict[float, list[Sample]] = defaultdict(list)
    for one in buckets:
        of_bound[float(one.labels["le"])].append(one)
    grown = [(bound, _growth(series, before)) for bound, series in sorted(of_bound.items())]
    counts = [(bound, growth) for bound, growth in grown if growth is not None]
    # Without the last bucket nobody knows how many there were.
    return counts if len(counts) == len(grown) and counts[-1][0] == inf else []


def _of_buckets(grown: Sequence[tuple[float, float]]) -> dict[str, float]:
    """Quantiles; `beyond` is the largest bound, where some are larger than that."""
    found: dict[str, float] = {}
    if not grown or grown[-1][1] <= 0:
        return found
    for name, share in QUANTILES.items():
        value = quantile(grown, share)
        found["beyond" if value == inf else name] = grown[-2][0] if value == inf else value
    return found


def quantile(grown: Sequence[tuple[float, float]], share: float) -> float:
    """The value that so large a share is not above, inf where that is in the last bucket."""
    rank = share * grown[-1][1]
    low, below = 0.0, 0.0
    for bound, count in grown:
        if count >= rank:
            # A first bucket that ends at zero or below has no lower bound to go from.
            is_point = bound == inf or count <= below or bound <= low
            return bound if is_point else low + (bound - low) * (rank - below) / (count - below)
        low, below = bound, max(count, below)
    return inf


def _of_quantiles(series: Sequence[Sample]) -> dict[str, float]:
    wanted = {share: name for name, share in QUANTILES.items()}
    found: dict[str, float] = {}
    for one in series:
        name = wanted.get(float(one.labels.get("quantile", "nan")))
        if name is not None:
            found[name] = max(one.value, found.get(name, one.value))
    return found
