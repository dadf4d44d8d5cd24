"""A proxy before a broker that counts what clients ask of it: requests, connections and bytes."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable
from dataclasses import dataclass, replace

HOST = "127.0.0.1"
CHUNK = 1 << 16


@dataclass(slots=True)
class Counted:
    """What went through since it was last taken."""

    requests: int = 0
    connections: int = 0
    bytes_up: int = 0
    bytes_down: int = 0


class CountingProxy(threading.Thread):
    """Listens on `port` and passes everything on to whatever `target` says."""

    def __init__(self) -> None:
        super().__init__(name="counting-proxy", daemon=True)
        self.target = 0
        self.port = 0
        self._counted = Counted()
        self._listening = threading.Event()

    @property
    def address(self) -> str:
        """Where clients are to connect."""
        return f"{HOST}:{self.port}"

    def begin(self) -> None:
        """Start, and wait until it listens."""
        self.start()
        self._listening.wait()

    def take(self) -> Counted:
        """What was counted since the last time."""
        taken, self._counted = replace(self._counted), Counted()
        return taken

    def run(self) -> None:
        """The thread's body."""
        asyncio.run(self._serve())

    async def _serve(self) -> None:
        server = await asyncio.start_server(self._join, HOST)
        self.port = server.sockets[0].getsockname()[1]
        self._listening.set()
        await server.serve_forever()

    async def _join(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._counted.connections += 1
        try:
            answers, questions = await asyncio.open_connection(HOST, self.target)
        except OSError:
            writer.close()
            return
        await asyncio.gather(
            pump(reader, questions, self._count_up(Frames())), pump(answers, writer, self._down)
        )

    def _count_up(self, frames: Frames) -> Callable[[bytes], None]:
        def count(data: bytes) -> None:
            self._counted.bytes_up += len(data)
            self._counted.requests += frames.begun(data)

        return count

    def _down(self, data: bytes) -> None:
        self._counted.bytes_down += len(data)


class Frames:
    """Counts the frames of a stream: each has its length before it, in four bytes."""

    def __init__(self) -> None:
        self._head = b""
        self._left = 0

    def begun(self, data: bytes) -> int:
        """How many frames end their heads in these bytes."""
        count = at = 0
        while at < len(data):
            if self._left:
                step = min(self._left, len(data) - at)
                self._left -= step
                at += step
                continue
            step = 4 - len(self._head)
            self._head += data[at : at + step]
            at += step
            if len(self._head) == 4:
                self._left, self._head, count = int.from_bytes(self._head, "big"), b"", count + 1
        return count


async def pump(
    source: asyncio.StreamReader, sink: asyncio.StreamWriter, count: Callable[[bytes], None]
) -> None:
    """Pass bytes on until either side ends."""
    try:
        while data := await source.read(CHUNK):
            count(data)
            sink.write(data)
            await sink.drain()
    except OSError:
        pass  # a side went away: so does the other
    finally:
        sink.close()
