"""An event loop whose time passes as fast as it can: waiting costs nothing, answers are real.

When no socket has anything to say, the clock jumps to the next timer. Deadlines, back-offs and
intervals so keep their true lengths while a minute passes in a few milliseconds; and a machine
that is busy cannot make one of them end too early, since working takes no time at all.
"""

from __future__ import annotations

import asyncio
import selectors
import socket
from collections.abc import Callable, Coroutine
from typing import Any, TypeVar

from lagtop.wire.clock import Clock

NOON = 1_700_000_000.0
GUARD_S = 0.001
"""Real time that the kernel gets to carry bytes over loopback before the clock may jump."""

Result = TypeVar("Result")


class _Jumping(selectors.DefaultSelector):
    """Waits for sockets, and where there is nothing to wait for lets time jump."""

    passed_s = 0.0

    def select(self, timeout: float | None = None) -> list[tuple[selectors.SelectorKey, int]]:
        """What is ready now, or else at once after `timeout` on the simulated clock."""
        if timeout is None or timeout <= 0:
            return super().select(timeout)
        ready = super().select(GUARD_S)
        if not ready:
            self.passed_s += timeout
        return ready


class QuickLoop(asyncio.SelectorEventLoop):
    """A loop on simulated time; names are looked up without a thread, or not while `is_deaf`."""

    def __init__(self) -> None:
        self._jumping = _Jumping()
        super().__init__(self._jumping)
        self.is_deaf = False

    def time(self) -> float:
        """Seconds since the loop was made."""
        return self._jumping.passed_s

    def run_in_executor(  # type: ignore[override]
        self, executor: Any, func: Callable[..., Any], *args: Any
    ) -> asyncio.Future[Any]:
        """Call it here and now: a thread would be waited for in real time."""
        done = self.create_future()
        try:
            if func is socket.getaddrinfo and self.is_deaf:
                raise socket.gaierror(socket.EAI_AGAIN, "Temporary failure in name resolution")
            done.set_result(func(*args))
        except OSError as error:
            done.set_exception(error)
        return done


class LoopClock(Clock):
    """The present of a simulated loop; `slept_s` is what has passed besides, as in a sleep."""

    def __init__(self) -> None:
        self.slept_s = 0.0

    def now(self) -> float:
        """Seconds since the epoch."""
        return NOON + asyncio.get_running_loop().time() + self.slept_s


def quickly(work: Coroutine[Any, Any, Result]) -> Result:
    """Run a coroutine to its end on a loop of its own."""
    with asyncio.Runner(loop_factory=QuickLoop) as runner:
        return runner.run(work)
