"""A program for tests in a pty: shows fabricated Reports; its argument names the story."""

from __future__ import annotations

import sys
import threading
import time
from collections.abc import Callable, Iterator

from lagtop.errors import LagtopError
from lagtop.live import Update
from lagtop.snapshot import Failure
from lagtop.ui import run
from lagtop.ui.options import Options
from tests.ui.reports import report

STRANGE = ["\x1b[2J\x1b[31mred\x07", "日本語" * 30, "\u202eevil", "narrow", "tab\tnew\nline"]


class StoryFeed:
    """Delivers a story's updates from a thread of its own, then falls silent."""

    def __init__(self, story: Iterator[Update]) -> None:
        self.story = story
        self.deliver: Callable[[Update], None] = lambda _: None

    def begin(self, deliver: Callable[[Update], None]) -> None:
        self.deliver = deliver
        threading.Thread(target=self._play, daemon=True).start()

    def refresh(self) -> None:
        self._play()

    def set_interval(self, interval_s: float) -> None:
        pass

    def end(self) -> None:
        pass

    def _play(self) -> None:
        for update in self.story:
            self.deliver(update)


def once() -> Iterator[Update]:
    """One Report of thirty groups."""
    yield report(30, 4)


def strange() -> Iterator[Update]:
    """Groups with names that try to break the screen."""
    yield report(5, 1, names=STRANGE, topics=STRANGE, clients=STRANGE)


def down() -> Iterator[Update]:
    """A cluster that is never reached."""
    yield Failure(0.0, "broker:9092 refused the connection", "is Kafka running there?", 2.0)


def busy() -> Iterator[Update]:
    """A Report every tenth of a second, each different."""
    moment = 0
    while True:
        moment += 1
        lags = [(g * 7919 + moment * 104_729) % 1_000_000 for g in range(100)]
        yield report(100, 1, of_groups={"lag_messages": lags})
        time.sleep(0.1)


STORIES = {"once": once, "strange": strange, "down": down, "busy": busy}


def main() -> int:
    """Show a story; the status is what the command line would give."""
    try:
        return run(StoryFeed(STORIES[sys.argv[1]]()), Options(target="broker:9092"))
    except LagtopError as error:
        print(f"{error.what}; {error.hint}", file=sys.stderr)
        return error.exit_code


if __name__ == "__main__":
    sys.exit(main())
