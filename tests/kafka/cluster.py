"""A real Apache Kafka (KRaft, every node both broker and controller) on loopback."""

from __future__ import annotations

import signal
import subprocess
from base64 import urlsafe_b64encode
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from uuid import uuid4

from kafka import KafkaAdminClient
from kafka.errors import KafkaError

from tests.kafka.java import Child, command, run_tool
from tests.kafka.ports import HOST, accepts, free_ports
from tests.kafka.waiting import wait_until

STORE_PASSWORD = "lagtop-test"


@dataclass(frozen=True, slots=True)
class Place:
    """Where a node runs: its address, the name that it gives, and what leads a command there."""

    host: str = HOST
    name: str = ""
    prefix: tuple[str, ...] = ()


class Node:
    """One Kafka process: kill it, pause it, start it again with all its data."""

    def __init__(
        self,
        libs: Path,
        directory: Path,
        properties: Mapping[str, str],
        heap_mb: int,
        options: Sequence[str] = (),
        prefix: Sequence[str] = (),
    ) -> None:
        address = properties["listeners"].split(",")[0].partition("://")[2]
        self.host, _, port = address.rpartition(":")
        self.port = int(port)
        self.node_id = int(properties["node.id"])
        java, *words = command(libs, "kafka.Kafka", heap_mb)
        self._words = [*prefix, java, *options, *words, str(directory / "server.properties")]
        self._log = directory / "server.log"
        self._child: Child | None = None
        directory.mkdir(parents=True)
        text = "".join(f"{key}={value}\n" for key, value in properties.items())
        (directory / "server.properties").write_text(text, encoding="utf-8")

    def start(self) -> None:
        """Start the process; `listens` tells when it answers."""
        self._child = Child(self._words, self._log)

    def listens(self) -> bool:
        """Whether its port is open; a process that died instead fails the test."""
        if self._child is not None and not self._child.alive:
            raise RuntimeError(f"Kafka node {self.node_id} died:\n{self._child.last_words()}")
        return accepts(self.port, self.host)

    @property
    def is_running(self) -> bool:
        """Whether it was started and not killed since; a paused one runs."""
        return self._child is not None

    def kill(self) -> None:
        """As a power failure would: no goodbye to clients or controller."""
        if self._child is not None:
            self._child.kill()
            self._child = None

    def pause(self) -> None:
        """Connections stay open and nothing is answered."""
        self._signal(signal.SIGSTOP)

    def resume(self) -> None:
        """Go on after `pause`."""
        self._signal(signal.SIGCONT)

    def _signal(self, number: signal.Signals) -> None:
        if self._child is not None:
            self._child.signal(number)


class KafkaCluster:
    """A cluster of `size` nodes, numbered from 1, in `directory`; `stop` it in any case.

    A guarded one, of one node, has a TLS listener and an authorizer besides. `advertised`, a
    host:port, is what one of one node gives as its own address: that of a proxy before it.
    `options` are for Java, `settings` further ones of the brokers. `places`, one for each node, are
    for nodes that do not all run on loopback.
    """

    def __init__(
        self,
        libs: Path,
        directory: Path,
        size: int = 1,
        guarded: bool = False,
        advertised: str = "",
        options: Sequence[str] = (),
        settings: Mapping[str, str] | None = None,
        places: Sequence[Place] = (),
    ) -> None:
        places = places or [Place()] * size
        hosts = [place.host for place in places]
        self._libs = libs
        self._directory = directory
        ports = free_ports(size * 3)
        plain, control, secure = ports[:size], ports[size : 2 * size], ports[2 * size :]
        self.bootstrap = ",".join(_addresses(hosts, plain))
        self.tls_address = f"{HOST}:{secure[0]}" if guarded else ""
        common = common_settings(_addresses(hosts, control), replicas=min(size, 3))
        self.nodes = {
            node_id: Node(
                libs,
                directory / f"node-{node_id}",
                {
                    "node.id": str(node_id),
                    **_listeners(
                        places[row], plain[row], control[row], secure[row] if guarded else None
                    ),
                    **(_guards(directory / "keystore.p12") if guarded else {}),
                    **({"advertised.listeners": f"PLAINTEXT://{advertised}"} if advertised else {}),
                    "log.dirs": str(directory / f"node-{node_id}" / "data"),
                    **common,
                    **(settings or {}),
                },
                heap_mb=512 if size == 1 else 384,
                options=options,
                prefix=places[row].prefix,
            )
            for row, node_id in enumerate(range(1, size + 1))
        }

    def start(self) -> None:
        """Format and start every node; returns when all of them serve."""
        if self.tls_address:
            make_keystore(self._directory / "keystore.p12")
        cluster_id = new_cluster_id()
        with ThreadPoolExecutor() as pool:
            list(pool.map(lambda node_id: self._format(node_id, cluster_id), self.nodes))
        for node in self.nodes.values():
            node.start()
        self.await_nodes()

    def await_nodes(self) -> None:
        """Wait until every node is a live broker of the cluster."""
        for node in self.nodes.values():
            wait_until(node.listens, f"node {node.node_id} to listen")
        wait_until(self._all_live, "all brokers to be live")

    def restart(self, node_id: int) -> None:
        """Start a killed node again, on its old port and data."""
        self.nodes[node_id].start()
        self.await_nodes()

    def stop(self) -> None:
        """Kill every node, paused ones too."""
        for node in self.nodes.values():
            node.kill()

    def tool(self, main_class: str, *arguments: str) -> str:
        """Run one of Kafka's own command line tools and return its stdout."""
        return run_tool(self._libs, main_class, *arguments)

    def _format(self, node_id: int, cluster_id: str) -> None:
        config = self._directory / f"node-{node_id}" / "server.properties"
        self.tool("kafka.tools.StorageTool", "format", "-c", str(config), "-t", cluster_id)

    def _all_live(self) -> bool:
        try:
            admin = KafkaAdminClient(bootstrap_servers=self.bootstrap.split(","))
        except KafkaError:
            return False
        try:
            if len(self.nodes) == 1:  # kafka-python 3.0 cannot describe a cluster before Kafka 3.7
                return admin.list_topics() is not None
            return len(admin.describe_cluster()["brokers"]) == len(self.nodes)
        except KafkaError:
            return False
        finally:
            admin.close()


