"""As much HTTP as a scrape needs: one request a connection, bounded in bytes and in time."""

from __future__ import annotations

import asyncio
import gzip
from collections.abc import Awaitable, Callable
from typing import Final, NamedTuple

MOST_HEAD_BYTES: Final = 16_384
MOST_CLIENTS: Final = 32
PATIENCE_S: Final = 10.0
"""For a request to come, and for each part of an answer to be taken."""

_REASONS: Final = {
    200: "OK", 400: "Bad Request", 404: "Not Found", 405: "Method Not Allowed",
    408: "Request Timeout", 431: "Request Header Fields Too Large",
    503: "Service Unavailable", 505: "HTTP Version Not Supported",
}  # fmt: skip
_PLAIN: Final = "text/plain; charset=utf-8"
_WORTH_GZIP: Final = 1_000
_PART_BYTES: Final = 65_536


class Answer(NamedTuple):
    """A status with a body."""

    status: int
    body: bytes
    content_type: str = _PLAIN


class Request(NamedTuple):
    """What was asked for: the path without its query, and whether gzip is understood."""

    method: str
    path: str
    takes_gzip: bool


class BadRequestError(Exception):
    """What came is no request that is answered; `status` says how it is refused."""

    def __init__(self, status: int, what: str) -> None:
        super().__init__(what)
        self.status = status


Respond = Callable[[str], Awaitable[Answer]]


def parse(head: bytes) -> Request:
    """Read the lines before a request's body; raises BadRequestError."""
    first, *fields = head.decode("latin-1").rstrip("\r\n").split("\r\n")
    words = first.split(" ")
    if len(words) != 3 or not words[1].startswith("/"):
        raise BadRequestError(400, "not a request")
    method, target, version = words
    if not version.startswith("HTTP/1."):
        raise BadRequestError(505, "HTTP/1.1 is spoken here")
    if method not in ("GET", "HEAD"):
        raise BadRequestError(405, "only GET is answered")
    named = (field.partition(":") for field in fields)
    values = {name.strip().lower(): value.lower() for name, _, value in named}
    return Request(method, target.partition("?")[0], "gzip" in values.get("accept-encoding", ""))


class Server:
    """Answers scrapes; `respond` gives what there is at a path."""

    def __init__(self, respond: Respond) -> None:
        self._respond = respond
        self._clients = 0

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Answer one connection; a client that is slow or gone costs nobody else anything."""
        self._clients += 1
        try:
            await self._answer(reader, writer)
        except (OSError, TimeoutError):
            writer.transport.abort()
        finally:
            self._clients -= 1
            writer.close()

    async def _answer(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        request = Request("GET", "", False)
        try:
            request = parse(await _head(reader))
            if self._clients > MOST_CLIENTS:
                raise BadRequestError(503, "too many clients")
            answer = await self._respond(request.path)
        except BadRequestError as error:
            answer = Answer(error.status, f"{error}\n".encode())
        except asyncio.IncompleteReadError:
            return
        for part in await _parts(request, answer):
            writer.write(part)
            async with asyncio.timeout(PATIENCE_S):
                await writer.drain()


async def _head(reader: asyncio.StreamReader) -> bytes:
    try:
        async with asyncio.timeout(PATIENCE_S):
            return await reader.readuntil(b"\r\n\r\n")
    except TimeoutError:
        raise BadRequestError(408, "the request did not come to its end") from None
    except asyncio.LimitOverrunError:
        raise BadRequestError(431, "the request is too long") from None


async def _parts(request: Request, answer: Answer) -> list[bytes]:
    """The bytes of an answer, in parts that a slow client can take one after another."""
    body, fields = answer.body, [f"Content-Type: {answer.content_type}"]
    if request.takes_gzip and len(body) > _WORTH_GZIP:
        body = await asyncio.to_thread(gzip.compress, body, 1)
        fields.append("Content-Encoding: gzip")
    head = [
        f"HTTP/1.1 {answer.status} {_REASONS[answer.status]}",
        *fields,
        f"Content-Length: {len(body)}",
        *(["Allow: GET, HEAD"] if answer.status == 405 else []),
        "Vary: Accept-Encoding",
        "Connection: close",
        "\r\n",
    ]
    parts = ["\r\n".join(head).encode()]
    if request.method != "HEAD":
        parts += [body[at : at + _PART_BYTES] for at in range(0, len(body), _PART_BYTES)]
    return parts
