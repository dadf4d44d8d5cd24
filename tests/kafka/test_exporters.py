"""Figures of a real Kafka by the JMX exporter, and of this machine by the node exporter."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from lagtop.readings import Readings
from lagtop.wire.metrics import Endpoint
from tests.kafka import jars
from tests.kafka.cluster import KafkaCluster
from tests.kafka.java import Child
from tests.kafka.ports import HOST, accepts, free_ports
from tests.kafka.traffic import classic_member, create_topic, produce
from tests.kafka.waiting import wait_until

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
def reading(url: str) -> Iterator[Endpoint]:
    """An endpoint that is read every second."""
    endpoint = Endpoint("1", url, every_s=1.0)
    endpoint.start()
    try:
        yield endpoint
    finally:
        endpoint.ended.set()
        endpoint.join()


def told(endpoint: Endpoint, wanted: set[str]) -> Readings:
    """The first readings that have all of these figures."""

    def complete() -> Readings | None:
        latest = endpoint.latest()
        return latest if wanted <= set(latest.values) else None

    return wait_until(complete, f"all of {sorted(wanted)}") or Readings()


@pytest.mark.parametrize("rules", [AS_IT_COMES, BY_EXAMPLE], ids=["as it comes", "by example"])
def test_what_the_jmx_exporter_tells_of_a_broker_is_read(
    libs: Path, tmp_path: Path, name: str, rules: str
) -> None:
    (tmp_path / "rules.yml").write_text(rules, encoding="utf-8")
    (port,) = free_ports(1)
    agent = f"-javaagent:{jars.agent()}={HOST}:{port}:{tmp_path / 'rules.yml'}"
    cluster = KafkaCluster(libs, tmp_path / "kafka", options=[agent])
    try:
        cluster.start()
        create_topic(cluster.bootstrap, name)
        produce(cluster.bootstrap, name, {0: 200})
        with reading(f"http://{HOST}:{port}/metrics") as endpoint:
            with classic_member(cluster.bootstrap, name, name, "reader", reads=100):
                readings = told(endpoint, OF_KAFKA)
            assert readings.reason == ""
            shares = {key: v for key, v in readings.values.items() if key.endswith("_share")}
            assert all(0 <= value <= 1 for value in shares.values()), shares
            assert readings.values["handler_idle_share"] > 0
            assert 0 < readings.values["produce_p99_s"] < 60

            cluster.stop()
            wait_until(lambda: not endpoint.latest().values, "figures of a dead broker to go")
            assert "cannot be read" in endpoint.latest().reason
    finally:
        cluster.stop()


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
