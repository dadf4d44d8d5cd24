"""A token endpoint for client credentials, for tests: RFC 6749 section 4.4."""

from __future__ import annotations

import base64
import json
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs

from tests.kafka.ports import HOST

CLIENT, CLIENT_SECRET = "lagtop-client", "client-secret-4711"


class TokenServer(ThreadingHTTPServer):
    """Gives unsecured tokens (RFC 7515 with alg none) for client credentials."""

    def __init__(self) -> None:
        super().__init__((HOST, 0), _TokenHandler)
        self.lifetime_s = 3600.0
        self.subject = "admin"
        self.given = 0
        self.scopes: list[str] = []

    @property
    def url(self) -> str:
        return f"http://{HOST}:{self.server_address[1]}/token"

    def token(self) -> str:
        now = time.time()
        claims = {
            "sub": self.subject,
            "iat": now,
            "exp": now + self.lifetime_s,
            "scope": ["kafka"],
        }
        return ".".join([_encode({"alg": "none"}), _encode(claims), ""])


class _TokenHandler(BaseHTTPRequestHandler):
    server: TokenServer

    def do_POST(self) -> None:
        form = parse_qs(self.rfile.read(int(self.headers["Content-Length"])).decode())
        pair = base64.b64encode(f"{CLIENT}:{CLIENT_SECRET}".encode()).decode()
        good = self.headers["Authorization"] == f"Basic {pair}"
        if good and form["grant_type"] == ["client_credentials"]:
            self.server.given += 1
            self.server.scopes += form.get("scope", [])
            lifetime_s = self.server.lifetime_s
            self._say(200, {"access_token": self.server.token(), "expires_in": lifetime_s})
        else:
            self._say(401, {"error": "invalid_client"})

    def _say(self, status: int, said: dict[str, object]) -> None:
        self.send_response(status)
        self.end_headers()
        self.wfile.write(json.dumps(said).encode())

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the library's name
        """Nothing of it belongs in the test's output."""


def _encode(claims: dict[str, object]) -> str:
    return base64.urlsafe_b64encode(json.dumps(claims).encode()).decode().rstrip("=")
