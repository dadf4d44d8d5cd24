"""Writes to the terminal from a thread of its own: a slow terminal never stops the event loop.

Textual's own writer blocks the loop when its queue is full, and dies with a traceback when the
terminal is gone.
"""

from __future__ import annotations

import os
import select
import threading
from collections.abc import Callable


class Outlet(threading.Thread):
    """Takes text at once, writes it in order; what a vanished terminal cannot take is lost."""

    def __init__(self, descriptor: int, drained: Callable[[], None]) -> None:
        super().__init__(name="lagtop-outlet", daemon=True)
        self._descriptor = descriptor
        self._drained = drained
        self._waiting = bytearray()
        self._writing = 0
        self._ended = False
        self._changed = threading.Condition()

    @property
    def backlog(self) -> int:
        """Bytes that the terminal's line has not taken yet."""
        return len(self._waiting) + self._writing

    def put(self, text: str) -> None:
        """Write soon."""
        with self._changed:
            self._waiting += text.encode("utf-8", "replace")
            self._changed.notify_all()

    def drain(self, patience_s: float) -> None:
        """Wait until all is written, or patience is at its end."""
        with self._changed:
            self._changed.wait_for(lambda: not self.backlog, patience_s)

    def end(self) -> None:
        """Write what is left and stop; does not wait for a terminal that takes nothing."""
        with self._changed:
            self._ended = True
            self._changed.notify_all()

    def run(self) -> None:
        """The thread's body."""
        while True:
            with self._changed:
                self._changed.wait_for(lambda: self._waiting or self._ended)
                if not self._waiting:
                    return
                data, self._waiting = bytes(self._waiting), bytearray()
                self._writing = len(data)
            self._write(data)
            with self._changed:
                self._writing = 0
                self._changed.notify_all()
            self._drained()

    def _write(self, data: bytes) -> None:
        while data:
            try:
                data = data[os.write(self._descriptor, data[:4096]) :]
                self._writing = len(data)
            except BlockingIOError:
                select.select([], [self._descriptor], [], 0.1)
            except OSError:
                return
