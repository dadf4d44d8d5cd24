"""A line of 64 kbit/s with 200 ms there and back, and sshd's 64 kB of buffer before it."""

from __future__ import annotations

import os
import select
import time
from collections import deque
from collections.abc import Iterator

import pytest

from tests.ui.pty_terminal import PtyTerminal

BYTES_PER_S = 8_000
ONE_WAY_S = 0.1
BUFFER = 65_536
SLICE_S = 0.02


class SlowTerminal(PtyTerminal):
    """A terminal at the end of that line; `arrived` counts what came over it."""

    def __init__(self, *arguments: str) -> None:
        self.arrived = 0
        self._buffer = bytearray()
        self._under_way: deque[tuple[float, bytes]] = deque()
        self._answers: deque[tuple[float, str]] = deque()
        self._credit = 0.0
        self._at = time.monotonic()
        super().__init__(*arguments, size=(120, 40))

    def read(self, timeout_s: float) -> bool:
        self._fill()
        time.sleep(SLICE_S)
        now = time.monotonic()
        self._credit = min(self._credit + (now - self._at) * BYTES_PER_S, BYTES_PER_S / 10)
        self._at = now
        sent = bytes(self._buffer[: int(self._credit)])
        del self._buffer[: len(sent)]
        self._credit -= len(sent)
        if sent:
            self._under_way.append((now + ONE_WAY_S, sent))
        self._deliver(now)
        return bool(sent or self._under_way)

    def press(self, keys: str) -> None:
        """Type; the keys take their way too."""
        self._answers.append((time.monotonic() + ONE_WAY_S, keys))

    def _fill(self) -> None:
        while len(self._buffer) < BUFFER and select.select([self.child.child_fd], [], [], 0)[0]:
            self._buffer += os.read(self.child.child_fd, 4096)

    def _deliver(self, now: float) -> None:
        while self._under_way and self._under_way[0][0] <= now:
            _, data = self._under_way.popleft()
            self.arrived += len(data)
            self._feed(data)
        while self._answers and self._answers[0][0] <= now:
            self.send(self._answers.popleft()[1])

    def _answer(self, data: str) -> None:
        self._answers.append((time.monotonic() + ONE_WAY_S, data))


@pytest.fixture
def slow() -> Iterator[SlowTerminal]:
    """A screen whose every row changes ten times a second, at the end of a slow line."""
    terminal = SlowTerminal("tests/ui/play.py", "busy")
    yield terminal
    terminal.close()


def test_a_key_is_answered_before_what_a_stock_queue_would_hold(slow: SlowTerminal) -> None:
    slow.wait_for("? help")
    settle_until = slow.arrived + 2 * BYTES_PER_S
    slow.wait_for(lambda: slow.arrived > settle_until)
    before = slow.arrived

    slow.press("?")
    slow.wait_for("lagtop help")

    assert slow.arrived - before < BUFFER / 4
