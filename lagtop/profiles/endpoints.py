"""Metrics endpoints as people write them: `ID=URL` and a profile's table `metrics`.

A URL may name a user and a password, `https://me:${env:NAME}@host/metrics`, or a token alone,
`https://:${file:/path}@host/metrics`. It is shown wherever something is wrong with it, so that no
secret may stand in it as it is; in a profile's table of `url`, `username`, `password` and `bearer`
it may.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace
from importlib.util import find_spec
from typing import Any
from urllib.parse import urlsplit

from lagtop.endpoints import Endpoint
from lagtop.errors import UsageError
from lagtop.profiles.references import expand, is_reference, shown_secret
from lagtop.security import Secret

TABLE = ("url", "username", "password", "bearer")
SECRETS = ("password", "bearer")
HINT = "BROKER_ID=URL or client:CLIENT_ID=URL, for example 1=http://kafka-1:9404/metrics"
NAME_IT = "https://USER:${env:NAME}@HOST, or a token alone: https://:${file:PATH}@HOST"
_NAMED = r"\$\{[^}]*\}"
_ENDPOINT = re.compile(
    r"(?P<target>\d+|client:[^=]+)=(?P<scheme>https?://)"
    rf"(?:(?P<user>(?:{_NAMED}|[^/?#@:\s])*)(?P<password>:(?:{_NAMED}|[^/?#@\s])*)?@)?"
    r"(?P<rest>\S+)"
)
_BEGIN = re.compile(r"(?:\d+|client:[^=:/@]+)=(?:https?://)?")
_TOKEN = re.compile("[!-~]+")


def parse_endpoint(text: str) -> Endpoint:
    """Read `BROKER_ID=URL` or `client:CLIENT_ID=URL`; its secrets are named and not yet fetched."""
    match = _ENDPOINT.fullmatch(text)
    if match is None:
        raise UsageError(f"metrics: not an endpoint: {_harmless(text)!r}", HINT)
    url = match["scheme"] + match["rest"]
    if not _is_whole(url):
        raise UsageError(f"metrics: not http(s)://HOST:PORT/PATH: {_harmless(text)!r}", HINT)
    if match["user"] is None:
        return Endpoint(match["target"], url)
    secret = (match["password"] or "").removeprefix(":")
    if not is_reference(secret):
        what = "no password is named" if not secret else "a secret is named, not written, in a URL"
        raise UsageError(f"metrics: {what}: {_harmless(text)!r}", NAME_IT)
    if not match["user"]:
        return Endpoint(match["target"], url, bearer=Secret(secret))
    return Endpoint(match["target"], url, match["user"], Secret(secret))


def _is_whole(url: str) -> bool:
    """Whether it names a host and, as far as can be told, nobody: who is asked as stands before."""
    try:
        parts = urlsplit(url)
        return bool(parts.hostname) and parts.port != 0 and "@" not in url and url.isprintable()
    except ValueError:
        return False


def _harmless(text: str) -> str:
    """A text as far as its scheme: anything after that may be a secret in a wrong place."""
    begin = _BEGIN.match(text)
    return f"{begin[0] if begin else ''}***"


def endpoint_from(target: str, said: str | Mapping[str, str]) -> Endpoint:
    """An endpoint of a profile: a URL, or a table of TABLE's keys."""
    if isinstance(said, str):
        return parse_endpoint(f"{target}={said}")
    what = f"metrics.{target}"
    found = parse_endpoint(f"{target}={said.get('url', '')}")
    username, password, bearer = (said.get(name, "") for name in TABLE[1:])
    if bool(username) != bool(password) or (bearer and username):
        raise UsageError(f"{what}: not a user and a password, nor a token", "or only a bearer")
    if not (username or bearer):
        return found
    if found.authorization:
        raise UsageError(f"{what}: its URL already says as whom it is asked")
    return replace(found, username=username, password=Secret(password), bearer=Secret(bearer))


def endpoints_from(texts: list[str], table: Mapping[str, Any]) -> list[Endpoint]:
    """Those of the command line, or else of a profile; raises UsageError."""
    found = [parse_endpoint(text) for text in texts]
    found = found or [endpoint_from(target, said) for target, said in table.items()]
    if found and find_spec("prometheus_client") is None:
        raise UsageError(
            "--metrics needs the library prometheus_client", "pip install 'lagtop[metrics]'"
        )
    return found


def with_secrets(endpoint: Endpoint, *, allow_commands: bool = False) -> Endpoint:
    """The endpoint with every reference followed; raises UsageError that names the setting."""

    def fetched(name: str, text: str) -> str:
        what = f"metrics.{endpoint.target}.{name}"
        return expand(text, what, allow_commands=allow_commands)

    bearer = fetched("bearer", endpoint.bearer.text)
    if bearer and not _TOKEN.fullmatch(bearer):
        raise UsageError(f"metrics.{endpoint.target}.bearer: no token: it is not one word")
    return replace(
        endpoint,
        username=fetched("username", endpoint.username),
        password=Secret(fetched("password", endpoint.password.text)),
        bearer=Secret(bearer),
    )


def shown_endpoint(endpoint: Endpoint) -> str:
    """Its URL as `--metrics` takes it, secrets hidden that are not mere references."""
    if not endpoint.authorization:
        return endpoint.url
    secret = shown_secret(endpoint.bearer or endpoint.password)
    return endpoint.url.replace("://", f"://{endpoint.username}:{secret}@", 1)
