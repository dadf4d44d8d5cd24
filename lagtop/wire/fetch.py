"""What an HTTP address answers, whole and within a time, or why it does not."""

from __future__ import annotations

import socket
import threading
import time
import zlib
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from gzip import GzipFile
from http.client import HTTPConnection, HTTPException, HTTPSConnection
from urllib.parse import urlsplit

from lagtop.security import NO_SECRET, Secret
from lagtop.wire import hearsay

DEADLINE_S = 5.0
MOST_BYTES = 32_000_000
UNAUTHORIZED = (401, 403)
PIECE_BYTES = 65_536
BROKEN = (OSError, HTTPException, ValueError, EOFError, zlib.error)
"""What reading an answer raises that is none, or half of one."""


class UnreadableError(Exception):
    """Why an endpoint told nothing, in a sentence without a full stop."""


def fetch(
    url: str, authorization: Secret = NO_SECRET, deadline_s: float = DEADLINE_S
) -> str:
    """What a URL answers; raises UnreadableError. `authorization` is the header, on one line."""
    try:
        return _answer(url, authorization, deadline_s)
    except TimeoutError as error:
        raise UnreadableError(f"no whole answer within {deadline_s:g} s") from error
    except BROKEN as error:
        why = hearsay.told(str(error), authorization) or type(error).__name__
        raise UnreadableError(f"cannot be read: {why}") from error


def _answer(url: str, authorization: Secret, deadline_s: float) -> str:
    parts = urlsplit(url)
    kind = HTTPSConnection if parts.scheme == "https" else HTTPConnection
    path = f"{parts.path or '/'}{'?' if parts.query else ''}{parts.query}"
    headers = {"Accept": "text/plain;version=0.0.4", "Connection": "close"}
    if authorization:
        headers["Authorization"] = authorization.text
    with closing(kind(parts.hostname or "", parts.port, timeout=deadline_s)) as connection:
        connection.connect()
        with _ending(connection.sock, deadline_s):
            connection.request("GET", path, headers=headers)
            return _body(connection, authorization)


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
    except BROKEN as error:
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


def _body(connection: HTTPConnection, authorization: Secret) -> str:
    answer = connection.getresponse()
    if answer.status in UNAUTHORIZED:
        as_whom = "to what it was given" if authorization else "without a password or token"
        raise UnreadableError(f"unauthorized: answers {answer.status} {as_whom}")
    if answer.status != 200:
        reason = hearsay.told(answer.reason, authorization)
        raise UnreadableError(f"answers {answer.status} {reason}")
    packed = answer.getheader("Content-Encoding", "identity").lower()
    if packed not in ("identity", "gzip"):
        which = hearsay.told(packed, authorization)
        raise UnreadableError(f"answers in the encoding {which!r}, which was not asked for")
    pieces: list[bytes] = []
    size = 0
    # What is packed may be a thousand times as large, and in several members.
    source = GzipFile(fileobj=answer) if packed == "gzip" else answer
    while piece := source.read(PIECE_BYTES):
        pieces.append(piece)
        size += len(piece)
        if size > MOST_BYTES:
            raise UnreadableError(f"more than {MOST_BYTES / 1e6:.0f} MB")
    if answer.length:
        raise UnreadableError(f"breaks off {answer.length} bytes before its end")
    return b"".join(pieces).decode("utf-8", "replace")
