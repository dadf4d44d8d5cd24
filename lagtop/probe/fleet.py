"""The processes that write a load, seen from their parent: one rate in, one count out."""

from __future__ import annotations

import asyncio
import multiprocessing
import signal
from collections import Counter
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager, suppress
from multiprocessing.connection import Connection
from typing import Any

from lagtop.errors import UnreachableError
from lagtop.probe.flow import Flow
from lagtop.probe.generator import Progress, generate
from lagtop.settings import Settings

START_S = 60.0
END_S = 3.0
STEP_S = 0.05


class Fleet:
    """Processes that share a rate; they end when their pipes do, whatever becomes of the parent."""

    def __init__(self, settings: Settings, flow: Flow, size: int) -> None:
        self.size = size
        self._progress = [Progress() for _ in range(size)]
        self._pipes: list[Connection] = []
        self._processes: list[Any] = []
        context = multiprocessing.get_context("spawn")
        for _ in range(size):
            ours, theirs = context.Pipe()
            process = context.Process(target=generate, args=(settings, flow, theirs), daemon=True)
            with _deaf_to_interrupts():
                process.start()
            theirs.close()
            self._pipes.append(ours)
            self._processes.append(process)

    @property
    def acked(self) -> int:
        """How many records the brokers have taken."""
        return sum(progress.acked for progress in self._progress)

    @property
    def failed(self) -> Counter[str]:
        """How many records could not be written, by reason."""
        return sum((progress.failed for progress in self._progress), Counter())

    @property
    def able_per_s(self) -> float:
        """How many records a second the processes could make, if brokers took them all."""
        return sum(progress.able_per_s for progress in self._progress)

    @property
    def cpu_s(self) -> float:
        """Processor time of the busiest process since it began, seconds."""
        return max(progress.cpu_s for progress in self._progress)

    def set_rate(self, rate_per_s: float) -> None:
        """Write so many records a second from now on."""
        for pipe in self._pipes:
            # One that has died is told of by `poll`.
            with suppress(BrokenPipeError):
                pipe.send(rate_per_s / self.size)

    def poll(self) -> None:
        """Take in what the processes report; raises UnreachableError where one has given up."""
        for row, pipe in enumerate(self._pipes):
            try:
                while pipe.poll():
                    self._progress[row] = pipe.recv()
            except (EOFError, ConnectionResetError):
                raise UnreachableError("a process that wrote the load died") from None
            trouble = self._progress[row].trouble
            if trouble is not None:
                raise UnreachableError(*trouble)

    async def ready(self) -> None:
        """Wait until every process is connected."""
        end = asyncio.get_running_loop().time() + START_S
        self.poll()
        while not all(progress.able_per_s for progress in self._progress):
            if asyncio.get_running_loop().time() > end:
                raise UnreachableError("the processes that write the load do not start")
            await asyncio.sleep(STEP_S)
            self.poll()

    def close(self) -> None:
        """End the processes; what is on its way is still written."""
        for pipe in self._pipes:
            pipe.close()
        for process in self._processes:
            process.join(END_S)
            if process.is_alive():
                process.kill()
                process.join()


@asynccontextmanager
async def running_fleet(settings: Settings, flow: Flow, size: int) -> AsyncIterator[Fleet]:
    """A fleet that is ready, and ended after the block."""
    fleet = Fleet(settings, flow, size)
    try:
        await fleet.ready()
        yield fleet
    finally:
        await asyncio.to_thread(fleet.close)


@contextmanager
def _deaf_to_interrupts() -> Iterator[None]:
    """A process that is started inside ignores Ctrl+C for good: that is for its parent to act on.

    A blocked signal would not do: multiprocessing unblocks it on its way.
    """
    before = signal.signal(signal.SIGINT, signal.SIG_IGN)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)
