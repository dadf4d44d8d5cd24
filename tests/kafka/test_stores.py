"""Key and trust stores as Java's own keytool makes them let in, on a real Kafka."""

from __future__ import annotations

from dataclasses import replace

import pytest

from lagtop.security import Secret, Security
from lagtop.snapshot import Snapshot
from tests.kafka.entering import poll, trouble
from tests.kafka.guarded import GuardedKafka


async def test_stores_of_old_java_let_in_and_a_wrong_password_of_theirs_is_told(
    guarded: GuardedKafka, monkeypatch: pytest.MonkeyPatch
) -> None:
    friend = guarded.authority.issue("friend")
    own, trust = friend.old_store("store-1", "of-key-2"), guarded.authority.trust_store("trust-3")
    right = Security(
        protocol="SSL",
        truststore_file=str(trust),
        truststore_password=Secret("trust-3"),
        keystore_file=str(own),
        keystore_password=Secret("store-1"),
        key_password=Secret("of-key-2"),
    )
    wrong = {
        f"{trust}: the store cannot be opened": replace(right, truststore_password=Secret("pick")),
        f"{trust} is a JKS store, which has": replace(right, truststore_password=Secret()),
        "key has a password of its own": replace(
            right, truststore_file="", key_password=Secret("pick")
        ),
    }
    address = guarded.address("MUTUAL")

    assert isinstance(await poll(address, right), Snapshot)
    for words, security in wrong.items():
        assert words in await trouble(address, security)
    monkeypatch.setenv("PATH", "/nowhere")
    assert "keytool -importkeystore -srckeystore" in await trouble(address, right)
