"""Why a cluster cannot be reached, in a sentence, and what to do about it.

Only asked when a first contact failed: it opens one more connection, to see who is there.
"""

from __future__ import annotations

import asyncio
import socket
import ssl
import struct

from lagtop.snapshot import Gap

LOOK_S = 2.0
# ApiVersions v0 with correlation id 1 and client id "lagtop": any Kafka since 0.10 answers it.
_HELLO = struct.pack(">ihhih6s", 16, 18, 0, 1, 6, b"lagtop")


async def explain(host: str, port: int, gap: Gap) -> tuple[str, str]:
    """What is wrong with an address, and a hint; `gap` is what the link saw."""
    where = f"{host}:{port}"
    try:
        await asyncio.get_running_loop().getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except OSError:
        return f"unknown host: {host}", "check the name, or give an address: -b HOST:PORT"
    reply = await _first_bytes(host, port, None)
    if reply is None:
        return (
            f"nothing listens on {where}",
            "check host and port, and that the broker is up and not behind a firewall",
        )
    if await _speaks_tls(host, port):
        return (
            f"{where} speaks TLS, and was spoken to in plain",
            "give the port of a PLAINTEXT listener",
        )
    if reply and reply[4:8] != struct.pack(">i", 1):
        return (
            f"{where} is no Kafka broker: it answers {_printable(reply)!r}",
            "check the port; Kafka's usual one is 9092",
        )
    if reply and gap.code == "unsupported":
        return (
            f"{where} is a Kafka node that serves no clients",
            "it may be a controller's port: give a broker's",
        )
    if reply:
        return (
            f"{where} is a Kafka broker, but the cluster cannot be read: {gap.reason}",
            "check that the advertised addresses of its brokers can be reached from here",
        )
    return (
        f"{where} accepts connections, but does not answer as a Kafka broker",
        "check the port, and whether the listener wants TLS or SASL",
    )


async def _first_bytes(host: str, port: int, context: ssl.SSLContext | None) -> bytes | None:
    """The first bytes that come back for a hello; None when there is no connection."""
    writer = None
    try:
        async with asyncio.timeout(LOOK_S):
            reader, writer = await asyncio.open_connection(host, port, ssl=context)
    except (OSError, ValueError):
        return None
    try:
        async with asyncio.timeout(LOOK_S):
            writer.write(_HELLO)
            return await reader.read(16)
    except OSError:
        return b""
    finally:
        writer.close()


async def _speaks_tls(host: str, port: int) -> bool:
    context = ssl.create_default_context()
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE
    return await _first_bytes(host, port, context) is not None


def _printable(reply: bytes) -> str:
    return "".join(chr(byte) if 32 <= byte < 127 else "." for byte in reply)
