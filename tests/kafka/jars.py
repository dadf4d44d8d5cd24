"""Apache Kafka itself, as jars from Maven Central, fetched once into the user's cache directory."""

from __future__ import annotations

import re
import shutil
import subprocess
import tempfile
from collections.abc import Sequence
from pathlib import Path

import platformdirs

KAFKA_VERSION = "4.3.1"
JAVA_AT_LEAST = 17
FETCH_DEADLINE_S = 900

AGENT_VERSION = "1.0.1"

TOOLS_ARE_APART = (3, 5)
"""The first version whose command line tools are an artifact of their own."""


Artifact = tuple[str, str, str]
"""What Maven fetches: group, name and version."""


class NoKafkaError(Exception):
    """Why this machine cannot run a real Kafka, in one sentence."""


def home(version: str = KAFKA_VERSION) -> Path:
    """Where the jars of a Kafka version lie once they are fetched."""
    return Path(platformdirs.user_cache_dir("lagtop-tests")) / f"kafka-{version}" / "libs"


def libs(version: str = KAFKA_VERSION) -> Path:
    """The directory of a version's jars, fetched now if it is not there yet."""
    java_version()
    if not home(version).is_dir():
        fetch(home(version), _artifacts(version))
    return home(version)


def agent() -> Path:
    """The JMX exporter as a Java agent, fetched as Kafka is."""
    target = home().parent.with_name(f"jmx-{AGENT_VERSION}") / "libs"
    if not target.is_dir():
        fetch(target, [("io.prometheus.jmx", "jmx_prometheus_javaagent", AGENT_VERSION)])
    return target / f"jmx_prometheus_javaagent-{AGENT_VERSION}.jar"


def java_version() -> int:
    """The major version of `java` on the PATH."""
    if shutil.which("java") is None:
        raise NoKafkaError(f"no java on the PATH: it needs Java {JAVA_AT_LEAST} or newer")
    told = subprocess.run(["java", "-version"], capture_output=True, text=True, check=False).stderr
    found = re.search(r'version "(\d+)', told)
    if found is None or int(found[1]) < JAVA_AT_LEAST:
        raise NoKafkaError(
            f"java is too old: it needs Java {JAVA_AT_LEAST} or newer, "
            f"`java -version` says: {told.strip().splitlines()[:1]}"
        )
    return int(found[1])


def fetch(target: Path, artifacts: Sequence[Artifact]) -> None:
    """Let Maven copy the jars beside `target`, then rename: a torn fetch never counts."""
    if shutil.which("mvn") is None:
        raise NoKafkaError("no mvn on the PATH: Apache Maven fetches its jars")
    target.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=target.parent, prefix="fetching-") as scratch:
        copied = _copy_dependencies(Path(scratch), artifacts)
        try:
            copied.rename(target)
        except OSError:
            if not target.is_dir():  # else another test run was faster, and its jars are as good
                raise


def _copy_dependencies(scratch: Path, artifacts: Sequence[Artifact]) -> Path:
    (scratch / "pom.xml").write_text(_pom(artifacts), encoding="utf-8")
    done = subprocess.run(
        ["mvn", "-q", "-B", "dependency:copy-dependencies", "-DoutputDirectory=libs"],
        cwd=scratch,
        capture_output=True,
        text=True,
        stdin=subprocess.DEVNULL,
        timeout=FETCH_DEADLINE_S,
        check=False,
    )
    if done.returncode != 0:
        raise NoKafkaError(f"mvn could not fetch its jars: {done.stdout.strip()[-2000:]}")
    return scratch / "libs"


def _artifacts(version: str) -> list[Artifact]:
    kafka = "org.apache.kafka"
    artifacts = [(kafka, "kafka_2.13", version), ("org.slf4j", "slf4j-simple", "1.7.36")]
    if tuple(map(int, version.split(".")[:2])) >= TOOLS_ARE_APART:
        artifacts.append((kafka, "kafka-tools", version))
    return artifacts


def _pom(artifacts: Sequence[Artifact]) -> str:
    dependencies = "".join(
        f"<dependency><groupId>{group}</groupId><artifactId>{artifact}</artifactId>"
        f"<version>{number}</version></dependency>"
        for group, artifact, number in artifacts
    )
    return (
        '<project xmlns="http://maven.apache.org/POM/4.0.0"><modelVersion>4.0.0</modelVersion>'
        "<groupId>lagtop</groupId><artifactId>real-kafka</artifactId><version>1</version>"
        f"<dependencies>{dependencies}</dependencies></project>\n"
    )
