"""What a server says back to us: no secret, nothing long, nothing that steers a terminal."""

from __future__ import annotations

from base64 import b64encode
from dataclasses import replace

import pytest

from lagtop.endpoints import Endpoint
from lagtop.security import NO_SECRET, Secret
from lagtop.wire import hearsay
from lagtop.wire.metrics import EndpointReader
from tests.wire.answers import ECHOES

TOKEN = "Planted-" + "4711" * 50
ASKED_AS = (
    Endpoint("1", "", bearer=Secret(TOKEN)),
    Endpoint("1", "", "me", Secret(TOKEN)),
    Endpoint("1", "", "me", Secret("pl\xe4nted ' pass")),
)


@pytest.mark.parametrize("path", ECHOES)
@pytest.mark.parametrize("asked_as", ASKED_AS, ids=["token", "password", "odd password"])
def test_a_server_that_says_our_secret_back_is_not_quoted(
    address: str, path: str, asked_as: Endpoint
) -> None:
    reader = EndpointReader(replace(asked_as, url=f"{address}{path}"), every_s=1.0)

    reason = reader.read().reason

    assert hearsay.NOT_TOLD in reason
    assert asked_as.authorization.text.split()[1][:12].lower() not in reason.lower()


@pytest.mark.parametrize(
    "said", ["pl\xe4nted ' pass", "PL\xc4NTED ' PASS", "pl\xe4nted \\' pass", "plÃ¤nted ' pass"]
)
def test_a_password_is_known_however_it_is_quoted(said: str) -> None:
    pair = b64encode("me:pl\xe4nted ' pass".encode()).decode()

    assert hearsay.told(f"no such user: {said}", Secret(f"Basic {pair}")) == hearsay.NOT_TOLD


def test_a_strangers_words_are_short_and_steer_nothing() -> None:
    told = hearsay.told("\x1b[31mred\x1b]0;title\x07" + "x" * 500, NO_SECRET)

    assert told.isprintable()
    assert len(told) <= hearsay.LONGEST + 1
    assert hearsay.told("Internal Server Error", NO_SECRET) == "Internal Server Error"
