"""What exporters tell, under each one's names; and endpoints that are slow, huge, broken, gone."""

from __future__ import annotations

import gzip
import re
import ssl
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from lagtop import settings
from lagtop.errors import UsageError
from lagtop.settings import parse_metrics
from lagtop.wire import metrics, timers
from lagtop.wire.metric_names import figures, totals
from lagtop.wire.metrics import Endpoint, Metrics, UnreadableError, fetch, samples
from tests.kafka.certificates import Authority
from tests.kafka.waiting import wait_until

JMX = """\
# HELP kafka_server_KafkaRequestHandlerPool_OneMinuteRate Attribute exposed for management
# TYPE kafka_server_KafkaRequestHandlerPool_OneMinuteRate untyped
kafka_server_KafkaRequestHandlerPool_OneMinuteRate{name="BrokerRequestHandlerAvgIdlePercent"} 0.5
kafka_server_KafkaRequestHandlerPool_OneMinuteRate{name="RequestHandlerAvgIdlePercent"} 0.25
java_lang_OperatingSystem_CpuLoad 0.5
kafka_network_RequestChannel_Value{name="RequestQueueSize"} 7.0
kafka_network_RequestMetrics_99thPercentile{name="TotalTimeMs",request="FetchConsumer"} 15.0
kafka_network_RequestMetrics_99thPercentile{name="LocalTimeMs",request="Produce"} 900.0
kafka_network_RequestMetrics_99thPercentile{name="TotalTimeMs",request="Produce"} 6.0
kafka_network_RequestMetrics_Mean{name="TotalTimeMs",request="Produce"} 2.0
kafka_server_BrokerTopicMetrics_Count{name="BytesInPerSec"} 3000.0
kafka_server_BrokerTopicMetrics_Count{name="BytesInPerSec",topic="orders"} 2500.0
kafka_server_BrokerTopicMetrics_Count{name="BytesOutPerSec"} NaN
"""
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
    assert figures(samples(text), {}, 0.0) == pytest.approx(told)


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
    before = totals(samples(form.format(idle=100, busy=50, many=10_000)))
    now = form.format(idle=101, busy=59, many=15_000)

    assert figures(samples(now), before, 10.0) == pytest.approx(told)


def test_a_counter_that_began_again_is_unknown() -> None:
    before = totals(samples(NODE.format(idle=100, busy=50, many=10_000)))

    assert figures(samples(NODE.format(idle=1, busy=1, many=1)), before, 10.0) == {}


ODD = {
    "/gzip": gzip.compress(JMX.encode()),
    "/bomb": gzip.compress(bytes(50_000_000), 1),
    "/html": b"<!DOCTYPE html><html><body>Sign in</body></html>",
}
"""Answers that are not what was asked for, by path."""


class Answers(BaseHTTPRequestHandler):
    """A good endpoint, and some that are none."""

    let_go, is_slow = threading.Event(), threading.Event()

    def do_GET(self) -> None:
        self.send_response({"/gone": 404, "/failing": 500}.get(self.path, 200))
        if self.path in ("/gzip", "/bomb", "/br"):
            self.send_header("Content-Encoding", "br" if self.path == "/br" else "gzip")
        self.end_headers()
        good = dict.fromkeys(("/good", "/turns-slow"), JMX.encode())
        body = good | ODD | {"/broken": b'java_lang_operatingsystem_cpuload{a="} x\n'}
        self.wfile.write(body.get(self.path, b"\xff\x00 <html>\n" * 1000))
        if self.path == "/slow" or (self.path == "/turns-slow" and self.is_slow.is_set()):
            self.wfile.flush()
            self.let_go.wait()

    def log_message(self, *_: object) -> None:
        """Say nothing."""


@pytest.fixture
def address() -> Iterator[str]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), Answers)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    Answers.let_go.clear()
    Answers.is_slow.clear()
    yield f"http://127.0.0.1:{server.server_port}"
    Answers.let_go.set()
    server.shutdown()
    server.server_close()


