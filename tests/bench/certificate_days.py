"""Days on which a broker's certificate is replaced, by a restart and while it runs."""

from __future__ import annotations

import time
from functools import partial
from pathlib import Path

from kafka.admin import ConfigResource, ConfigResourceType

from tests.bench.watch import Act, Watch, play
from tests.kafka.certificates import Authority
from tests.kafka.guarded import GuardedKafka
from tests.kafka.ports import HOST
from tests.kafka.traffic import admin

HERE = ("localhost", HOST)
KEYS = "listener.name.secure.ssl.keystore.location"
HANG_S = 5.0


async def certificate_days(kafka: GuardedKafka, watch: Watch, scratch: Path) -> None:
    """Every fault of a certificate in turn."""

    def rotate() -> None:
        kafka.authority.issue("broker", HERE).both()
        kafka.restart()

    await play(watch, "certificate rotated by a restart", [rotate], 1)
    elsewhere = scratch / "elsewhere"
    elsewhere.mkdir()
    strange = Authority(elsewhere, "stranger")
    good = partial(show, kafka, kafka.authority)
    new: list[Act] = [good, kafka.pause, hang, kafka.resume]
    await play(watch, "keystore replaced on the live broker", new, 1)
    for what, bad in (
        ("of an unknown authority", partial(show, kafka, strange)),
        ("that has expired", partial(show, kafka, kafka.authority, expired=True)),
    ):
        new = [bad, kafka.pause, hang, kafka.resume, hang, good]
        await play(watch, f"keystore {what}", new, 1)


def show(kafka: GuardedKafka, authority: Authority, *, expired: bool = False) -> None:
    """Let the live broker show another certificate from now on (KIP-226)."""
    keystore = authority.issue("broker", HERE, expired=expired).both()
    resource = ConfigResource(ConfigResourceType.BROKER, "1", {KEYS: str(keystore)})
    with admin(kafka.bootstrap) as client:
        told = client.alter_configs([resource], raise_on_unknown=False)
    assert "Error" not in str(told).replace("NoError", ""), told


def hang() -> None:
    """Longer than anybody's patience: connections that are open are given up."""
    time.sleep(HANG_S)
