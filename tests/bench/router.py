"""A network in user space: carries packets between namespaces, late, seldom or never if told so.

Each namespace has a tunnel; what is sent into it is read here and written into the tunnel of whom
it is for, or nowhere: no packet leaves the machine. A tunnel ends with the process that holds it.
"""

from __future__ import annotations

import fcntl
import os
import random
import selectors
import struct
import subprocess
import threading
import time
from collections.abc import Iterable, Iterator, Sequence
from contextlib import ExitStack, closing, contextmanager, suppress
from dataclasses import dataclass
from heapq import heappop, heappush

from tests.bench.apart import TUNNELS, Room

NET = "10.77.0"
WATCHER = 254
"""The number of the end where lagtop is; nodes have their own."""
TUNSETIFF, IFF_TUN, IFF_NO_PI = 0x400454CA, 0x0001, 0x1000
LONGEST_PACKET_BYTES = 65_536
IDLE_S = 0.1
SEED = 7

End = int


def address_of(end: End) -> str:
    """The address of an end."""
    return f"{NET}.{end}"


@dataclass(frozen=True, slots=True)
class Line:
    """How packets fare from one end to another: lost with this chance, and late by so much."""

    loss: float = 0.0
    delay_s: float = 0.0
    jitter_s: float = 0.0


GOOD, HOLE = Line(), Line(loss=1.0)


class Router:
    """The ends by number, and the lines between them; a line that is not named is good."""

    def __init__(self, tunnels: dict[End, int]) -> None:
        self._tunnels = tunnels
        self._lines: dict[tuple[End, End], Line] = {}
        self._random = random.Random(SEED)
        self._under_way: list[tuple[float, int, int, bytes]] = []
        self._arrives: dict[tuple[End, End], float] = {}
        self._sent = 0
        self._is_over = False
        self._thread = threading.Thread(target=self._run, daemon=True)
        self._thread.start()

    def lay(self, line: Line, sources: Iterable[End], targets: Sequence[End]) -> None:
        """From now on packets of these to those fare so."""
        self._lines |= {(source, target): line for source in sources for target in targets}

    def between(self, line: Line, some: Sequence[End], others: Sequence[End]) -> None:
        """The same, in both directions."""
        self.lay(line, some, others)
        self.lay(line, others, some)

    def heal(self) -> None:
        """All lines are good again."""
        self._lines = {}

    def close(self) -> None:
        """Carry no more."""
        self._is_over = True
        self._thread.join()

    def _run(self) -> None:
        with selectors.DefaultSelector() as selector:
            for source, tunnel in self._tunnels.items():
                selector.register(tunnel, selectors.EVENT_READ, source)
            while not self._is_over:
                for key, _ in selector.select(self._idle_s()):
                    with suppress(BlockingIOError):
                        self._take(key.data, os.read(key.fd, LONGEST_PACKET_BYTES))
                self._deliver()

    def _idle_s(self) -> float:
        if not self._under_way:
            return IDLE_S
        return min(max(self._under_way[0][0] - time.monotonic(), 0), IDLE_S)

    def _take(self, source: End, packet: bytes) -> None:
        """Lose a packet, or let it be under way; on a line none overtakes another."""
        if packet[0] >> 4 != 4 or packet[19] not in self._tunnels:
            return
        way = source, packet[19]
        line = self._lines.get(way, GOOD)
        if self._random.random() < line.loss:
            return
        late_s = line.delay_s + self._random.uniform(-line.jitter_s, line.jitter_s)
        at = max(time.monotonic() + late_s, self._arrives.get(way, 0.0))
        self._arrives[way] = at
        self._sent += 1
        heappush(self._under_way, (at, self._sent, self._tunnels[packet[19]], packet))

    def _deliver(self) -> None:
        now = time.monotonic()
        while self._under_way and self._under_way[0][0] <= now:
            *_, tunnel, packet = heappop(self._under_way)
            with suppress(OSError):
                os.write(tunnel, packet)


@contextmanager
def routed(rooms: dict[End, Room]) -> Iterator[Router]:
    """The network of these namespaces and of ours, where the watcher is."""
    with ExitStack() as stack:
        tunnels: dict[End, int] = {}
        for end in (WATCHER, *rooms):
            tunnels[end] = os.open(TUNNELS, os.O_RDWR | os.O_NONBLOCK)
            stack.callback(os.close, tunnels[end])
            _furnish(tunnels[end], end, rooms.get(end))
        yield stack.enter_context(closing(Router(tunnels)))


def _furnish(tunnel: int, end: End, room: Room | None) -> None:
    """Give a namespace its end of a tunnel."""
    wanted = struct.pack("16sH22x", b"lagtop%d", IFF_TUN | IFF_NO_PI)
    told = fcntl.ioctl(tunnel, TUNSETIFF, wanted)
    name = told[:16].rstrip(b"\0").decode()
    inside: tuple[str, ...] = ()
    if room is not None:
        subprocess.run(["ip", "link", "set", name, "netns", str(room.pid)], check=True)
        inside = room.prefix
    for words in (
        ["ip", "address", "add", f"{address_of(end)}/24", "dev", name],
        ["ip", "link", "set", name, "up"],
        ["ip", "link", "set", "lo", "up"],
    ):
        subprocess.run([*inside, *words], check=True)
