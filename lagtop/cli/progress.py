"""One line on stderr that says how far a long command is; only where somebody can see it."""

from __future__ import annotations

import sys


class Progress:
    """Draws over its own line, on a terminal that shows nothing else."""

    def __init__(self, *, is_wanted: bool = True) -> None:
        self._is_shown = is_wanted and sys.stderr.isatty()
        self._is_dirty = False
        self._is_failing = False

    def show(self, text: str) -> None:
        """Say how far it is."""
        if self._is_shown:
            self._is_dirty = True
            print(f"\r{text}\x1b[K", end="", file=sys.stderr, flush=True)

    def say(self, text: str) -> None:
        """A line that stays, wherever stderr goes."""
        self.clear()
        print(text, file=sys.stderr, flush=True)

    def clear(self) -> None:
        """Take the line away."""
        if self._is_dirty:
            self._is_dirty = False
            print("\r\x1b[K", end="", file=sys.stderr, flush=True)

    def fail(self, what: str) -> None:
        """A poll failed; polls that fail one after another are told of once."""
        if not self._is_failing:
            self.say(f"lagtop: {what}; lagtop goes on trying")
        self._is_failing = True

    def succeed(self) -> None:
        """A poll succeeded."""
        if self._is_failing:
            self.say("lagtop: the cluster answers again")
        self._is_failing = False

    def last(self, text: str) -> None:
        """Leave a line behind, only where somebody watched."""
        if self._is_shown:
            self.say(text)
