"""Figures of a real Kafka by the JMX exporter, and of this machine by the node exporter."""

from __future__ import annotations

import shutil
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from random import Random

import pytest

from lagtop.analysis.diagnosis.diagnose import diagnose
from lagtop.analysis.report import Report
from lagtop.endpoints import Endpoint
from lagtop.readings import Readings
from lagtop.settings import Settings, parse_bootstrap
from lagtop.wire.metrics import EndpointReader, Metrics
from tests.kafka import jars
from tests.kafka.cluster import KafkaCluster
from tests.kafka.flow import Reader, flowing
from tests.kafka.java import Child, command
from tests.kafka.kafka_tools import configure
from tests.kafka.ports import HOST, accepts, free_ports
from tests.kafka.traffic import classic_member, create_topic, produce
from tests.kafka.waiting import wait_until
from tests.kafka.watching import polling, seen_until

AS_IT_COMES = 'rules:\n- pattern: ".*"\n'
BY_EXAMPLE = r"""
lowercaseOutputName: true
rules:
- pattern: kafka.(\w+)<type=(.+), name=(.+)Percent\w*><>MeanRate
  name: kafka_$1_$2_$3_percent
- pattern: kafka.(\w+)<type=(.+), name=(.+)Percent\w*><>Value
  name: kafka_$1_$2_$3_percent
- pattern: kafka.(\w+)<type=(.+), name=(.+)PerSec\w*><>Count
  name: kafka_$1_$2_$3_total
  type: COUNTER
- pattern: kafka.(\w+)<type=(.+), name=(.+), (.+)=(.+)><>(\d+)thPercentile
  name: kafka_$1_$2_$3
  labels:
    "$4": "$5"
    quantile: "0.$6"
- pattern: kafka.(\w+)<type=(.+), name=(.+)><>(\d+)thPercentile
  name: kafka_$1_$2_$3
  labels:
    quantile: "0.$4"
- pattern: kafka.(\w+)<type=(.+), name=(.+)><>Value
  name: kafka_$1_$2_$3
- pattern: kafka.(\w+)<type=(.+), name=(.+)><>Count
  name: kafka_$1_$2_$3_count
- pattern: java.lang<type=OperatingSystem><>(\w+)
  name: java_lang_OperatingSystem_$1
"""
"""Names as the exporter's own example for Kafka makes them, and Strimzi after it."""

OF_KAFKA = {
    "cpu_busy_share", "handler_idle_share", "network_idle_share", "queued_requests",
    "produce_p99_s", "fetch_p99_s", "in_bytes_per_s", "out_bytes_per_s", "flush_p99_s",
}  # fmt: skip
OF_NODE = {"cpu_busy_share", "disk_busy_share", "net_in_bytes_per_s", "net_out_bytes_per_s"}


@contextmanager
def reading(url: str) -> Iterator[EndpointReader]:
    """An endpoint that is read every second."""
    endpoint = EndpointReader(Endpoint("1", url), every_s=1.0)
    endpoint.start()
    try:
        yield endpoint
    finally:
        endpoint.ended.set()
        endpoint.join()


def told(endpoint: EndpointReader, wanted: set[str]) -> Readings:
    """The first readings that have all of these figures."""

    def complete() -> Readings | None:
        latest = endpoint.latest()
        return latest if wanted <= set(latest.values) else None

    return wait_until(complete, f"all of {sorted(wanted)}") or Readings()


PAYLOAD_BYTES = 200_000
"""Of two letters only, in which gzip at its best looks long for repetitions."""


@dataclass(frozen=True)
class Exported:
    """A Kafka whose one broker has the agent, and one request handler; the URL of its metrics."""

    kafka: KafkaCluster
    url: str


@pytest.fixture(scope="module", params=[AS_IT_COMES, BY_EXAMPLE], ids=["as it comes", "by example"])
def exported(
    libs: Path, tmp_path_factory: pytest.TempPathFactory, request: pytest.FixtureRequest
) -> Iterator[Exported]:
    home = tmp_path_factory.mktemp("exported")
    rules = home / "rules.yml"
    rules.write_text(request.param, encoding="utf-8")
    (port,) = free_ports(1)
    agent = f"-javaagent:{jars.agent()}={HOST}:{port}:{rules}"
    few = {"num.io.threads": "1"}
    kafka = KafkaCluster(libs, home / "kafka", options=[agent], settings=few)
    try:
        kafka.start()
        yield Exported(kafka, f"http://{HOST}:{port}/metrics")
    finally:
        kafka.stop()


