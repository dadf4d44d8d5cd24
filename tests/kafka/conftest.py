"""Fixtures of the real-Kafka ring: one broker for the session, three for a module.

`LAGTOP_TEST_BOOTSTRAP=host:port` names a cluster to use instead of the one broker. Without Java or
Maven the ring is skipped with its reason; `LAGTOP_REQUIRE_KAFKA=1` makes that a failure.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from uuid import uuid4

import pytest

from tests.kafka import jars
from tests.kafka.cluster import KafkaCluster
from tests.kafka.guarded import GuardedKafka
from tests.kafka.java import run_tool
from tests.kafka.kafka_tools import Kafka

HERE = Path(__file__).parent
LONGEST_S = 300
"""For a test itself; what its fixtures wait for has deadlines of its own: jars may be fetched."""


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if item.path.is_relative_to(HERE):
            item.add_marker(pytest.mark.kafka)
            item.add_marker(pytest.mark.timeout(LONGEST_S, func_only=True))


@dataclass(frozen=True, slots=True)
class NamedCluster:
    """A cluster that somebody else runs."""

    libs: Path
    bootstrap: str

    def tool(self, main_class: str, *arguments: str) -> str:
        """Run one of Kafka's own command line tools and return its stdout."""
        return run_tool(self.libs, main_class, *arguments)


@pytest.fixture(scope="session", autouse=True)
def state(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """What lagtop keeps of its runs is kept where nobody else looks."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("XDG_STATE_HOME", str(tmp_path_factory.mktemp("state")))
        yield


@pytest.fixture(scope="session")
def libs() -> Path:
    """The directory of Kafka's jars."""
    try:
        return jars.libs()
    except jars.NoKafkaError as error:
        missing = str(error)
    if os.environ.get("LAGTOP_REQUIRE_KAFKA") == "1":
        pytest.fail(f"LAGTOP_REQUIRE_KAFKA=1, but {missing}", pytrace=False)
    pytest.skip(f"real Kafka: {missing}")


@pytest.fixture(scope="session")
def own_kafka(libs: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[KafkaCluster]:
    """One broker of our own, with a TLS listener and an authorizer."""
    yield from _running(KafkaCluster(libs, tmp_path_factory.mktemp("kafka"), guarded=True))


@pytest.fixture(scope="session")
def kafka(libs: Path, request: pytest.FixtureRequest) -> Kafka:
    """One broker: our own, or the one that LAGTOP_TEST_BOOTSTRAP names."""
    if named := os.environ.get("LAGTOP_TEST_BOOTSTRAP"):
        return NamedCluster(libs, named)
    started: KafkaCluster = request.getfixturevalue("own_kafka")
    return started


@pytest.fixture(scope="session")
def guarded(libs: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[GuardedKafka]:
    """One broker with every guard: SASL, TLS both ways, ACLs, and bad certificates."""
    kafka = GuardedKafka(libs, tmp_path_factory.mktemp("guarded"))
    try:
        kafka.start()
        yield kafka
    finally:
        kafka.stop()


@pytest.fixture(scope="module")
def kafka3(libs: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[KafkaCluster]:
    """Three brokers of our own, to be killed, paused and started again."""
    yield from _running(KafkaCluster(libs, tmp_path_factory.mktemp("kafka3"), size=3))


@pytest.fixture
def name(request: pytest.FixtureRequest) -> str:
    """A name for this test's topic and group that no other test has."""
    legal = re.sub(r"[^\w.-]", "-", request.node.name[:40]).strip("_-")
    return f"{legal}-{uuid4().hex[:6]}"


def _running(cluster: KafkaCluster) -> Iterator[KafkaCluster]:
    try:
        cluster.start()
        yield cluster
    finally:
        cluster.stop()