@pytest.mark.parametrize(
    ("path", "reason"),
    [
        ("/gone", "answers 404 Not Found"),
        ("/failing", "answers 500 Internal Server Error"),
        ("/html", "not the text of an exporter but HTML"),
        ("/br", "answers in the encoding 'br'"),
        ("/garbage", "nothing that lagtop knows the name of"),
        ("/broken", "not the text of an exporter"),
    ],
)
def test_an_endpoint_that_is_none_is_told_why(address: str, path: str, reason: str) -> None:
    read = Metrics([("1", address + path)])
    try:
        wait_until(lambda: reason in read.readings()["1"].reason, reason)
        assert read.readings()["1"].values == {}
    finally:
        read.close()


def test_a_slow_endpoint_holds_up_nobody(address: str) -> None:
    read = Metrics([("1", f"{address}/slow"), ("2", f"{address}/good")])
    try:
        wait_until(lambda: bool(read.readings()["2"].values), "the good endpoint's figures")
        assert read.readings()["2"].values == pytest.approx(JMX_TOLD)
        assert not read.readings()["1"].values
    finally:
        read.close()


def test_a_slow_answer_and_a_huge_one_are_given_up(
    address: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    with pytest.raises(UnreadableError, match="no whole answer within"):
        fetch(f"{address}/slow", deadline_s=0.2)
    monkeypatch.setattr(metrics, "MOST_BYTES", 1_000)
    with pytest.raises(UnreadableError, match="more than"):
        fetch(f"{address}/garbage")


def test_a_packed_answer_is_read_and_one_that_unpacks_to_too_much_is_not(address: str) -> None:
    assert fetch(f"{address}/gzip") == JMX
    with pytest.raises(UnreadableError, match="more than 32 MB"):
        fetch(f"{address}/bomb")


def test_openmetrics_with_an_example_of_a_value_is_read() -> None:
    name = "spring_kafka_listener_seconds_bucket"
    line = f'{name}{{le="0.1",of="a # {{b"}} 5 # {{trace_id="c"}} 0.05 1700000000.0\n# EOF\n'

    (one,) = samples(line, timers.OF_CLIENTS)
    assert (one.value, one.labels) == (5.0, {"le": "0.1", "of": "a # {b"})


def test_an_endpoint_behind_tls_is_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    authority = Authority(tmp_path, "authority")
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(authority.issue("localhost", ("localhost",)).both())
    monkeypatch.setenv("SSL_CERT_FILE", str(authority.file))
    server = ThreadingHTTPServer(("127.0.0.1", 0), Answers)
    server.socket = context.wrap_socket(server.socket, server_side=True)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        assert fetch(f"https://localhost:{server.server_port}/good") == JMX
        monkeypatch.delenv("SSL_CERT_FILE")
        with pytest.raises(UnreadableError, match="certificate verify failed"):
            fetch(f"https://localhost:{server.server_port}/good")
    finally:
        server.shutdown()
        server.server_close()


def test_what_is_told_no_more_is_unknown_and_says_for_how_long(
    address: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(metrics, "STALE_AFTER_S", 0.2)
    monkeypatch.setattr(metrics, "EVERY_S", 0.1)
    endpoint = Endpoint("1", f"{address}/turns-slow", every_s=0.1)
    endpoint.start()
    try:
        wait_until(lambda: bool(endpoint.latest().values), "the first answer")
        Answers.is_slow.set()
        wait_until(lambda: not endpoint.latest().values, "its end")
        assert re.search("has not answered for over [0-9]+ s$", endpoint.latest().reason)
    finally:
        endpoint.ended.set()


def test_without_the_library_it_is_said_which_one_and_how_to_get_it(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(settings, "find_spec", lambda _: None)

    with pytest.raises(UsageError, match="needs the library prometheus_client") as refused:
        parse_metrics(["1=http://a:9404/metrics"])
    assert refused.value.hint == "pip install 'lagtop[metrics]'"


@pytest.mark.parametrize(
    "text",
    ["1", "x=http://a", "1=ftp://a/b", "1=http://", "1=http://me:pw@a", "1=http://a:99999"],
)
def test_what_is_no_endpoint_is_refused(text: str) -> None:
    with pytest.raises(UsageError, match="metrics: not"):
        parse_metrics([text])


def test_endpoints_are_of_brokers_and_of_clients() -> None:
    texts = ["1=http://a:9404/metrics", "client:billing-1=https://b/m"]

    assert parse_metrics(texts) == (
        ("1", "http://a:9404/metrics"), ("client:billing-1", "https://b/m"),
    )  # fmt: skip
