"""aiokafka's connection, made wary: of strangers' frames, of guards that refuse, of short sessions.

A server may be anything. A frame above the limit, a first word that is no Kafka's, a silent
handshake and a SCRAM round without end cost an error, never memory or time.
"""

from __future__ import annotations

import asyncio
import struct
from typing import Any

from aiokafka.conn import AIOKafkaConnection, ScramAuthenticator
from aiokafka.errors import for_code
from aiokafka.protocol.admin import SaslAuthenticateRequest, SaslHandShakeRequest

from lagtop.errors import AccessError
from lagtop.protocol.codes import ILLEGAL_SASL_STATE
from lagtop.security import AWS_MSK_IAM, GSSAPI, OAUTHBEARER, Security
from lagtop.wire.question import LONGEST_REASON, UNREADABLE

CLIENT_ID = "lagtop"
HELLO_S = 2.0
"""For the first word of a server that took our connection."""
LONGEST_HELLO_BYTES = 1 << 20
LONGEST_FRAME_BYTES = 100_000_000
"""As librdkafka's `receive.message.max.bytes` has it."""
USED_OF_SESSION = 0.85
"""A session with an end is left when this share of it is over, as Java's client does (KIP-368)."""
SCRAM_ROUNDS = range(4096, 1_000_001)
FOREIGN = {b"HTTP": "HTTP", b"SSH-": "SSH"}
TLS_RECORDS = (20, 21, 22)


class ForeignError(ConnectionError):
    """What listens there is not Kafka."""


def guard_options(security: Security, context: Any, tokens: Any) -> dict[str, Any]:
    """A Security in aiokafka's words, for a connection or a whole client."""
    mechanism = OAUTHBEARER if security.mechanism == AWS_MSK_IAM else security.mechanism
    return {
        "security_protocol": security.protocol,
        "ssl_context": context,
        "sasl_mechanism": mechanism,
        "sasl_plain_username": security.username,
        "sasl_plain_password": security.password.text,
        "sasl_kerberos_service_name": security.kerberos_service,
        "sasl_kerberos_domain_name": security.kerberos_domain or None,
        "sasl_oauth_token_provider": tokens,
    }


