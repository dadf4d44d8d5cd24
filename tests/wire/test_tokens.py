"""Tokens: signed on this machine for AWS MSK, or refused by an endpoint in its own words."""

from __future__ import annotations

import base64
import json
import re
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest

from lagtop.errors import AccessError
from lagtop.security import Secret, Security
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
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "planted-secret")
    tokens = TokenSource(Security("SASL_SSL", "AWS_MSK_IAM"), HOST)

    token = await tokens.token()

    assert re.fullmatch(r"[A-Za-z0-9_-]+", token), "base64url without padding"
    address = urlsplit(base64.urlsafe_b64decode(token + "=" * (-len(token) % 4)).decode())
    signed = {name: value for name, (value,) in parse_qs(address.query).items()}
    assert (address.scheme, address.netloc) == ("https", "kafka.eu-central-1.amazonaws.com")
    assert signed["Action"] == "kafka-cluster:Connect"
    assert signed["X-Amz-Algorithm"] == "AWS4-HMAC-SHA256"
    owner, _, *scope = signed["X-Amz-Credential"].split("/")
    assert (owner, scope) == ("AKIDPLANTED", ["eu-central-1", "kafka-cluster", "aws4_request"])
    assert re.fullmatch(r"[0-9a-f]{64}", signed["X-Amz-Signature"])
    assert signed["X-Amz-Expires"] == "900"
    assert "planted-secret" not in address.query
    assert await tokens.token() == token


@pytest.mark.filterwarnings("ignore::DeprecationWarning")
async def test_no_credentials_for_aws_are_told(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.delenv(name, raising=False)
    for name in ("AWS_CONFIG_FILE", "AWS_SHARED_CREDENTIALS_FILE"):
        monkeypatch.setenv(name, str(tmp_path / "none"))
    monkeypatch.setenv("AWS_EC2_METADATA_DISABLED", "true")

    with pytest.raises(AccessError, match="AWS gives no credentials: none are set") as raised:
        await TokenSource(Security("SASL_SSL", "AWS_MSK_IAM"), HOST).token()
    assert raised.value.hint == "try: aws sts get-caller-identity"


class Refusing(BaseHTTPRequestHandler):
    """Gives no token, and says `description`."""

    description = ""

    def do_POST(self) -> None:
        """Refuse."""
        body = json.dumps({"error": "e", "error_description": self.description}).encode()
        self.send_response(401)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        """Say nothing."""


@pytest.fixture
def refusing() -> Iterator[str]:
    server = HTTPServer(("127.0.0.1", 0), Refusing)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}/token"
    server.shutdown()
    server.server_close()


@pytest.mark.parametrize(
    ("description", "told"),
    [
        ("unknown client", "401 unknown client"),
        ("no client me:pony-42!", "401 (not shown: it repeats the password or token)"),
        ("clear\x1b[2Jed", "401 clear [2Jed"),
        ("long " * 90, f"401 {'long ' * 24}\N{HORIZONTAL ELLIPSIS}"),
    ],
)
async def test_the_words_of_an_endpoint_are_told_unless_they_hold_the_secret(
    refusing: str, monkeypatch: pytest.MonkeyPatch, description: str, told: str
) -> None:
    monkeypatch.setattr(Refusing, "description", description)
    security = Security(
        "SASL_SSL", "OAUTHBEARER", token_url=refusing, client_id="me",
        client_secret=Secret("pony-42!"),
    )  # fmt: skip

    with pytest.raises(AccessError) as raised:
        await TokenSource(security, HOST).token()

    assert raised.value.what == f"{refusing} gives no token: {told}"
