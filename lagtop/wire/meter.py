"""Counts how far the first poll is, so that who waits for it sees that something happens."""

from __future__ import annotations

from collections.abc import Callable

from lagtop.snapshot import Progress, Step

Tell = Callable[[Progress], None]


class Meter:
    """The steps of a poll in their order; tells whoever listens of each that gets further."""

    def __init__(self, tell: Tell | None = None) -> None:
        self._tell = tell
        self._steps: dict[str, Step] = {}

    def begin(self, what: str, total: int) -> None:
        """A step begins, of so many parts."""
        self._steps[what] = Step(what, 0, total)
        self._say()

    def add(self, what: str, count: int) -> None:
        """So many parts of a step are done."""
        step = self._steps[what]
        self._steps[what] = step._replace(done=step.done + count)
        self._say()

    def end(self) -> None:
        """The first poll is over: nobody waits any more."""
        self._tell = None

    def _say(self) -> None:
        if self._tell is not None:
            self._tell(Progress(tuple(self._steps.values())))
