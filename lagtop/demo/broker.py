"""One broker: a TCP listener on loopback that reads Kafka's frames and answers in order."""

from __future__ import annotations

import asyncio
import io
import socket
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from lagtop.demo.apis import APIS
from lagtop.demo.faults import Faults, Mishap
from lagtop.protocol.messages import ApiKey, RequestHeader

HOST = "127.0.0.1"
LENGTH_BYTES = 4
FETCH_STEP_S = 0.02
MAX_FRAME_BYTES = 100 * 2**20
GARBLED_BY = 1_000_003
KNOWN = frozenset(ApiKey)


@dataclass(frozen=True, slots=True)
class Request:
    """A request as it came in; `api` is a plain number where Kafka has no such API.

    `body` is None where the API or its version is not served.
    """

    broker: int
    api: ApiKey | int
    version: int
    client_id: str
    correlation_id: int
    body: Any


class Broker:
    """Listens as `node`; `answer` makes the response to a request, and `faults` spoil it.

    `note` is told of every request, also of those that get no answer.
    """

    def __init__(
        self,
        node: int,
        answer: Callable[[Request], Any],
        note: Callable[[Request], None],
        faults: Faults,
    ) -> None:
        self.node, self.port = node, 0
        self._answer, self._note, self._faults = answer, note, faults
        self._server: asyncio.Server | None = None
        self._hole: list[socket.socket] = []
        self._talks: set[asyncio.Task[None]] = set()

    @property
    def up(self) -> bool:
        """Whether it has not died; one that has vanished is up, though nobody can tell."""
        return self._server is not None or bool(self._hole)

    async def start(self, port: int = 0) -> None:
        """Listen on the port it had before, or on `port`, or on any."""
        self._fill_hole()
        self._server = await asyncio.start_server(self._talk, HOST, self.port or port)
        self.port = self._server.sockets[0].getsockname()[1]

    def vanish(self) -> None:
        """Neither accept nor refuse connections, as behind a firewall that drops packets.

        Linux drops a SYN when the backlog is full: ours holds one connection, and we make two.
        """
        self._stop_listening()
        self._fill_hole()
        listener, *guests = self._hole = [socket.socket() for _ in range(3)]
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind((HOST, self.port))
        listener.listen(0)
        for guest in guests:
            guest.setblocking(False)
            guest.connect_ex((HOST, self.port))

    async def stop(self) -> None:
        """Refuse and close every connection."""
        self._stop_listening()
        self._fill_hole()
        talks = list(self._talks)
        for talk in talks:
            talk.cancel()
        await asyncio.gather(*talks, return_exceptions=True)

    def _stop_listening(self) -> None:
        if self._server is not None:
            self._server.close()
            self._server = None

    def _fill_hole(self) -> None:
        while self._hole:
            self._hole.pop().close()

    async def _talk(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        self._talks.add(task)
        try:
            while await self._exchange(reader, writer):
                pass
        except (asyncio.IncompleteReadError, asyncio.CancelledError, OSError):
            pass  # the other side has gone, or this broker dies: either way the talk is over
        finally:
            self._talks.discard(task)
            if self._server is None:
                writer.transport.abort()
            else:
                writer.close()

    async def _exchange(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> bool:
        length = int.from_bytes(await reader.readexactly(LENGTH_BYTES), "big", signed=True)
        if not 0 < length <= MAX_FRAME_BYTES:
            return False
        request = read_request(self.node, await reader.readexactly(length))
        self._note(request)
        if request.body is None and request.api != ApiKey.ApiVersions:
            return False
        return await self._reply(request, writer)

    async def _reply(self, request: Request, writer: asyncio.StreamWriter) -> bool:
        api = ApiKey(request.api)
        mishap = None if api == ApiKey.ApiVersions else self._faults.befalls()
        if mishap is Mishap.HANG_UP:
            return False
        if mishap is Mishap.SILENCE or self.node in self._faults.silent:
            return True
        await asyncio.sleep(self._faults.delay_s(self.node, api))
        with self._faults.erring(api, mishap):
            answer = await self._full_answer(request)
        frame = write_response(request, answer, self.node in self._faults.garbled)
        if self._faults.rewrite is not None:
            frame = self._faults.rewrite(api, frame)
        whole = mishap is not Mishap.CUT
        cut_at = self._faults.cut_at(self.node, api) if whole else len(frame) // 2
        writer.write(frame[:cut_at])
        await writer.drain()
        return cut_at is None

    async def _full_answer(self, request: Request) -> Any:
        """The answer; one to Fetch waits for records as long as the reader wants it to."""
        answer = self._answer(request)
        if request.api != ApiKey.Fetch:
            return answer
        left_s = request.body.max_wait_ms / 1000
        while left_s > 0 and is_empty(answer):
            await asyncio.sleep(FETCH_STEP_S)
            left_s -= FETCH_STEP_S
            answer = self._answer(request)
        return answer


def is_empty(fetched: Any) -> bool:
    """Whether a Fetch found neither records nor trouble."""
    parts = [part for topic in fetched.responses for part in topic.partitions]
    return not any(part.records or part.error_code for part in parts)


def read_request(broker: int, frame: bytes) -> Request:
    """A request from its frame."""
    number, version = (int.from_bytes(frame[at : at + 2], "big") for at in (0, 2))
    key = ApiKey(number) if number in KNOWN else number
    api = APIS.get(ApiKey(number)) if number in KNOWN else None
    data = io.BytesIO(frame)
    flexible = api is not None and api.request.flexible_version_q(version)
    header = RequestHeader.decode(data, flexible=flexible)
    body = None
    if api is not None and api.oldest <= version <= api.newest:
        body = api.request.decode(data.read(), version=version)
    return Request(broker, key, version, header.client_id or "", header.correlation_id, body)


def write_response(request: Request, response: Any, garbled: bool = False) -> bytes:
    """A response's frame, with a wrong correlation id when garbled."""
    version = request.version if request.body is not None else 0
    response.API_VERSION = version
    response.with_header(correlation_id=request.correlation_id + GARBLED_BY * garbled)
    return bytes(response.encode(header=True, framed=True))
