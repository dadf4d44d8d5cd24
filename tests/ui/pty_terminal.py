"""A terminal for tests: a real pty, a program in it, and pyte to see what the program drew."""

from __future__ import annotations

import os
import re
import signal
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pexpect  # type: ignore[import-untyped]
import pyte

ROOT = Path(__file__).parents[2]
PATIENCE_S = 60.0
_UNKNOWN_TO_PYTE = re.compile(rb"\x1b\[[?>=<][0-9;]*(?:\$p|u)|\x1b\[\?2026[hl]")
_COLOUR = re.compile(rb"\x1b\[(?:[0-9]+;)*(?:3[0-8]|4[0-8]|9[0-7]|10[0-7])(?:;[0-9]+)*m")


class AnsweringScreen(pyte.Screen):
    """A screen that passes on what a terminal answers."""

    def __init__(self, width: int, height: int, answer: Callable[[str], None]) -> None:
        super().__init__(width, height)
        self._pass_on = answer

    def write_process_input(self, data: str) -> None:
        self._pass_on(data)


class PtyTerminal:
    """Runs a Python script at a size; answers what terminals answer; `screen` is what is seen."""

    def __init__(
        self, *arguments: str, size: tuple[int, int] = (80, 24), env: dict[str, str] | None = None
    ) -> None:
        width, height = size
        self.screen = AnsweringScreen(width, height, self._answer)
        self.stream = pyte.ByteStream(self.screen)
        self.raw = bytearray()
        self._pending = b""
        self.answers = True
        self.child = pexpect.spawn(
            sys.executable,
            list(arguments),
            dimensions=(height, width),
            env=environment(env or {}),
            cwd=str(ROOT),
            timeout=PATIENCE_S,
        )
        self.child.delaybeforesend = None

    @property
    def lines(self) -> list[str]:
        """The screen's lines."""
        return list(self.screen.display)

    @property
    def text(self) -> str:
        """The screen as one text."""
        return "\n".join(self.screen.display)

    @property
    def colour_codes(self) -> list[bytes]:
        """The colour codes that were sent."""
        return _COLOUR.findall(bytes(self.raw))

    @property
    def is_restored(self) -> bool:
        """Whether the program gave back screen, cursor and mouse as it found them."""
        sent = bytes(self.raw)
        pairs = ((b"1049h", b"1049l"), (b"25l", b"25h"), (b"1000h", b"1000l"), (b"2004h", b"2004l"))
        return all(sent.rfind(b"?" + off) >= sent.rfind(b"?" + on) for on, off in pairs)

    @property
    def is_stopped(self) -> bool:
        """Whether the program was suspended."""
        state = Path(f"/proc/{self.child.pid}/stat").read_text(encoding="utf-8")
        return state.rpartition(") ")[2].startswith("T")

    def send(self, keys: str | bytes) -> None:
        """Type."""
        self.child.send(keys)

    def wait_for(self, seen: str | Callable[[], bool]) -> None:
        """Read until a text is on the screen, or until something holds."""
        deadline = time.monotonic() + PATIENCE_S
        while not (seen in self.text if isinstance(seen, str) else seen()):
            came = self.read(0.1)
            waiting = time.monotonic() < deadline and (came or self.child.isalive())
            assert waiting, f"waited in vain for {seen!r}:\n{self.text}"

    def wait_for_quiet(self, quiet_s: float = 0.7) -> None:
        """Read until nothing has come for a while."""
        while self.read(quiet_s):
            pass

    def read(self, timeout_s: float) -> bool:
        """Take what comes; False when nothing came."""
        try:
            data = self.child.read_nonblocking(65_536, timeout_s)
        except (pexpect.TIMEOUT, pexpect.EOF):
            return False
        self.raw += data
        self._feed(data)
        return True

    def resize(self, width: int, height: int) -> None:
        """Make the terminal another size."""
        self.screen.resize(height, width)
        self.child.setwinsize(height, width)

    def wait_for_end(self) -> int:
        """The exit status, or 128 + n when signal n killed the program."""
        deadline = time.monotonic() + PATIENCE_S
        while self.child.isalive():
            assert time.monotonic() < deadline, f"does not end:\n{self.text}"
            self.read(0.1)
        while self.read(0.1):
            pass
        self.child.close()
        if self.child.signalstatus is not None:
            return 128 + int(self.child.signalstatus)
        return int(self.child.exitstatus)

    def kill(self, number: signal.Signals) -> None:
        """Send a signal to the program."""
        os.kill(self.child.pid, number)

    def hang_up(self) -> None:
        """Take the terminal away, as a lost connection does."""
        self.child.ptyproc.fileobj.close()

    def has_gone(self) -> bool:
        """Whether the program ends within the patience of these tests."""
        deadline = time.monotonic() + PATIENCE_S
        while self.child.ptyproc.isalive() and time.monotonic() < deadline:
            time.sleep(0.05)
        return not self.child.ptyproc.isalive()

    def close(self) -> None:
        """End the program if it still runs; its own way out may be slow on a busy machine."""
        if not self.child.closed and self.child.isalive():
            self.child.kill(signal.SIGKILL)
            self.child.wait()
        self.child.close(force=True)

    def _feed(self, data: bytes) -> None:
        data = self._pending + data
        cut = data.rfind(b"\x1b", max(len(data) - 32, 0))
        whole = len(data) if cut < 0 or _ends_sequence(data[cut:]) else cut
        self._pending = data[whole:]
        if b"\x1b[?2026$p" in data[:whole] and self.answers:
            self.child.send("\x1b[?2026;2$y")
        self.stream.feed(_UNKNOWN_TO_PYTE.sub(b"", data[:whole]))

    def _answer(self, data: str) -> None:
        if self.answers:
            self.child.send(data)


def environment(more: dict[str, str]) -> dict[str, str]:
    """An environment of our own: readline leaves COLUMNS and LINES in pytest's."""
    kept = {name: os.environ[name] for name in ("PATH", "HOME") if name in os.environ}
    return kept | {"TERM": "xterm-256color", "LANG": "C.UTF-8", "PYTHONPATH": str(ROOT)} | more


def cells_of(screen: pyte.Screen, line: int) -> list[str]:
    """The characters of a line, one a cell; the second cell of a wide one is blank."""
    return [screen.buffer[line][column].data or " " for column in range(screen.columns)]


def _ends_sequence(tail: bytes) -> bool:
    return re.fullmatch(rb"\x1b(?:\[[0-9;?>=<$]*[@-~].*|[^\[].*)", tail, re.DOTALL) is not None
