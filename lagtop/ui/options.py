"""What the screen is given: a feed of Reports, and how to draw them."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from lagtop.live import Update


class Feed(Protocol):
    """Where Reports come from; `lagtop.live.Live` is the real one."""

    def begin(self, deliver: Callable[[Update], None]) -> None:
        """Start; `deliver` may be called from any thread."""

    def refresh(self) -> None:
        """Ask for news now."""

    def set_interval(self, interval_s: float) -> None:
        """Change the time between polls, seconds."""

    def end(self) -> None:
        """Stop; never waits for a broker."""


@dataclass(frozen=True, slots=True)
class Options:
    """How the screen looks and behaves; None leaves the choice to the terminal.

    `target` is what is being connected to, `tag` a word beside the title (demo, replay).
    `clock` gives seconds and only its differences are used.
    """

    target: str = ""
    tag: str = ""
    theme: str | None = None
    ascii: bool | None = None
    mouse: bool | None = None
    stock_driver: bool = False
    interval_s: float = 2.0
    user_themes: Path | None = None
    clock: Callable[[], float] = time.monotonic
