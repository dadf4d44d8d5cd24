"""What an HTTP address answers, whole and within a time, or why it does not."""

from __future__ import annotations

import socket
import threading
import time
import zlib
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from http.client import HTTPConnection, HTTPException, HTTPSConnection
from urllib.parse import urlsplit

from lagtop.security import NO_SECRET, Secret

DEADLINE_S = 5.0
MOST_BYTES = 32_000_000
UNAUTHORIZED = (401, 403)
PIECE_BYTES = 65_536


class UnreadableError(Exception):
    """Why an endpoint told nothing, in a sentence without a full stop."""


def fetch(
    url: str, authorization: Secret = NO_SECRET, deadline_s: float = DEADLINE_S
) -> str:
    """What a URL answers; raises UnreadableError. `authorization` is the header, on one line."""
    parts = urlsplit(url)
    kind = HTTPSConnection if parts.scheme == "https" else HTTPConnection
    connection = kind(parts.hostname or "", parts.port, timeout=deadline_s)
    path = f"{parts.path or '/'}{'?' if parts.query else ''}{parts.query}"
    headers = {"Accept": "text/plain;version=0.0.4", "Connection": "close"}
    if authorization:
        headers["Authorization"] = authorization.text
    try:
        connection.connect()
        with _ending(connection.sock, deadline_s):
            connection.request("GET", path, headers=headers)
            as_whom = "to what it was given" if authorization else "without a password or token"
            return _body(connection, as_whom)
    except TimeoutError as error:
        raise UnreadableError(f"no whole answer within {deadline_s:g} s") from error
    except (OSError, HTTPException, ValueError, zlib.error) as error:
        raise UnreadableError(f"cannot be read: {error or type(error).__name__}") from error
    finally:
        connection.close()


@contextmanager
def _ending(connected: socket.socket, deadline_s: float) -> Iterator[None]:
    """Hang up at the deadline, whatever is waited for: a next byte of it may always come in time.

    An answer that was cut short so looks whole, or wrong; it is neither, but late.
    """
    until = time.monotonic() + deadline_s
    timer = threading.Timer(deadline_s, _hang_up, (connected,))
    timer.daemon = True
    timer.start()
    try:
        yield
    except (OSError, HTTPException, ValueError, zlib.error) as error:
        if time.monotonic() >= until:
            raise TimeoutError from error
        raise
    finally:
        timer.cancel()
    if time.monotonic() >= until:
        raise TimeoutError


def _hang_up(connected: socket.socket) -> None:
    with suppress(OSError):
        # Not TLS's own, which would wait for the other side.
        socket.socket.shutdown(connected, socket.SHUT_RDWR)


def _body(connection: HTTPConnection, as_whom: str) -> str:
    answer = connection.getresponse()
    if answer.status in UNAUTHORIZED:
        raise UnreadableError(f"unauthorized: answers {answer.status} {as_whom}")
    if answer.status != 200:
        raise UnreadableError(f"answers {answer.status} {answer.reason}")
    packed = answer.getheader("Content-Encoding", "identity").lower()
    if packed not in ("identity", "gzip"):
        raise UnreadableError(f"answers in the encoding {packed[:40]!r}, which was not asked for")
    unpack = zlib.decompressobj(zlib.MAX_WBITS | 16) if packed == "gzip" else None
    pieces: list[bytes] = []
    size = 0
    while piece := answer.read1(PIECE_BYTES):
        # What is packed may be a thousand times as large.
        pieces.append(unpack.decompress(piece, MOST_BYTES) if unpack else piece)
        size += len(pieces[-1])
        if size > MOST_BYTES or (unpack and unpack.unconsumed_tail):
            raise UnreadableError(f"more than {MOST_BYTES / 1e6:.0f} MB")
    return b"".join(pieces).decode("utf-8", "replace")
