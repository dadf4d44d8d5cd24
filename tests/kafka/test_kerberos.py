"""Kerberos on a real Kafka with a real KDC: a ticket lets in, and what is wrong is told."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import pytest

from lagtop.security import Security
from lagtop.snapshot import Snapshot
from tests.kafka.cluster import Node, common_settings, new_cluster_id
from tests.kafka.entering import poll, trouble
from tests.kafka.front_door import run
from tests.kafka.java import run_tool
from tests.kafka.kerberos import REALM, Realm, missing
from tests.kafka.ports import HOST, free_ports
from tests.kafka.waiting import wait_until

USER, SERVICE, OTHER = "watcher", "kafka", "other"
MODULE = "com.sun.security.auth.module.Krb5LoginModule required useKeyTab=true storeKey=true"
GUARDED = Security(protocol="SASL_PLAINTEXT", mechanism="GSSAPI")


@dataclass(frozen=True, slots=True)
class Kerberised:
    """A Kafka that takes tickets of a realm, with a ticket that is good and one that is not."""

    address: str
    realm: Realm
    ticket: str
    old_ticket: str


@pytest.fixture(scope="module")
def kerberised(libs: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Kerberised]:
    if lacks := missing():
        pytest.skip(f"Kerberos: {lacks}")
    home = tmp_path_factory.mktemp("kerberos")
    realm = Realm(home / "realm")
    (port, control) = free_ports(2)
    node = None
    try:
        realm.start()
        user = realm.keytab(USER)
        old_ticket = realm.ticket(USER, user, "1s")
        realm.keytab(f"{OTHER}/{HOST}")
        node = _node(libs, home / "node", realm, port, control)
        node.start()
        wait_until(node.listens, "Kafka to listen")
        yield Kerberised(f"{HOST}:{port}", realm, realm.ticket(USER, user), old_ticket)
    finally:
        if node is not None:
            node.kill()
        realm.stop()


def _node(libs: Path, home: Path, realm: Realm, port: int, control: int) -> Node:
    """A formatted node whose one door for clients is Kerberos's."""
    principal = f"{SERVICE}/{HOST}"
    keytab = realm.keytab(principal)
    name = "listener.name.sasl_plaintext"
    jaas = f'{MODULE} keyTab="{keytab}" principal="{principal}@{REALM}";'
    properties = {
        "node.id": "1",
        "listeners": f"SASL_PLAINTEXT://{HOST}:{port},CONTROLLER://{HOST}:{control}",
        "listener.security.protocol.map": "SASL_PLAINTEXT:SASL_PLAINTEXT,CONTROLLER:PLAINTEXT",
        "controller.listener.names": "CONTROLLER",
        "inter.broker.listener.name": "SASL_PLAINTEXT",
        "sasl.mechanism.inter.broker.protocol": "GSSAPI",
        "sasl.kerberos.service.name": SERVICE,
        f"{name}.sasl.enabled.mechanisms": "GSSAPI",
        f"{name}.gssapi.sasl.jaas.config": jaas,
        "log.dirs": str(home / "data"),
        **common_settings([f"{HOST}:{control}"], replicas=1),
    }
    options = [f"-Djava.security.krb5.conf={realm.configuration}"]
    node = Node(libs, home, properties, heap_mb=384, options=options)
    config = str(home / "server.properties")
    run_tool(libs, "kafka.tools.StorageTool", "format", "-c", config, "-t", new_cluster_id())
    return node


@pytest.fixture(autouse=True)
def environment(kerberised: Kerberised, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("KRB5_CONFIG", str(kerberised.realm.configuration))
    monkeypatch.setenv("KRB5CCNAME", kerberised.ticket)


async def test_a_ticket_lets_in(kerberised: Kerberised) -> None:
    update = await poll(kerberised.address, GUARDED)

    assert isinstance(update, Snapshot), update


async def test_what_is_wrong_with_a_ticket_is_told(
    kerberised: Kerberised, monkeypatch: pytest.MonkeyPatch
) -> None:
    address, realm = kerberised.address, kerberised.realm
    unknown, foreign = (replace(GUARDED, kerberos_service=name) for name in ("mailer", OTHER))

    assert f"Kerberos knows no service mailer@{HOST}" in await trouble(address, unknown)
    told = await trouble(address, foreign)
    assert "does not let us in (GSSAPI)" in told
    assert "is sasl.kerberos.service.name that of the broker?" in told

    wait_until(lambda: not realm.is_good(kerberised.old_ticket), "the ticket to expire")
    monkeypatch.setenv("KRB5CCNAME", kerberised.old_ticket)
    assert "ticket has expired; kinit renews it" in await trouble(address, GUARDED)

    monkeypatch.setenv("KRB5CCNAME", "FILE:/nowhere/at/all")
    assert "there is no Kerberos ticket; kinit gets one" in await trouble(address, GUARDED)


async def test_a_realm_that_nobody_serves_is_told(
    kerberised: Kerberised, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    served = kerberised.realm.configuration.read_text()
    elsewhere = tmp_path / "krb5.conf"
    elsewhere.write_text(served.replace(" kdc = ", f" kdc = {HOST}:1\n unused = ", 1))
    monkeypatch.setenv("KRB5_CONFIG", str(elsewhere))

    told = await trouble(kerberised.address, replace(GUARDED, kerberos_service="never-asked-for"))
    assert "Kerberos: Cannot contact any KDC" in told
    assert "is KRB5_CONFIG (/etc/krb5.conf) right?" in told


def test_the_command_line_and_javas_own_words_for_it(
    kerberised: Kerberised, tmp_path: Path
) -> None:
    config = tmp_path / "client.properties"
    config.write_text(
        f"bootstrap.servers={kerberised.address}\n"
        "security.protocol=SASL_PLAINTEXT\n"
        "sasl.mechanism=GSSAPI\n"
        "sasl.jaas.config=com.sun.security.auth.module.Krb5LoginModule required "
        f'useTicketCache=true serviceName="{SERVICE}";\n'
    )

    ran = run("snapshot", "--config", str(config))
    assert ran.status == 0, ran.stderr
