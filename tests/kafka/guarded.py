"""One Kafka with every guard: SASL of each kind, TLS both ways, ACLs, and bad certificates."""

from __future__ import annotations

from pathlib import Path

from tests.kafka.certificates import Authority
from tests.kafka.cluster import Node, common_settings, new_cluster_id
from tests.kafka.java import run_tool
from tests.kafka.ports import HOST, free_ports
from tests.kafka.waiting import wait_until

PASSWORD = "correct-horse"  # of every user
LISTENERS = {
    "PLAINTEXT": "PLAINTEXT",
    "CONTROLLER": "PLAINTEXT",
    "SECURE": "SASL_SSL",
    "CLEAR": "SASL_PLAINTEXT",
    "MUTUAL": "SSL",
    "EXPIRED": "SSL",
    "MISNAMED": "SSL",
}
PLAIN_MODULE = "org.apache.kafka.common.security.plain.PlainLoginModule required"
SCRAM_MODULE = "org.apache.kafka.common.security.scram.ScramLoginModule required;"
OAUTH_MODULE = (
    "org.apache.kafka.common.security.oauthbearer.OAuthBearerLoginModule required "
    'unsecuredLoginStringClaim_sub="admin";'
)


class GuardedKafka:
    """A node of our own; `address` gives a listener's, `authority` signed its certificates."""

    def __init__(self, libs: Path, directory: Path) -> None:
        self._libs = libs
        self._home = directory / "node"
        self.authority = Authority(directory, "authority")
        self.ports = dict(zip(LISTENERS, free_ports(len(LISTENERS)), strict=True))
        properties = {
            "node.id": "1",
            **self._listeners(),
            **self._keys(),
            **_mechanisms(),
            "authorizer.class.name": "org.apache.kafka.metadata.authorizer.StandardAuthorizer",
            "super.users": "User:ANONYMOUS;User:admin;User:CN=friend",
            "log.dirs": str(self._home / "data"),
            **common_settings([self.address("CONTROLLER")], replicas=1),
        }
        self._node = Node(libs, self._home, properties, heap_mb=384)

    @property
    def bootstrap(self) -> str:
        """The address of the listener where everybody may do everything."""
        return self.address("PLAINTEXT")

    def address(self, listener: str) -> str:
        """HOST:PORT of a listener."""
        return f"{HOST}:{self.ports[listener]}"

    def start(self) -> None:
        """Format with its users, and start; returns when it serves."""
        users = [
            f"{mechanism}=[name={name},password={PASSWORD}]"
            for mechanism in ("SCRAM-SHA-256", "SCRAM-SHA-512")
            for name in ("admin", "reader")
        ]
        words = [word for user in users for word in ("--add-scram", user)]
        config = str(self._home / "server.properties")
        self.tool("kafka.tools.StorageTool", "format", "-c", config, "-t", new_cluster_id(), *words)
        self._node.start()
        wait_until(self._node.listens, "the guarded Kafka to listen")

    def restart(self) -> None:
        """Kill it and start it again; returns when it listens."""
        self._node.kill()
        self._node.start()
        wait_until(self._node.listens, "the guarded Kafka to listen again")

    def pause(self) -> None:
        """Connections stay open and nothing is answered."""
        self._node.pause()

    def resume(self) -> None:
        """Go on after `pause`."""
        self._node.resume()

    def stop(self) -> None:
        """Kill it."""
        self._node.kill()

    def tool(self, main_class: str, *arguments: str) -> str:
        """Run one of Kafka's own command line tools and return its stdout."""
        return run_tool(self._libs, main_class, *arguments)

    def _listeners(self) -> dict[str, str]:
        addresses = (f"{name}://{HOST}:{port}" for name, port in self.ports.items())
        protocols = (f"{name}:{protocol}" for name, protocol in LISTENERS.items())
        return {
            "listeners": ",".join(addresses),
            "listener.security.protocol.map": ",".join(protocols),
            "controller.listener.names": "CONTROLLER",
            "inter.broker.listener.name": "PLAINTEXT",
        }

    def _keys(self) -> dict[str, str]:
        here = ("localhost", HOST)
        good = self.authority.issue("broker", here).both()
        expired = self.authority.issue("expired", here, expired=True).both()
        misnamed = self.authority.issue("misnamed", ("kafka.example",)).both()
        return {
            "ssl.keystore.type": "PEM",
            "ssl.keystore.location": str(good),
            "ssl.truststore.type": "PEM",
            "ssl.truststore.location": str(self.authority.file),
            "listener.name.expired.ssl.keystore.location": str(expired),
            "listener.name.misnamed.ssl.keystore.location": str(misnamed),
            "listener.name.mutual.ssl.client.auth": "required",
        }


def _mechanisms() -> dict[str, str]:
    users = " ".join(f'user_{name}="{PASSWORD}"' for name in ("admin", "reader"))
    modules = {
        "plain": f"{PLAIN_MODULE} {users};",
        "scram-sha-256": SCRAM_MODULE,
        "scram-sha-512": SCRAM_MODULE,
        "oauthbearer": OAUTH_MODULE,
    }
    offered = {"secure": tuple(modules), "clear": ("plain",)}
    settings = {"listener.name.secure.connections.max.reauth.ms": "3600000"}
    for listener, mechanisms in offered.items():
        name = f"listener.name.{listener}"
        settings[f"{name}.sasl.enabled.mechanisms"] = ",".join(mechanisms).upper()
        for mechanism in mechanisms:
            settings[f"{name}.{mechanism}.sasl.jaas.config"] = modules[mechanism]
    return settings
