"""What exporters tell, under each one's names; and endpoints that tell nothing."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest

from lagtop.endpoints import Endpoint
from lagtop.security import Secret
from lagtop.wire import metrics, timers
from lagtop.wire.metric_names import figures, totals
from lagtop.wire.metrics import EndpointReader, Metrics, samples
from tests.kafka.waiting import wait_until
from tests.wire.answers import JMX, Answers

JMX_TOLD = {
    "handler_idle_share": 0.5, "cpu_busy_share": 0.5, "queued_requests": 7.0,
    "fetch_p99_s": 0.015, "produce_p99_s": 0.006, "produce_mean_s": 0.002,
}  # fmt: skip
STRIMZI = """\
# TYPE kafka_server_kafkarequesthandlerpool_requesthandleravgidle_percent gauge
kafka_server_kafkarequesthandlerpool_requesthandleravgidle_percent 0.25
kafka_network_requestchannel_requestqueuesize 7.0
kafka_network_requestmetrics_totaltimems{request="Produce",quantile="0.99"} 6.0
kafka_network_requestmetrics_totaltimems{request="Produce",quantile="0.50"} 1.0
# TYPE kafka_server_brokertopicmetrics_bytesin_total counter
kafka_server_brokertopicmetrics_bytesin_total 3000.0
kafka_server_brokertopicmetrics_bytesin_total{topic="orders"} 2500.0
"""
STRIMZI_TOLD = {"queued_requests": 7.0, "produce_p99_s": 0.006}
FETCHER = "kafka_consumer_consumer_fetch_manager_metrics_"
CLIENT = f"""\
{FETCHER}records_consumed_rate{{client_id="Billing-1"}} 300.0
{FETCHER}records_consumed_rate{{client_id="Billing-1",topic="a"}} 299.0
{FETCHER}records_lag_max{{client_id="Billing-1"}} 12.0
{FETCHER}fetch_throttle_time_avg{{client_id="Billing-1"}} 700.0
{FETCHER}records_lag_max{{client_id="Billing-1",partition="0",topic="a"}} 11.0
kafka_consumer_consumer_metrics_poll_idle_ratio_avg{{client_id="Billing-1"}} 0.5
kafka_consumer_consumer_metrics_time_between_poll_avg{{client_id="Billing-1"}} 9.0
kafka_consumer_consumer_metrics_time_between_poll_max{{client_id="Billing-1"}} 1645.0
"""
CLIENT_TOLD = {
    "consumed_per_s": 300.0, "lag_max_messages": 12.0, "poll_idle_share": 0.5,
    "between_polls_s": 0.009, "between_polls_max_s": 1.645,
    "throttle_s": 0.7,
}  # fmt: skip
NODE = """\
# TYPE node_cpu_seconds_total counter
node_cpu_seconds_total{{cpu="0",mode="idle"}} {idle}
node_cpu_seconds_total{{cpu="0",mode="iowait"}} 5
node_cpu_seconds_total{{cpu="0",mode="user"}} {busy}
node_cpu_seconds_total{{cpu="1",mode="idle"}} {idle}
node_cpu_seconds_total{{cpu="1",mode="system"}} {busy}
# TYPE node_disk_io_time_seconds_total counter
node_disk_io_time_seconds_total{{device="vda"}} {busy}
node_disk_io_time_seconds_total{{device="zram0"}} 0
# TYPE node_network_receive_bytes_total counter
node_network_receive_bytes_total{{device="eth0"}} {many}
node_network_receive_bytes_total{{device="lo"}} 9{many}
"""
SPRING = """\
# TYPE spring_kafka_listener_seconds summary
spring_kafka_listener_seconds_count{{name="a-0",result="failure",exception="E"}} {busy}
spring_kafka_listener_seconds_count{{name="a-0",result="success",exception="none"}} {many}
"""
IDLE = """\
kafka_server_kafkarequesthandlerpool_requesthandleravgidle_percent 0.99
kafka_server_kafkarequesthandlerpool_requesthandleravgidlepercent_count {many}000000
kafka_server_kafkarequesthandlerpool_brokerrequesthandleravgidlepercent_count {many}00000
"""
REDPANDA = """\
# TYPE redpanda_cpu_busy_seconds_total gauge
redpanda_cpu_busy_seconds_total{{shard="0"}} {busy}
redpanda_cpu_busy_seconds_total{{shard="1"}} {busy}
# TYPE redpanda_kafka_request_bytes_total counter
redpanda_kafka_request_bytes_total{{redpanda_request="produce",redpanda_topic="a"}} {many}
redpanda_kafka_request_bytes_total{{redpanda_request="consume",redpanda_topic="a"}} 0
"""


@pytest.mark.parametrize(
    ("text", "told"),
    [
        (JMX, JMX_TOLD),
        ("\n".join(map(str.lower, JMX.splitlines()[2:])), JMX_TOLD),
        (STRIMZI, STRIMZI_TOLD),
        (CLIENT, CLIENT_TOLD),
        ("up 1\n", {}),
    ],
    ids=["JMX exporter, MSK", "lower-cased", "Strimzi", "consumer", "strangers"],
)
def test_gauges_are_told_at_once_and_counters_not(text: str, told: dict[str, float]) -> None:
    assert figures(samples(text)[0], {}, 0.0) == pytest.approx(told)


@pytest.mark.parametrize(
    ("form", "told"),
    [
        (NODE, {"cpu_busy_share": 0.9, "disk_busy_share": 0.9, "net_in_bytes_per_s": 500.0}),
        (IDLE, {"handler_idle_share": 0.05}),
        (REDPANDA, {"cpu_busy_share": 0.9, "in_bytes_per_s": 500.0, "out_bytes_per_s": 0.0}),
        (SPRING, {"failed_per_s": 0.9}),
    ],
    ids=["node exporter", "idle handlers", "Redpanda", "Spring Kafka"],
)
def test_counters_are_told_by_their_growth(form: str, told: dict[str, float]) -> None:
    before = totals(samples(form.format(idle=100, busy=50, many=10_000))[0])
    now = form.format(idle=101, busy=59, many=15_000)

    assert figures(samples(now)[0], before, 10.0) == pytest.approx(told)


def test_a_counter_that_began_again_is_unknown() -> None:
    before = totals(samples(NODE.format(idle=100, busy=50, many=10_000))[0])

    assert figures(samples(NODE.format(idle=1, busy=1, many=1))[0], before, 10.0) == {}


@pytest.mark.parametrize(
    ("path", "reason"),
    [
        ("/gone", "answers 404 Not Found"),
        ("/failing", "answers 500 Internal Server Error"),
        ("/html", "not the text of an exporter but HTML"),
        ("/br", "answers in the encoding 'br'"),
        ("/garbage", "nothing that lagtop knows the name of"),
        ("/broken", "left out 1 of 1 samples: java_lang_operatingsystem_cpuload: "),
    ],
)
def test_an_endpoint_that_is_none_is_told_why(address: str, path: str, reason: str) -> None:
    read = Metrics([Endpoint("1", address + path)])
    try:
        wait_until(lambda: reason in read.readings()["1"].reason, reason)
        assert read.readings()["1"].values == {}
    finally:
        read.close()


def test_a_slow_endpoint_holds_up_nobody(address: str) -> None:
    read = Metrics([Endpoint("1", f"{address}/slow"), Endpoint("2", f"{address}/good")])
    try:
        wait_until(lambda: bool(read.readings()["2"].values), "the good endpoint's figures")
        assert read.readings()["2"].values == pytest.approx(JMX_TOLD)
        assert not read.readings()["1"].values
    finally:
        read.close()


def test_openmetrics_with_an_example_of_a_value_is_read() -> None:
    name = "spring_kafka_listener_seconds_bucket"
    line = f'{name}{{le="0.1",of="a # {{b"}} 5 # {{trace_id="c"}} 0.05 1700000000.0\n# EOF\n'

    (one,) = samples(line, timers.OF_CLIENTS)[0]
    assert (one.value, one.labels) == (5.0, {"le": "0.1", "of": "a # {b"})


def test_what_is_told_no_more_is_unknown_and_says_for_how_long(
    address: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(metrics, "STALE_AFTER_S", 0.2)
    monkeypatch.setattr(metrics, "EVERY_S", 0.1)
    endpoint = EndpointReader(Endpoint("1", f"{address}/turns-slow"), every_s=0.1)
    endpoint.start()
    try:
        wait_until(lambda: bool(endpoint.latest().values), "the first answer")
        Answers.is_slow.set()
        wait_until(lambda: not endpoint.latest().values, "its end")
        assert re.search("has not answered for over [0-9]+ s$", endpoint.latest().reason)
    finally:
        endpoint.ended.set()


@pytest.mark.parametrize(
    ("given", "reason"),
    [
        (Endpoint("1", ""), "unauthorized: answers 401 without a password or token"),
        (Endpoint("1", "", "me", Secret("planted")), ""),
        (Endpoint("1", "", "me", Secret("wrong-planted")), "unauthorized: answers 401 to what"),
        (Endpoint("1", "", bearer=Secret("planted")), ""),
        (Endpoint("1", "", bearer=Secret("only-look")), "unauthorized: answers 403 to what"),
    ],
    ids=["nobody", "user", "wrong password", "token", "another token"],
)
def test_an_endpoint_is_asked_as_whom_it_wants(
    address: str, given: Endpoint, reason: str
) -> None:
    reader = EndpointReader(replace(given, url=f"{address}/guarded"), every_s=1.0)
    readings = reader.read()

    assert reason in readings.reason
    assert readings.values == (pytest.approx(JMX_TOLD) if not reason else {})
    assert "planted" not in f"{readings}{given}"
