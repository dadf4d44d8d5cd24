"""What a probe or a trace found, as rows: the same for table, CSV and JSON."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import asdict

from lagtop.probe.histogram import Histogram
from lagtop.probe.matching import Matcher, Tally
from lagtop.probe.timeline import Moment
from lagtop.snapshot import NO_LEADER

Cell = str | int | float | None
Row = dict[str, Cell]

QUANTILES = {"p50_s": 0.5, "p95_s": 0.95, "p99_s": 0.99}
COLUMNS = (
    "topic",
    "partition",
    "leader",
    "stage",
    "sent",
    "arrived",
    "lost",
    "late",
    "duplicates",
    "out_of_order",
    "failed",
    "waiting",
    "forgotten",
    "mean_s",
    *QUANTILES,
    "max_s",
)
BARS = 24


def rows(topic: str, leaders: Mapping[int, int], matchers: Mapping[str, Matcher]) -> Iterator[Row]:
    """A row for each stage as a whole, with no partition, then one for each of its partitions."""
    for stage, matcher in matchers.items():
        yield _row(topic, None, None, stage, matcher.total())
        for partition in sorted(matcher.tallies):
            leader = leaders.get(partition, NO_LEADER)
            known = None if leader == NO_LEADER else leader
            yield _row(topic, partition, known, stage, matcher.tallies[partition])


def summary(histogram: Histogram) -> dict[str, float | None]:
    """Mean, percentiles and maximum, seconds; None of nothing, a percentile also of too few."""
    return {
        "mean_s": _known(histogram.mean_s),
        **{name: _known(histogram.sure_quantile(share)) for name, share in QUANTILES.items()},
        "max_s": _known(histogram.most_s),
    }


def document(
    topic: str,
    leaders: Mapping[int, int],
    matchers: Mapping[str, Matcher],
    timeline: Iterable[Moment],
) -> dict[str, object]:
    """All that was found, for JSON; the time line is the last stage's."""
    return {
        "rows": list(rows(topic, leaders, matchers)),
        "histograms": {
            stage: [
                {"from_s": low, "to_s": high, "count": count}
                for low, high, count in matcher.total().latency.bars(BARS)
            ]
            for stage, matcher in matchers.items()
        },
        "timeline": [asdict(moment) for moment in timeline],
        "unmatched": {stage: matcher.unmatched for stage, matcher in matchers.items()},
    }


def _row(topic: str, partition: int | None, leader: int | None, stage: str, tally: Tally) -> Row:
    return {
        "topic": topic,
        "partition": partition,
        "leader": leader,
        "stage": stage,
        "sent": tally.sent,
        "arrived": tally.arrived,
        "lost": tally.lost,
        "late": tally.late,
        "duplicates": tally.duplicates,
        "out_of_order": tally.out_of_order,
        "failed": tally.failed,
        "waiting": tally.waiting,
        "forgotten": tally.forgotten,
        **summary(tally.latency),
    }


def _known(value: float) -> float | None:
    return round(value, 9) if math.isfinite(value) else None
