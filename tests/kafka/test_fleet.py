"""Two real clusters on one screen: one is killed, and the other goes on."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.kafka.cluster import KafkaCluster
from tests.kafka.kafka_tools import Kafka
from tests.kafka.traffic import commit, create_topic, produce
from tests.ui.pty_terminal import PtyTerminal


@pytest.fixture
def mortal(libs: Path, tmp_path: Path) -> Iterator[KafkaCluster]:
    cluster = KafkaCluster(libs, tmp_path / "mortal")
    try:
        cluster.start()
        yield cluster
    finally:
        cluster.stop()


def test_a_cluster_that_is_killed_says_so_and_the_other_is_read_on(
    kafka: Kafka, mortal: KafkaCluster, name: str, tmp_path: Path
) -> None:
    for cluster in (kafka, mortal):
        create_topic(cluster.bootstrap, name)
        produce(cluster.bootstrap, name, {0: 5})
        commit(cluster.bootstrap, name, name, {0: 2})
    path = tmp_path / "lagtop" / "profiles.toml"
    path.parent.mkdir()
    clusters = {"kept": kafka.bootstrap, "mortal": mortal.bootstrap}
    tables = (f'[{key}]\nbootstrap_servers = "{address}"\n' for key, address in clusters.items())
    path.write_text("".join(tables))
    home = {"XDG_CONFIG_HOME": str(tmp_path), "XDG_STATE_HOME": str(tmp_path)}
    words = ("-m", "lagtop", *clusters, "--interval", "1")
    terminal = PtyTerminal(*words, size=(150, 20), env=home)

    def row(cluster: str) -> str:
        return next((line for line in terminal.lines if f" {cluster} " in line[:20]), "")

    try:
        terminal.wait_for(lambda: "1/1" in row("kept") and "1/1" in row("mortal"))
        mortal.stop()
        terminal.wait_for(lambda: "0/1" in row("mortal") and "no broker answers" in row("mortal"))

        produce(kafka.bootstrap, name, {0: 4})
        terminal.send(f"/kept\r\r/{name}\r")
        terminal.wait_for(
            lambda: any(name[:12] in line and " 7 " in line for line in terminal.lines)
        )
        terminal.send("0\x1b")
        terminal.wait_for(lambda: "1/1" in row("kept") and "0/1" in row("mortal"))
        terminal.send("q")
        assert terminal.wait_for_end() == 0
    finally:
        terminal.close()
