"""Percentiles of processing time, as exporters of consumer applications tell it."""

from __future__ import annotations

from math import inf

import pytest

from lagtop.readings import ONLY_MEAN
from lagtop.wire import timers
from lagtop.wire.metric_names import figures
from lagtop.wire.metrics import samples, timers_of
from lagtop.wire.timers import NO_NEWS, ONE_READING, Found, quantile

CLIENT = "client:billing-1"
SPRING = "spring_kafka_listener_seconds"


def histogram(name: str, counts: dict[str, int], labels: str = 'id="a"') -> str:
    """A histogram: how many were not above each bound."""
    return "".join(f'{name}_bucket{{{labels},le="{le}"}} {n}\n' for le, n in counts.items())


def told(before: str, now: str, url: str = "http://a/m") -> Found:
    """What two readings tell of a client."""
    own = timers_of(CLIENT, url)
    return timers.told(own, samples(now, own)[0], timers.totals(own, samples(before, own)[0]))


@pytest.mark.parametrize(
    ("grown", "share", "value"),
    [
        ([(1.0, 50.0), (2.0, 100.0), (inf, 100.0)], 0.5, 1.0),
        ([(1.0, 50.0), (2.0, 100.0), (inf, 100.0)], 0.25, 0.5),
        ([(1.0, 50.0), (2.0, 100.0), (inf, 100.0)], 0.95, 1.9),
        ([(1.0, 90.0), (inf, 100.0)], 0.95, inf),
        ([(1.0, 0.0), (2.0, 10.0), (inf, 10.0)], 0.5, 1.5),
        ([(0.0, 10.0), (inf, 10.0)], 0.5, 0.0),
    ],
)
def test_a_quantile_lies_evenly_within_its_bucket(
    grown: list[tuple[float, float]], share: float, value: float
) -> None:
    assert quantile(grown, share) == pytest.approx(value)


def test_buckets_of_all_listeners_are_told_by_their_growth() -> None:
    old = {"0.1": 1_000, "1.0": 1_000, "+Inf": 1_000}
    before = histogram(SPRING, old) + histogram(SPRING, old, 'id="b"')
    one, two = ({"0.1": 1_000 + n, "1.0": 1_050, "+Inf": 1_050} for n in (50, 30))
    values, how = told(before, histogram(SPRING, one) + histogram(SPRING, two, 'id="b"'))

    # 80 of 100 within 0.1 s, the other 20 within 1 s.
    assert values == pytest.approx({
        "processing_p50_s": 0.0625, "processing_p95_s": 0.775, "processing_p99_s": 0.955,
    })  # fmt: skip
    assert how == f"from the buckets of {SPRING}"


def test_what_is_beyond_the_largest_bound_is_only_known_to_be() -> None:
    before = histogram(SPRING, {"0.1": 0, "+Inf": 0})
    values, _ = told(before, histogram(SPRING, {"0.1": 90, "+Inf": 100}))

    assert set(values) == {"processing_p50_s", "processing_beyond_s"}
    assert values["processing_beyond_s"] == 0.1


@pytest.mark.parametrize(
    ("before", "now", "why"),
    [
        ({}, {"0.1": 5, "+Inf": 5}, ONE_READING),
        ({"0.1": 5, "+Inf": 5}, {"0.1": 5, "+Inf": 5}, NO_NEWS),
        ({"0.1": 5, "+Inf": 5}, {"0.1": 1, "+Inf": 1}, ONE_READING),
    ],
    ids=["first reading", "nothing new", "began again"],
)
def test_without_growth_percentiles_are_unknown(
    before: dict[str, int], now: dict[str, int], why: str
) -> None:
    assert told(histogram(SPRING, before), histogram(SPRING, now)) == ({}, why)


def test_quantiles_of_an_application_are_taken_the_worst_of_its_series() -> None:
    lines = [f'{SPRING}{{id="{n}",quantile="{q}"}} {n}{q}' for n in (1, 2) for q in (0.5, 0.95)]
    values, how = told("", "\n".join(lines))

    assert values == {"processing_p50_s": 20.5, "processing_p95_s": 20.95}
    assert how == f"as {SPRING} has them, the worst of its series"


def test_without_either_there_are_average_and_maximum() -> None:
    form = f"{SPRING}_sum {{total}}\n{SPRING}_count {{count}}\n{SPRING}_max 0.5\n"
    before, now = form.format(total=10, count=100), form.format(total=12, count=120)

    values, how = told(before, now)
    assert values == pytest.approx({"processing_mean_s": 0.1, "processing_max_s": 0.5})
    assert how == ONLY_MEAN


def test_a_timer_of_ones_own_is_named_by_the_url() -> None:
    before = histogram("order_ms", {"100": 0, "+Inf": 0})
    now = histogram("order_ms", {"100": 100, "+Inf": 100})

    values, how = told(before, now, "http://a/m#order_ms")
    assert values["processing_p50_s"] == pytest.approx(0.05)
    assert how == "from the buckets of order_ms"


def test_micrometers_kafka_clients_and_streams_are_known() -> None:
    fetcher = "kafka_consumer_fetch_manager_records_"
    text = f"""\
{fetcher}consumed_rate{{client_id="billing-1",topic="a"}} 100.0
{fetcher}consumed_rate{{client_id="billing-1",topic="b"}} 20.0
{fetcher}lag_max{{client_id="billing-1",partition="0",topic="a"}} 7.0
kafka_consumer_poll_idle_ratio_avg{{client_id="billing-1"}} 0.5
kafka_consumer_time_between_poll_avg{{client_id="billing-1"}} 9.0
kafka_stream_thread_process_latency_avg{{thread_id="billing"}} 4.0
kafka_stream_thread_process_latency_max{{thread_id="billing"}} 80.0
"""
    assert figures(samples(text)[0], {}, 0.0) == pytest.approx({
        "consumed_per_s": 120.0, "lag_max_messages": 7.0, "poll_idle_share": 0.5,
        "between_polls_s": 0.009, "processing_mean_s": 0.004, "processing_max_s": 0.08,
    })  # fmt: skip


def test_redpandas_latency_comes_from_its_buckets() -> None:
    name = "redpanda_kafka_handler_latency_seconds"
    own = timers_of("1", "http://a/public_metrics")
    labels = 'handler="produce"'
    before = list(samples(histogram(name, {"0.1": 0, "+Inf": 0}, labels), own)[0])
    now = samples(histogram(name, {"0.1": 100, "+Inf": 100}, labels), own)[0]

    values, _ = timers.told(own, now, timers.totals(own, before))
    assert values["produce_p99_s"] == pytest.approx(0.099)
