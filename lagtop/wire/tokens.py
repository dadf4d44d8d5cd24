"""Tokens for OAUTHBEARER: by client credentials from a token endpoint, or signed for AWS MSK."""

from __future__ import annotations

import asyncio
import base64
import json
import os
import re
import time
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Callable
from http.client import HTTPException
from typing import Any

from aiokafka.abc import AbstractTokenProvider

from lagtop.errors import AccessError
from lagtop.security import AWS_MSK_IAM, Secret, Security
from lagtop.wire.hearsay import told

FETCH_DEADLINE_S = 4.0
LONGEST_ANSWER_BYTES = 1 << 20
USED_OF_LIFETIME = 0.8
"""A token is fetched anew when this share of its life is over, as Java's client does."""

Fetched = tuple[str, float]
"""A token, and for how many seconds it is good."""


class TokenSource(AbstractTokenProvider):  # type: ignore[misc]
    """Gives aiokafka a token that is still good, fetching one when need be."""

    def __init__(self, security: Security, host: str) -> None:
        self._fetch = _fetcher(security, host)
        self._extensions = security.extensions
        self._token = ""
        self._good_until = 0.0
        self._lock = asyncio.Lock()

    async def token(self) -> str:
        """The token; raises AccessError where none can be had."""
        async with self._lock:
            if time.monotonic() >= self._good_until:
                self._token, lifetime_s = await asyncio.to_thread(self._fetch)
                self._good_until = time.monotonic() + lifetime_s * USED_OF_LIFETIME
        return self._token

    def forget(self) -> None:
        """The broker did not like it: fetch another one next time."""
        self._good_until = 0.0

    def extensions(self) -> dict[str, str]:
        """What goes with the token (KIP-342)."""
        pairs = (part.partition("=") for part in self._extensions.split(",") if part)
        return {key.strip(): value.strip() for key, _, value in pairs}


def _fetcher(security: Security, host: str) -> Callable[[], Fetched]:
    if security.mechanism == AWS_MSK_IAM:
        return lambda: _sign_for_aws(security, host)
    return lambda: _ask_endpoint(security)


class _NoRedirect(urllib.request.HTTPRedirectHandler):
    """Credentials go to the endpoint that was named, and nowhere else."""

    def redirect_request(self, *_args: Any) -> None:
        return None


def _ask_endpoint(security: Security) -> Fetched:
    url = security.token_url
    try:
        with _open(security) as reply:
            said = json.loads(reply.read(LONGEST_ANSWER_BYTES))
        return str(said["access_token"]), float(said.get("expires_in", 0))
    except urllib.error.HTTPError as error:
        with error:
            said = told(_oauth_error(error), _authorization(security))
        what = f"{url} gives no token: {error.code} {said}"
        raise AccessError(what, "check client_id, client_secret and scope") from error
    except (OSError, HTTPException) as error:
        raise AccessError(f"{url} cannot be asked for a token: {_reason(error)}") from error
    except (ValueError, LookupError, TypeError) as error:
        raise AccessError(
            f"{url} is no token endpoint: its answer has no access_token", "check token_url"
        ) from error


def _open(security: Security) -> Any:
    """Ask as RFC 6749 section 4.4 has it, the client's name and secret in the header."""
    form = {"grant_type": "client_credentials"}
    if security.scope:
        form["scope"] = security.scope
    request = urllib.request.Request(
        security.token_url,
        urllib.parse.urlencode(form).encode(),
        {
            "Authorization": _authorization(security).text,
            "Accept": "application/json",
        },
    )
    handlers: list[urllib.request.BaseHandler] = [_NoRedirect()]
    if security.token_url.startswith("https:") and (security.ca_file or security.ca_pem):
        from lagtop.wire.tls import tls_context

        handlers.append(urllib.request.HTTPSHandler(context=tls_context(security)))
    return urllib.request.build_opener(*handlers).open(request, timeout=FETCH_DEADLINE_S)


def _authorization(security: Security) -> Secret:
    pair = f"{security.client_id}:{security.client_secret.text}"
    return Secret(f"Basic {base64.b64encode(pair.encode()).decode()}")


def _oauth_error(error: urllib.error.HTTPError) -> str:
    """The endpoint's own word (RFC 6749 section 5.2), or HTTP's."""
    try:
        said = json.loads(error.read(LONGEST_ANSWER_BYTES))
        return str(said.get("error_description") or said["error"])
    except (OSError, ValueError, LookupError, AttributeError):
        return str(error.reason)


def _reason(error: Exception) -> str:
    inner = getattr(error, "reason", error)
    return str(getattr(inner, "strerror", None) or inner).lower()


def region_of(security: Security, host: str) -> str:
    """The AWS region: as set, as the broker's name says, or as the environment has it."""
    named = re.search(r"\.kafka(?:-serverless)?\.([a-z0-9-]+)\.amazonaws\.com", host)
    from_host = named[1] if named else ""
    environment = os.environ.get("AWS_REGION") or os.environ.get("AWS_DEFAULT_REGION") or ""
    region = security.aws_region or from_host or environment
    if not region:
        raise AccessError("AWS MSK: which region?", "set aws_region, or AWS_REGION outside")
    return region


def _sign_for_aws(security: Security, host: str) -> Fetched:
    region = region_of(security, host)
    try:
        from aws_msk_iam_sasl_signer import MSKAuthTokenProvider as Signer
        from botocore.exceptions import BotoCoreError, ClientError
    except ImportError as error:
        raise AccessError("AWS_MSK_IAM needs AWS's signer", "pip install 'lagtop[aws]'") from error
    try:
        if security.aws_role_arn:
            role = security.aws_role_arn
            token, ends_ms = Signer.generate_auth_token_from_role_arn(region, role, "lagtop")
        elif security.aws_profile:
            profile = security.aws_profile
            token, ends_ms = Signer.generate_auth_token_from_profile(region, profile)
        else:
            token, ends_ms = Signer.generate_auth_token(region)
    except (BotoCoreError, ClientError, ValueError, AttributeError) as error:
        # Where there are none at all, the signer takes them from None.
        why = "none are set" if isinstance(error, AttributeError) else error
        what = f"AWS gives no credentials: {why}"
        raise AccessError(what, "try: aws sts get-caller-identity") from error
    return token, ends_ms / 1000 - time.time()
