"""Why a cluster cannot be reached, in a sentence, and what to do about it.

Only asked when a first contact failed: it opens a connection or two more, to see who is there.
"""

from __future__ import annotations

import asyncio
import socket
import ssl
import struct
from dataclasses import dataclass

from lagtop.protocol.codes import UNSUPPORTED_SASL_MECHANISM
from lagtop.security import Security
from lagtop.snapshot import Gap
from lagtop.wire.connection import FOREIGN, TLS_RECORDS

LOOK_S = 1.0
LONGEST_REPLY_BYTES = 4096
# ApiVersions v0 with correlation id 1 and client id "lagtop": any Kafka since 0.10 answers it.
_HELLO = struct.pack(">ihhih6s", 16, 18, 0, 1, 6, b"lagtop")
# SaslHandshake v1 for a mechanism that nobody has: a SASL port answers with those that it has.
_WHO = struct.pack(">ihhih6sh1s", 19, 17, 1, 1, 6, b"lagtop", 1, b"?")
# A web server waits for the end of a line; Kafka sees a frame that is too long, after its answer.
_END_OF_LINES = b"\r\n\r\n"

Told = tuple[str, str]


@dataclass(frozen=True, slots=True)
class _Seen:
    """What came back for a hello: `reply` is None when no connection was made."""

    reply: bytes | None
    is_silent: bool = False

    @property
    def is_kafka(self) -> bool:
        return self.reply is not None and self.reply[4:8] == struct.pack(">i", 1)

    @property
    def is_tls(self) -> bool:
        reply = self.reply or b""
        return len(reply) > 1 and reply[0] in TLS_RECORDS and reply[1] == 3


async def explain(host: str, port: int, gap: Gap, security: Security) -> Told:
    """What is wrong with an address, and a hint; `gap` is what the link saw."""
    where = f"{host}:{port}"
    try:
        async with asyncio.timeout(LOOK_S):
            await asyncio.get_running_loop().getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except TimeoutError:
        return f"the name {host} is not found in time", "is the name server well, and the VPN up?"
    except (OSError, UnicodeError):
        return f"unknown host: {host}", "check the name, or give an address: -b HOST:PORT"
    seen = await _look(host, port, _HELLO + _END_OF_LINES)
    if seen.reply is None:
        return (
            f"nothing listens on {where}",
            "check host and port, and that the broker is up and not behind a firewall",
        )
    if seen.is_silent:
        return (
            f"{where} accepts connections, but does not answer as a Kafka broker",
            "check the port, and whether the broker is well",
        )
    seen_by_tls, mechanisms = await asyncio.gather(
        _look(host, port, _HELLO, _any_tls()),
        _mechanisms(host, port, _any_tls() if security.uses_tls else None),
    )
    if security.uses_tls and seen.is_kafka:
        return (
            f"{where} speaks Kafka in plain, and was spoken to in TLS",
            "security.protocol is PLAINTEXT or SASL_PLAINTEXT for this port",
        )
    if not security.uses_tls and (seen.is_tls or seen_by_tls.reply is not None):
        return (
            f"{where} speaks TLS, and was spoken to in plain",
            "--set security.protocol=SSL (or SASL_SSL), or take a PLAINTEXT port",
        )
    spoken = seen_by_tls if security.uses_tls else seen
    return _explain_reply(where, spoken, gap, security, mechanisms)


def _explain_reply(
    where: str, seen: _Seen, gap: Gap, security: Security, mechanisms: list[str]
) -> Told:
    """What is wrong with somebody who talks to us as we talk to him."""
    if mechanisms and not security.uses_sasl:
        protocol = "SASL_SSL" if security.uses_tls else "SASL_PLAINTEXT"
        return (
            f"{where} wants to know who we are ({', '.join(mechanisms)[:200]})",
            f"--set security.protocol={protocol} --set sasl.mechanism=...; see the README",
        )
    if seen.reply and not seen.is_kafka:
        spoken = FOREIGN.get(seen.reply[:4])
        speaks = f"it speaks {spoken}" if spoken else f"it answers {_printable(seen.reply)!r}"
        return f"{where} is no Kafka broker: {speaks}", "check the port; Kafka's usual one is 9092"
    if seen.reply and gap.code == "unsupported":
        return (
            f"{where} is a Kafka node that serves no clients",
            "it may be a controller's port: give a broker's",
        )
    if seen.reply:
        return (
            f"{where} is a Kafka broker, but the cluster cannot be read: {gap.reason}",
            "check that the advertised addresses of its brokers can be reached from here",
        )
    return (
        f"{where} closes connections without an answer",
        "check the port: it does not speak as Kafka does",
    )


async def _look(host: str, port: int, words: bytes, context: ssl.SSLContext | None = None) -> _Seen:
    """The first bytes that come back for some words, in plain or through TLS."""
    try:
        async with asyncio.timeout(LOOK_S):
            reader, writer = await asyncio.open_connection(host, port, ssl=context)
    except (OSError, ValueError):
        return _Seen(None)
    try:
        async with asyncio.timeout(LOOK_S):
            writer.write(words)
            return _Seen(await reader.read(LONGEST_REPLY_BYTES))
    except TimeoutError:
        return _Seen(b"", is_silent=True)
    except OSError:
        return _Seen(b"")
    finally:
        writer.transport.abort()


async def _mechanisms(host: str, port: int, context: ssl.SSLContext | None) -> list[str]:
    """The SASL mechanisms that a port offers; none where it wants none, or is no Kafka."""
    seen = await _look(host, port, _WHO, context)
    try:
        code, count = struct.unpack_from(">hi", seen.reply or b"", 8)
        if code != UNSUPPORTED_SASL_MECHANISM:
            return []
        return _strings(seen.reply or b"", 14, min(count, 20))
    except (struct.error, UnicodeDecodeError):
        return []


def _strings(data: bytes, at: int, count: int) -> list[str]:
    found = []
    for _ in range(count):
        (size,) = struct.unpack_from(">h", data, at)
        found.append(data[at + 2 : at + 2 + size].decode("ascii"))
        at += 2 + size
    return sorted(found)


def _any_tls() -> ssl.SSLContext:
    """Trusts anybody: no secret goes this way."""
    context = ssl.create_default_context()
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE
    return context


def _printable(reply: bytes) -> str:
    return "".join(chr(byte) if 32 <= byte < 127 else "." for byte in reply[:16])
