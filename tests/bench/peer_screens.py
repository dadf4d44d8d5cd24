"""What a program on a terminal costs while nobody touches it, seen from the terminal."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass

import pexpect  # type: ignore[import-untyped]

from tests.bench.screen_cost import cpu_s, rss_mb
from tests.ui.pty_terminal import environment

SIZE = (40, 120)
WARM_UP_S, SECONDS = 10.0, 30.0
ANSWERS = {b"\x1b[6n": "\x1b[40;1R", b"\x1b[?2026$p": "\x1b[?2026;2$y"}
"""What terminals answer to: where is the cursor, and can you draw at once?"""


@dataclass(frozen=True, slots=True)
class Screen:
    """Seconds to the first figure (None: not seen), then bytes and CPU a second, and memory."""

    first_s: float | None
    bytes_per_s: float
    cpu_share: float
    rss_mb: float


def watch(words: Sequence[str], first: bytes) -> Screen:
    """Run a program on a terminal for a while; `first` is what its first figure stands beside."""
    child = pexpect.spawn(
        words[0], list(words[1:]), dimensions=SIZE, env=environment({}), timeout=1
    )
    child.delaybeforesend = None
    began, seen = time.monotonic(), b""
    first_s: float | None = None
    sent, spent_s, warm = 0, 0.0, False
    while (now := time.monotonic() - began) < WARM_UP_S + SECONDS:
        if not warm and now >= WARM_UP_S:
            warm, sent, spent_s = True, 0, cpu_s(child.pid)
        data = answered(child)
        sent += len(data)
        if first_s is None:
            seen += data
            first_s = time.monotonic() - began if first in seen else None
    share = (cpu_s(child.pid) - spent_s) / SECONDS
    screen = Screen(first_s, sent / SECONDS, share, rss_mb(child.pid))
    child.close(force=True)
    return screen


def answered(child: pexpect.spawn) -> bytes:
    """What comes next, once its questions are answered."""
    try:
        data: bytes = child.read_nonblocking(65_536, 0.1)
    except pexpect.TIMEOUT:
        return b""
    except pexpect.EOF as error:
        raise EOFError(str(child.before)[-300:]) from error
    for question, answer in ANSWERS.items():
        for _ in range(data.count(question)):
            child.send(answer)
    return data
