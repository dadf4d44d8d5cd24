"""Every way in works on a real Kafka, and every wrong key has a sentence of its own."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from threading import Thread

import pytest

from lagtop.security import Secret, Security
from lagtop.settings import parse_bootstrap
from lagtop.snapshot import Failure, Snapshot
from lagtop.wire.access import Access
from lagtop.wire.clock import Clock
from lagtop.wire.link import Link
from lagtop.wire.tellers import ask_topology
from tests.kafka.certificates import Authority
from tests.kafka.entering import poll, refusal, trouble
from tests.kafka.front_door import run
from tests.kafka.guarded import PASSWORD, GuardedKafka
from tests.kafka.ports import HOST
from tests.kafka.tokens import CLIENT, CLIENT_SECRET, TokenServer

UNREACHABLE = 69
PROBE = ("--topic", "probed", "--create", "1", "--yes", "-n", "1")


@pytest.fixture
def tokens() -> Iterator[TokenServer]:
    with TokenServer() as server:
        Thread(target=server.serve_forever, daemon=True).start()
        yield server
        server.shutdown()


def with_password(guarded: GuardedKafka, mechanism: str, password: str = PASSWORD) -> Security:
    return Security(
        protocol="SASL_SSL",
        mechanism=mechanism,
        username="admin",
        password=Secret(password),
        ca_file=str(guarded.authority.file),
    )


def with_token(guarded: GuardedKafka, tokens: TokenServer, secret: str = CLIENT_SECRET) -> Security:
    return Security(
        protocol="SASL_SSL",
        mechanism="OAUTHBEARER",
        ca_file=str(guarded.authority.file),
        token_url=tokens.url,
        client_id=CLIENT,
        client_secret=Secret(secret),
        scope="kafka",
    )


def mutual(guarded: GuardedKafka) -> Security:
    return Security(protocol="SSL", ca_file=str(guarded.authority.file))


@pytest.mark.parametrize("mechanism", ["PLAIN", "SCRAM-SHA-256", "SCRAM-SHA-512"])
async def test_a_password_lets_in(guarded: GuardedKafka, mechanism: str) -> None:
    update = await poll(guarded.address("SECURE"), with_password(guarded, mechanism))

    assert isinstance(update, Snapshot), update


async def test_a_password_lets_in_without_tls(guarded: GuardedKafka) -> None:
    security = replace(with_password(guarded, "PLAIN"), protocol="SASL_PLAINTEXT")

    assert isinstance(await poll(guarded.address("CLEAR"), security), Snapshot)


async def test_a_token_lets_in(guarded: GuardedKafka, tokens: TokenServer) -> None:
    update = await poll(guarded.address("SECURE"), with_token(guarded, tokens))

    assert isinstance(update, Snapshot), update
    assert tokens.scopes == ["kafka"]


async def test_a_short_lived_token_is_renewed_and_no_question_fails(
    guarded: GuardedKafka, tokens: TokenServer
) -> None:
    tokens.lifetime_s = 4.0
    host, port = parse_bootstrap(guarded.address("SECURE"))[0]
    node = Link(Clock(), 5.0, Access(with_token(guarded, tokens))).node(host, port)
    asked = 0
    try:
        while tokens.given < 2:
            assert (await ask_topology(node)).brokers
            asked += 1
            await asyncio.sleep(0.05)
    finally:
        await node.close()

    assert asked > tokens.given


async def test_own_certificates_let_in(guarded: GuardedKafka) -> None:
    friend, base = guarded.authority.issue("friend"), mutual(guarded)
    plain = replace(base, certificate_file=str(friend.certificate()), key_file=str(friend.key()))
    locked = replace(plain, key_file=str(friend.key("lock")), key_password=Secret("lock"))
    in_place = replace(
        base,
        ca_file="",
        ca_pem=guarded.authority.file.read_text(),
        certificate_pem=friend.certificate().read_text(),
        key_pem=Secret(friend.key().read_text()),
    )
    store = replace(
        base, keystore_file=str(friend.store("store")), keystore_password=Secret("store")
    )
    for security in (plain, locked, in_place, store):
        update = await poll(guarded.address("MUTUAL"), security)
        assert isinstance(update, Snapshot), update


@pytest.mark.parametrize("mechanism", ["PLAIN", "SCRAM-SHA-256", "SCRAM-SHA-512"])
async def test_a_wrong_password(guarded: GuardedKafka, mechanism: str) -> None:
    told = await refusal(guarded.address("SECURE"), with_password(guarded, mechanism, "wrong-pony"))

    assert f"does not let us in ({mechanism})" in told
    assert "check user name and password" in told
    assert "wrong-pony" not in told


async def test_a_mechanism_that_is_not_offered(guarded: GuardedKafka) -> None:
    security = replace(with_password(guarded, "SCRAM-SHA-256"), protocol="SASL_PLAINTEXT")

    told = await refusal(guarded.address("CLEAR"), security)

    assert "does not know SCRAM-SHA-256; sasl.mechanism is one of what it offers: PLAIN" in told


async def test_a_token_that_the_broker_does_not_like(
    guarded: GuardedKafka, tokens: TokenServer
) -> None:
    tokens.lifetime_s = -3600.0

    told = await refusal(guarded.address("SECURE"), with_token(guarded, tokens))

    assert "does not let us in (OAUTHBEARER)" in told


async def test_a_wrong_client_secret(guarded: GuardedKafka, tokens: TokenServer) -> None:
    update = await poll(guarded.address("SECURE"), with_token(guarded, tokens, "guess"))

    assert isinstance(update, Failure)
    assert update.what == f"{tokens.url} gives no token: 401 invalid_client"


async def test_a_certificate_that_has_expired(guarded: GuardedKafka) -> None:
    told = await refusal(guarded.address("EXPIRED"), mutual(guarded))

    assert "has expired" in told


async def test_a_certificate_made_out_to_somebody_else(guarded: GuardedKafka) -> None:
    address = guarded.address("MISNAMED")

    assert f"is not made out to {HOST}" in await refusal(address, mutual(guarded))
    trusting = replace(mutual(guarded), verify_hostname=False)
    assert isinstance(await poll(address, trusting), Failure | Snapshot)


async def test_a_certificate_of_an_unknown_authority(guarded: GuardedKafka, tmp_path: Path) -> None:
    stranger = Authority(tmp_path, "stranger")
    wrong = replace(with_password(guarded, "PLAIN"), ca_file=str(stranger.file))
    none = replace(wrong, ca_file="")

    assert "signed by nobody that we trust; is" in await refusal(guarded.address("SECURE"), wrong)
    assert "give its CA" in await refusal(guarded.address("SECURE"), none)


async def test_no_certificate_of_ours_or_a_wrong_one(guarded: GuardedKafka, tmp_path: Path) -> None:
    address, base = guarded.address("MUTUAL"), mutual(guarded)
    strange = Authority(tmp_path, "stranger").issue("friend")
    old = guarded.authority.issue("old", expired=True)

    assert "wants a certificate of ours" in await refusal(address, base)
    for issued in (strange, old):
        security = replace(
            base, certificate_file=str(issued.certificate()), key_file=str(issued.key())
        )
        assert "does not accept our certificate" in await refusal(address, security)


async def test_a_key_that_cannot_be_read(guarded: GuardedKafka) -> None:
    address = guarded.address("MUTUAL")
    friend, other = (guarded.authority.issue(name) for name in ("friend", "other"))
    base = replace(mutual(guarded), certificate_file=str(friend.certificate()))
    store = str(friend.store("right"))
    wrong = {
        "key_password": replace(base, key_file=str(friend.key("lock"))),
        "is key_password (": replace(
            base, key_file=str(friend.key("lock")), key_password=Secret("pick")
        ),
        "not the key of the certificate": replace(base, key_file=str(other.key())),
        "/gone.key: no such file": replace(base, key_file="/gone.key"),
        "the store cannot be opened": replace(
            mutual(guarded), keystore_file=store, keystore_password=Secret("wrong")
        ),
    }
    for words, security in wrong.items():
        assert words in await trouble(address, security)


async def test_the_wrong_port(guarded: GuardedKafka) -> None:
    plain, secure = guarded.address("PLAINTEXT"), guarded.address("SECURE")
    tls, sasl = mutual(guarded), with_password(guarded, "PLAIN")

    assert "speaks Kafka in plain, and was spoken to in TLS" in await refusal(plain, tls)
    assert "speaks Kafka in plain, and was spoken to in TLS" in await refusal(plain, sasl)
    assert "speaks TLS, and was spoken to in plain" in await refusal(secure, Security())
    assert "wants to know who we are (OAUTHBEARER, PLAIN, SCRAM" in await refusal(secure, tls)
    clear = guarded.address("CLEAR")
    assert "wants to know who we are (PLAIN)" in await refusal(clear, Security())
    in_clear = replace(sasl, protocol="SASL_PLAINTEXT")
    assert "does not ask who we are" in await refusal(plain, in_clear)


def test_a_file_of_properties_and_a_secret_from_outside(
    guarded: GuardedKafka, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LAGTOP_TEST_PASSWORD", PASSWORD)
    config = tmp_path / "client.properties"
    config.write_text(
        f"bootstrap.servers={guarded.address('SECURE')}\n"
        "security.protocol=SASL_SSL\n"
        "sasl.mechanism=SCRAM-SHA-512\n"
        f"ssl.truststore.location={guarded.authority.file}\n"
        "ssl.truststore.type=PEM\n"
        "sasl.jaas.config=org.apache.kafka.common.security.scram.ScramLoginModule required \\\n"
        '  username="admin" password="not this one";\n'
    )

    password = "sasl.password=${env:LAGTOP_TEST_PASSWORD}"
    ran = run("snapshot", "--config", str(config), "--set", password)

    assert ran.status == 0, ran.stderr
    probed = run("probe", "--config", str(config), "--set", password, *PROBE)
    assert probed.status == 0, probed.stderr
    wrong = run("snapshot", "--config", str(config))
    assert wrong.status == UNREACHABLE
    assert "does not let us in" in wrong.stderr
    assert "not this one" not in wrong.stderr