def _addresses(hosts: Sequence[str], ports: Sequence[int]) -> list[str]:
    return [f"{host}:{port}" for host, port in zip(hosts, ports, strict=True)]


def _listeners(place: Place, plain: int, control: int, secure: int | None) -> dict[str, str]:
    addresses = {"PLAINTEXT": plain, "CONTROLLER": control}
    named = {"advertised.listeners": f"PLAINTEXT://{place.name}:{plain}"} if place.name else {}
    if secure is not None:
        addresses["SSL"] = secure
    return {
        "listeners": ",".join(f"{name}://{place.host}:{port}" for name, port in addresses.items()),
        **named,
        "controller.listener.names": "CONTROLLER",
        "inter.broker.listener.name": "PLAINTEXT",
        "listener.security.protocol.map": "PLAINTEXT:PLAINTEXT,CONTROLLER:PLAINTEXT,SSL:SSL",
    }


def _guards(keystore: Path) -> dict[str, str]:
    """A TLS listener's key, and an authorizer that refuses only what an ACL names."""
    return {
        "authorizer.class.name": "org.apache.kafka.metadata.authorizer.StandardAuthorizer",
        "allow.everyone.if.no.acl.found": "true",
        "ssl.keystore.location": str(keystore),
        "ssl.keystore.type": "PKCS12",
        "ssl.keystore.password": STORE_PASSWORD,
        "ssl.key.password": STORE_PASSWORD,
    }


def new_cluster_id() -> str:
    """An id as Kafka has them; one that begins with `-` would be read as an option."""
    return urlsafe_b64encode(b"L" + uuid4().bytes[1:]).decode().rstrip("=")


def common_settings(controllers: Sequence[str], replicas: int) -> dict[str, str]:
    """What all nodes share: small, quick to start, quick to see that a node is dead."""
    voters = ",".join(f"{row}@{address}" for row, address in enumerate(controllers, start=1))
    return {
        "process.roles": "broker,controller",
        "controller.quorum.voters": voters,
        "broker.heartbeat.interval.ms": "500",
        "broker.session.timeout.ms": "3000",
        "offsets.topic.replication.factor": str(replicas),
        "offsets.topic.num.partitions": "6",
        "transaction.state.log.replication.factor": str(replicas),
        "transaction.state.log.num.partitions": "3",
        "transaction.state.log.min.isr": "1",
        "min.insync.replicas": "1",
        "group.initial.rebalance.delay.ms": "0",
        "log.initial.task.delay.ms": "500",
        "log.retention.check.interval.ms": "1000",
        "auto.create.topics.enable": "false",
    }


def make_keystore(path: Path) -> None:
    """A self-signed key for localhost and 127.0.0.1, as PKCS12."""
    subprocess.run(
        [
            *("keytool", "-genkeypair", "-alias", "kafka", "-keyalg", "EC", "-validity", "2"),
            *("-dname", "CN=localhost", "-ext", "SAN=DNS:localhost,IP:127.0.0.1"),
            *("-storetype", "PKCS12", "-keystore", str(path), "-storepass", STORE_PASSWORD),
        ],
        check=True,
        capture_output=True,
    )
