"""The way in to a cluster: opens connections as its Security wants them."""

from __future__ import annotations

import asyncio
import ssl
from importlib.util import find_spec
from typing import TYPE_CHECKING, Any

from aiokafka.errors import KafkaError

from lagtop.errors import AccessError, HandshakeError
from lagtop.security import AWS_MSK_IAM, GSSAPI, OAUTHBEARER, OPEN_DOOR, Security
from lagtop.wire.connection import Connection, guard_options
from lagtop.wire.tls import files_written, tls_context, tls_trouble

if TYPE_CHECKING:
    from lagtop.wire.tokens import TokenSource


class Access:
    """Keeps what all connections of a cluster share: trust, keys and tokens, each made once."""

    def __init__(self, security: Security = OPEN_DOOR) -> None:
        self.security = security
        self._context: ssl.SSLContext | None = None
        self._written: tuple[int, ...] = ()
        self._tokens: TokenSource | None = None
        self._lock = asyncio.Lock()

    async def prepare(self) -> None:
        """Read keys and trust; it comes before any deadline, since a store takes its time."""
        async with self._lock:
            if self.security.uses_tls and self._context is None:
                self._written = files_written(self.security)
                self._context = await asyncio.to_thread(tls_context, self.security)

    async def open(self, host: str, port: int, deadline_s: float, reach_s: float) -> Connection:
        """An open connection that knows who we are; raises AccessError, or what aiokafka does."""
        await self.prepare()
        async with self._lock:
            self._prepare(host)
            if self._tokens is not None:
                await self._tokens.token()
        connection = Connection(
            host,
            port,
            self.security,
            deadline_s,
            reach_s=reach_s,
            context=self._context,
            tokens=self._tokens,
        )
        try:
            await connection.connect()
        except (KafkaError, OSError) as error:
            raise self._told(error, f"{host}:{port}") from error
        return connection

    def client_options(self, host: str) -> dict[str, Any]:
        """What a client of aiokafka's wants to be told; raises AccessError."""
        if not self.security.uses_tls and not self.security.uses_sasl:
            return {}
        self._prepare(host)
        return guard_options(self.security, self._context, self._tokens)

    def _prepare(self, host: str) -> None:
        security = self.security
        if security.uses_tls and self._context is None:
            self._context = tls_context(security)
        if not security.uses_sasl:
            return
        if security.mechanism == GSSAPI and find_spec("gssapi") is None:
            raise AccessError("GSSAPI needs the gssapi library", "pip install 'lagtop[gssapi]'")
        if security.mechanism in (OAUTHBEARER, AWS_MSK_IAM) and self._tokens is None:
            from lagtop.wire.tokens import TokenSource

            self._tokens = TokenSource(security, host)

    def _told(self, error: Exception, where: str) -> Exception:
        told = tls_trouble(error, where, self.security)
        if told is None:
            return error
        # Certificates are renewed under a program that runs for weeks: ours, and whom we trust.
        if self._written != files_written(self.security):
            self._context = None
        return HandshakeError(*told)