class Connection(AIOKafkaConnection):  # type: ignore[misc]
    """One connection to one broker.

    `reach_s` bounds TCP and TLS, `deadline_s` what is asked after that.
    """

    def __init__(
        self,
        host: str,
        port: int,
        security: Security,
        deadline_s: float,
        *,
        reach_s: float,
        context: Any = None,
        tokens: Any = None,
    ) -> None:
        super().__init__(
            host,
            port,
            client_id=CLIENT_ID,
            request_timeout_ms=round(reach_s * 1000),
            **guard_options(security, context, tokens),
        )
        self._deadline_s = deadline_s
        self._tokens = tokens
        self._longest_frame = LONGEST_HELLO_BYTES
        self._leave_at = float("inf")

    @property
    def is_good(self) -> bool:
        """Whether it is open, and its session not near its end."""
        return bool(self.connected()) and self._loop.time() < self._leave_at

    async def connect(self) -> Any:
        """Connect and say who we are; only then may frames be long."""
        try:
            streams = await super().connect()
        except UNREADABLE as error:
            self.close()
            raise ForeignError(f"what it says makes no sense: {error}"[:LONGEST_REASON]) from error
        self._longest_frame = LONGEST_FRAME_BYTES
        return streams

    def close(self, reason: Any = None, exc: BaseException | None = None) -> Any:
        """Let go at once: TLS's goodbye would hold the socket until the other side answers it."""
        writer = self._writer
        closed = super().close(reason, exc)
        if writer is not None:
            writer.transport.abort()
        return closed

    async def _do_version_lookup(self) -> None:
        self._request_timeout = self._deadline_s
        async with asyncio.timeout(min(HELLO_S, self._deadline_s)):
            await super()._do_version_lookup()

    @staticmethod
    async def _read(self_ref: Any) -> None:
        """Read frames for ever, holding neither the connection nor the last frame while waiting."""
        self = self_ref()
        if self is None:
            return
        reader = self._reader
        del self
        while True:
            head = await reader.readexactly(4)
            self = self_ref()
            if self is None:
                return
            size = self._checked_size(head)
            del self
            frame = await reader.readexactly(size)
            self = self_ref()
            if self is None:
                return
            self._handle_frame(frame)
            del self, frame

    def _checked_size(self, head: bytes) -> int:
        (size,) = struct.unpack(">i", head)
        if 4 <= size <= self._longest_frame:
            return int(size)
        word = FOREIGN.get(head) or ("TLS" if head[0] in TLS_RECORDS and head[1] == 3 else "")
        if word and not self._versions:
            raise ForeignError(f"it speaks {word}")
        raise ForeignError(f"it sent a frame of {size} bytes")

    async def _do_sasl_handshake(self) -> None:
        shaken = await self.send(SaslHandShakeRequest(self._sasl_mechanism))
        self._check_mechanism(shaken)
        authenticator = self._authenticator()
        said, lifetime_ms = None, 0
        try:
            while (step := await authenticator.step(said)) is not None:
                answer = await self.send(SaslAuthenticateRequest(step[0]))
                if answer.error_code:
                    raise self._refused(answer.error_message or for_code(answer.error_code).message)
                said = answer.sasl_auth_bytes
                lifetime_ms = getattr(answer, "session_lifetime_ms", 0)
        except (ValueError, LookupError, AssertionError) as error:
            raise self._refused(f"its part of {self._sasl_mechanism} is wrong") from error
        # A broker that dislikes a token says so in JSON, where others have nothing (RFC 7628).
        if self._sasl_mechanism == OAUTHBEARER and said:
            raise self._refused(said.decode("utf-8", "replace")[:200])
        if lifetime_ms > 0:
            self._leave_at = self._loop.time() + lifetime_ms / 1000 * USED_OF_SESSION

    def _check_mechanism(self, shaken: Any) -> None:
        if shaken.error_code == ILLEGAL_SASL_STATE:
            raise AccessError(
                f"{self._where} does not ask who we are: no SASL there",
                "security.protocol is SSL or PLAINTEXT for this port, or take another port",
            )
        if self._sasl_mechanism not in shaken.enabled_mechanisms:
            offered = ", ".join(sorted(map(str, shaken.enabled_mechanisms))) or "none"
            raise AccessError(
                f"{self._where} does not know {self._sasl_mechanism}",
                f"sasl.mechanism is one of what it offers: {offered}"[:300],
            )

    def _authenticator(self) -> Any:
        if self._sasl_mechanism == GSSAPI:
            from lagtop.wire.kerberos import Kerberos

            principal = self.sasl_principal
            return Kerberos(self.authenticator_gssapi(), principal)
        if self._sasl_mechanism == OAUTHBEARER:
            return self.authenticator_oauth()
        if self._sasl_mechanism.startswith("SCRAM"):
            return _BoundedScram(
                loop=self._loop,
                sasl_plain_password=self._sasl_plain_password,
                sasl_plain_username=self._sasl_plain_username,
                sasl_mechanism=self._sasl_mechanism,
            )
        return self.authenticator_plain()

    def _refused(self, why: str) -> AccessError:
        """The error for a refusal; the server's words are bounded, and never ours."""
        what = f"{self._where} does not let us in ({self._sasl_mechanism}): {why[:200]}"
        if self._tokens is not None:
            self._tokens.forget()
            return AccessError(what, "is the token meant for this cluster?")
        if self._sasl_mechanism == GSSAPI:
            return AccessError(what, "is sasl.kerberos.service.name that of the broker?")
        return AccessError(what, "check user name and password")

    @property
    def _where(self) -> str:
        return f"{self.host}:{self.port}"


class _BoundedScram(ScramAuthenticator):  # type: ignore[misc]
    """SCRAM that does not let the server choose how long we calculate."""

    def create_salted_password(self, salt: bytes, iterations: int) -> None:
        """Stretch the password, within reason."""
        if iterations not in SCRAM_ROUNDS:
            raise ValueError(f"{iterations} rounds")
        super().create_salted_password(salt, iterations)
