"""Runs a command until it ends, or until somebody ends it: what it has is kept either way."""

from __future__ import annotations

import asyncio
import signal
from collections.abc import Callable, Coroutine
from typing import Any

from lagtop import lookup
from lagtop.errors import EXIT_INTERRUPTED

TERMINATED = 128 + signal.SIGTERM


def run_until_ended(body: Callable[[], Coroutine[Any, Any, int]], terminated: int) -> int:
    """The body's exit status; EXIT_INTERRUPTED after Ctrl+C, `terminated` after SIGTERM or SIGHUP.

    Each of them cancels the body, which has its `finally` to finish what it began.
    """
    came: list[signal.Signals] = []

    async def main() -> int:
        task, loop = asyncio.current_task(), asyncio.get_running_loop()
        assert task is not None

        def end(number: signal.Signals) -> None:
            came.append(number)
            task.cancel()

        for number in (signal.SIGINT, *ending_signals()):
            loop.add_signal_handler(number, end, number)
        return await body()

    try:
        return lookup.run(main())
    except asyncio.CancelledError:
        return terminated if came and came[0] != signal.SIGINT else EXIT_INTERRUPTED


def ending_signals() -> list[signal.Signals]:
    """SIGTERM, and SIGHUP unless it is to be outlived (nohup)."""
    outlives = signal.getsignal(signal.SIGHUP) == signal.SIG_IGN
    return [signal.SIGTERM, *([] if outlives else [signal.SIGHUP])]
