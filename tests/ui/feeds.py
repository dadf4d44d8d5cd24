"""A feed that tests play by hand."""

from __future__ import annotations

from collections.abc import Callable

from lagtop.live import Update


class HandFeed:
    """Delivers what the test tells it to, and remembers what the screen asked of it."""

    def __init__(self, *first: Update) -> None:
        self.first = first
        self.asked: list[str] = []
        self.deliver: Callable[[Update], None] = lambda _: None

    def begin(self, deliver: Callable[[Update], None]) -> None:
        self.deliver = deliver
        for update in self.first:
            deliver(update)

    def refresh(self) -> None:
        self.asked.append("refresh")

    def set_interval(self, interval_s: float) -> None:
        self.asked.append(f"every {interval_s:g}")

    def end(self) -> None:
        self.asked.append("end")


class HandClock:
    """A clock that moves when it is told to."""

    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now
