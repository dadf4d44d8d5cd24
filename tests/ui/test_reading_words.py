"""What metrics endpoints tell stands on the pages; what they do not tell is unknown, not zero."""

from __future__ import annotations

from dataclasses import replace

from lagtop.quotas import Quota, Quotas
from lagtop.readings import Readings
from lagtop.snapshot import Broker
from lagtop.ui.broker_health import about_broker, serious, troubles
from lagtop.ui.facts import Fact
from lagtop.ui.look import Look
from lagtop.ui.reading_words import of_broker, of_client, quota_of_client
from tests.ui.reports import report


def words(facts: list[Fact]) -> list[str]:
    return [fact.told for fact in facts]


def test_a_broker_without_an_endpoint_says_so() -> None:
    told = words(of_broker(report(1, 4), 1))

    assert told == ["metrics ? (no metrics endpoint was given: --metrics)"]


def test_what_an_endpoint_does_not_tell_is_unknown() -> None:
    readings = {"1": Readings({"handler_idle_share": 0.5, "produce_p99_s": 0.006}, "half of it")}
    told = words(of_broker(replace(report(1, 4), readings=readings), 1))

    assert {"handlers idle 50%", "produce p99 6 ms", "CPU ?"} <= set(told)
    assert told[-1] == "metrics ? (half of it)"


def test_a_client_tells_its_processing_time() -> None:
    values = {"consumed_per_s": 300.0, "between_polls_s": 0.009, "lag_max_messages": 0.0}
    made = replace(report(1, 4), readings={"client:billing-1": Readings(values)})

    assert words(of_client(made, "billing-1")) == [
        "processing p50 ?, p95 ?, p99 ?", "(only average and maximum are given)",
        "consumes 300/s", "polls idle ?", "9 ms between polls",
        "? between polls at most", "held up ? by quota", "its own worst lag 0",
        "listener fails ?/s",
    ]  # fmt: skip
    (none,) = words(of_client(made, "other"))
    assert none == "metrics ? (no metrics endpoint was given: --metrics)"


def test_a_client_tells_percentiles_and_how_they_are_known() -> None:
    values = {"processing_p50_s": 0.004, "processing_beyond_s": 10.0, "processing_mean_s": 1.25}
    made = replace(
        report(1, 4), readings={"client:billing-1": Readings(values, processing="from buckets")}
    )

    assert words(of_client(made, "billing-1"))[:2] == [
        "processing p50 4 ms, p95 > 10.0 s, p99 > 10.0 s, 1.2 s on average", "(from buckets)",
    ]  # fmt: skip


def test_a_broker_at_its_limit_stands_out() -> None:
    readings = {"7": Readings({"cpu_busy_share": 0.9})}
    made = replace(report(1, 4), brokers=(Broker(7, "b", 9092),), readings=readings)

    assert troubles(made, 0) == ["CPU 90% busy"]
    assert serious(made, 0)


def test_a_broker_that_holds_us_up_by_quota_says_for_how_long() -> None:
    broker = Broker(
        1, "b", 9092, round_trip_median_s=0.01, round_trip_p95_s=0.6,
        throttle_median_s=0.0, throttle_p95_s=0.5,
    )  # fmt: skip
    made = replace(report(1, 4), brokers=(broker,))

    assert troubles(made, 0) == ["holds our requests up for 500 ms by quota"]
    told = "".join(piece.text for piece in about_broker(made, (1,), Look(), 200))
    assert "answers in 10 ms, 95% in 600 ms; of it quota 0 ms, 95% 500 ms" in told


def test_a_client_has_the_quotas_that_bear_on_it() -> None:
    known = (Quota("", "billing-1", 1e6), Quota("alice", "", 2e6), Quota("", "other", 3e6))
    made = replace(report(1, 4), quotas=Quotas(known))
    refused = replace(made, quotas=Quotas(reason="no DESCRIBE_CONFIGS on the cluster"))

    assert quota_of_client(made, "billing-1") == (
        "quota 2 MB/s (user alice) or 1 MB/s (client id billing-1) a broker"
    )
    assert quota_of_client(replace(made, quotas=Quotas(known[2:])), "billing-1") == ""
    assert quota_of_client(refused, "b") == "quota ? (no DESCRIBE_CONFIGS on the cluster)"
