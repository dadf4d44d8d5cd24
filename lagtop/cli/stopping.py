"""Ctrl+C ends a run and shows what it found; a second Ctrl+C does not wait for the rest."""

from __future__ import annotations

import asyncio
import signal
from collections.abc import Iterator
from contextlib import contextmanager

from lagtop.cli.running import ending_signals
from lagtop.errors import EXIT_INTERRUPTED, EXIT_OK


class Stop(asyncio.Event):
    """Set by SIGINT, SIGTERM and SIGHUP; may be cleared to hear of a second one.

    status: how a run exits that ends for it, or for itself.
    """

    status = EXIT_OK

    def heard(self) -> None:
        """A signal came."""
        self.status = EXIT_INTERRUPTED
        self.set()


@contextmanager
def stop_on_signal() -> Iterator[Stop]:
    """What SIGINT, SIGTERM and SIGHUP set, while the block runs."""
    stop, loop = Stop(), asyncio.get_running_loop()
    signals = (signal.SIGINT, *ending_signals())
    for number in signals:
        loop.add_signal_handler(number, stop.heard)
    try:
        yield stop
    finally:
        for number in signals:
            loop.remove_signal_handler(number)
