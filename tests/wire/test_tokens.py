"""Tokens for AWS MSK: signed on this machine, for the region that is meant."""

from __future__ import annotations

import base64

import pytest

from lagtop.errors import AccessError
from lagtop.security import Security
from lagtop.wire.tokens import TokenSource, region_of

HOST = "b-1.mine.abc.c2.kafka.eu-central-1.amazonaws.com"


@pytest.fixture(autouse=True)
def own_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("AWS_REGION", "AWS_DEFAULT_REGION", "AWS_PROFILE", "AWS_SESSION_TOKEN"):
        monkeypatch.delenv(name, raising=False)


def test_the_region_is_the_one_set_or_the_brokers_or_the_environments(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    with pytest.raises(AccessError, match="which region"):
        region_of(Security(), "localhost")
    monkeypatch.setenv("AWS_REGION", "us-east-1")
    assert region_of(Security(), "localhost") == "us-east-1"
    assert region_of(Security(), HOST) == "eu-central-1"
    assert region_of(Security(aws_region="us-west-2"), HOST) == "us-west-2"


@pytest.mark.filterwarnings("ignore::DeprecationWarning")
async def test_a_token_is_a_signed_address_and_is_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "AKIDPLANTED")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "planted")
    tokens = TokenSource(Security("SASL_SSL", "AWS_MSK_IAM"), HOST)

    token = await tokens.token()

    address = base64.urlsafe_b64decode(token + "==").decode()
    assert address.startswith("https://kafka.eu-central-1.amazonaws.com/?Action=kafka-cluster")
    assert "AKIDPLANTED" in address
    assert await tokens.token() == token
