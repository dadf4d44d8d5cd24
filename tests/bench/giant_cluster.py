"""The giant cluster as a process of its own: three brokers on loopback ports.

Its clock is the machine's, or one that the benchmark moves by hand.
"""

from __future__ import annotations

import asyncio
import multiprocessing
import socket
import struct
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from multiprocessing.connection import Connection
from typing import Any

from lagtop.demo.apis import APIS
from lagtop.protocol.messages import ApiKey
from tests.bench.giant import NODES, Size
from tests.bench.giant_answers import Desk

HEADER = struct.Struct(">hhi")
BACKLOG = 16


@dataclass(frozen=True, slots=True)
class Giant:
    """A running cluster: its bootstrap servers; `moment` is its time since it began, seconds."""

    bootstrap: str
    moment: Any

    def move_to(self, since_s: float) -> None:
        """Set its clock, which stands still from then on."""
        self.moment.value = since_s


@contextmanager
def giant(size: Size) -> Iterator[Giant]:
    """Run such a cluster."""
    spawn = multiprocessing.get_context("spawn")
    moment = spawn.Value("d", -1.0)
    ours, theirs = spawn.Pipe()
    process = spawn.Process(target=serve, args=(size, theirs, moment), daemon=True)
    process.start()
    theirs.close()
    try:
        yield Giant(ours.recv(), moment)
    finally:
        process.terminate()
        process.join()


def serve(size: Size, told: Connection, moment: Any) -> None:
    """The process's body: listen, tell where, and answer until it is ended."""
    doors = [socket.create_server(("127.0.0.1", 0), backlog=BACKLOG) for _ in NODES]
    ports = [door.getsockname()[1] for door in doors]
    desks = [Desk(size, node, ports) for node in NODES]
    asyncio.run(answer_all(desks, doors, told, moment))


async def answer_all(
    desks: list[Desk], doors: list[socket.socket], told: Connection, moment: Any
) -> None:
    """Answer at every door."""
    began = time.monotonic()

    def since_s() -> float:
        at = float(moment.value)
        return time.monotonic() - began if at < 0 else at

    for desk, door in zip(desks, doors, strict=True):
        await asyncio.start_server(partial(talk, desk, since_s), sock=door)
    told.send(",".join(f"127.0.0.1:{door.getsockname()[1]}" for door in doors))
    await asyncio.Event().wait()


async def talk(
    desk: Desk, since_s: Any, reader: asyncio.StreamReader, writer: asyncio.StreamWriter
) -> None:
    """Answer what comes over one connection."""
    try:
        while True:
            size = int.from_bytes(await reader.readexactly(4), "big")
            frame = await reader.readexactly(size)
            writer.writelines(answered(desk, frame, since_s()))
            await writer.drain()
    except (asyncio.IncompleteReadError, ConnectionError):
        writer.close()


def answered(desk: Desk, frame: bytes, since_s: float) -> list[bytes]:
    """The frame of an answer, in pieces."""
    key, version, correlation_id = HEADER.unpack_from(frame)
    api = ApiKey(key)
    (named,) = struct.unpack_from(">h", frame, HEADER.size)
    start = HEADER.size + 2 + max(named, 0)
    is_flexible = APIS[api].request.flexible_version_q(version)
    body = desk.answer(api, version, frame[start + is_flexible :], since_s)
    head = struct.pack(">i", correlation_id)
    if is_flexible and api != ApiKey.ApiVersions:
        head += b"\x00"
    return [struct.pack(">i", len(head) + len(body)), head, body]