@contextmanager
def saturated(libs: Path, kafka: KafkaCluster, topic: str, home: Path) -> Iterator[None]:
    """A writer as fast as the broker takes it: little to send, and much to compress anew."""
    create_topic(kafka.bootstrap, topic)
    compression = "compression.type=gzip,compression.gzip.level=9"
    configure(kafka, "topics", topic, "--add-config", compression)
    payload = home / "payload"
    payload.write_text("".join(Random(1).choices("01", k=PAYLOAD_BYTES)), encoding="utf-8")
    writer = Child(
        [
            *command(libs, "org.apache.kafka.tools.ProducerPerformance"), "--topic", topic,
            "--num-records", "100000000", "--throughput", "-1", "--payload-file", str(payload),
            "--producer-props", f"bootstrap.servers={kafka.bootstrap}", "acks=1",
            "compression.type=lz4", "max.in.flight.requests.per.connection=2",
        ],
        home / "writer.log",
    )  # fmt: skip
    try:
        yield
    finally:
        writer.kill()


@pytest.mark.parametrize("exported", [BY_EXAMPLE], ids=["by example"], indirect=True)
async def test_a_broker_whose_handlers_are_never_idle_is_named_as_saturated(
    exported: Exported, libs: Path, tmp_path: Path, name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Metrics.__init__, "__defaults__", (1.0,))
    bootstrap = exported.kafka.bootstrap
    reader = Reader(name, name, "slow", per_s=1.0)
    with (
        saturated(libs, exported.kafka, name, tmp_path),
        flowing(reader.run(bootstrap)),
    ):
        settings = Settings(parse_bootstrap(bootstrap), 1.0, metrics=(Endpoint("1", exported.url),))
        evidence = await named_as_saturated(settings)

    assert "broker 1, which leads what lags: request handlers only" in evidence


async def named_as_saturated(settings: Settings) -> str:
    """The evidence, once request handlers are found to be the cause."""

    def look(report: Report) -> tuple[str, Mapping[str, Readings]]:
        groups = range(len(report.group_facts))
        found = {one.cause: one.evidence for at in groups for one in diagnose(report, at)}
        return found.get("saturated broker", ""), report.readings

    async with polling(settings) as poller:
        evidence, _ = await seen_until(poller, look, lambda seen: "request handlers" in seen[0])
    return evidence


def test_what_the_jmx_exporter_tells_of_a_broker_is_read(exported: Exported, name: str) -> None:
    bootstrap = exported.kafka.bootstrap
    create_topic(bootstrap, name)
    produce(bootstrap, name, {0: 200})
    with reading(exported.url) as endpoint:
        with classic_member(bootstrap, name, name, "reader", reads=100):
            readings = told(endpoint, OF_KAFKA)
        assert readings.reason == ""
        shares = {key: v for key, v in readings.values.items() if key.endswith("_share")}
        assert all(0 <= value <= 1 for value in shares.values()), shares
        assert readings.values["handler_idle_share"] > 0
        assert 0 < readings.values["produce_p99_s"] < 60

        exported.kafka.stop()
        wait_until(lambda: not endpoint.latest().values, "figures of a dead broker to go")
        assert "cannot be read" in endpoint.latest().reason


def test_what_the_node_exporter_tells_is_read(tmp_path: Path) -> None:
    program = shutil.which("prometheus-node-exporter")
    if program is None:
        pytest.skip("no prometheus-node-exporter on the PATH")
    (port,) = free_ports(1)
    child = Child([program, f"--web.listen-address={HOST}:{port}"], tmp_path / "exporter.log")
    try:
        wait_until(lambda: accepts(port), "the node exporter to listen")
        with reading(f"http://{HOST}:{port}/metrics") as endpoint:
            values = told(endpoint, OF_NODE).values
        assert all(value >= 0 for value in values.values())
        assert values["cpu_busy_share"] <= 1
    finally:
        child.kill()
