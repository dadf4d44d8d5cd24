"""Metrics endpoints: whose they are, where they are, and as whom they are asked."""

from __future__ import annotations

from base64 import b64encode
from dataclasses import dataclass

from lagtop.security import NO_SECRET, Secret


@dataclass(frozen=True, slots=True)
class Endpoint:
    """`target` is a broker's id or client:CLIENT_ID; in `url` is neither a user nor a password.

    It is asked with the token `bearer`, or as `username` by HTTP basic, or as nobody.
    """

    target: str
    url: str
    username: str = ""
    password: Secret = NO_SECRET
    bearer: Secret = NO_SECRET

    @property
    def authorization(self) -> Secret:
        """The header of that name."""
        if self.bearer:
            return Secret(f"Bearer {self.bearer.text}")
        if not self.username:
            return NO_SECRET
        pair = f"{self.username}:{self.password.text}".encode("utf-8", "surrogateescape")
        return Secret(f"Basic {b64encode(pair).decode()}")
