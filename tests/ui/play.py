"""A program for tests in a pty: shows fabricated Reports; its argument names the story."""

from __future__ import annotations

import sys
import threading
import time
from collections.abc import Callable, Iterator
from itertools import islice

from lagtop.errors import LagtopError
from lagtop.live import Update
from lagtop.snapshot import Failure
from lagtop.ui import run
from lagtop.ui.options import Options
from tests.ui.reports import report

STRANGE = ["\x1b[2J\x1b[31mred\x07", "日本語" * 30, "\u202eevil", "narrow", "tab\tnew\nline"]


class StoryFeed:
    """Delivers a story's first update, and one more at each refresh; a busy one plays by itself."""

    def __init__(self, story: Iterator[Update], *, plays_by_itself: bool) -> None:
        self.story = story
        self.plays_by_itself = plays_by_itself
        self.deliver: Callable[[Update], None] = lambda _: None

    def begin(self, deliver: Callable[[Update], None]) -> None:
        self.deliver = deliver
        threading.Thread(target=self._play, daemon=True).start()

    def refresh(self) -> None:
        for update in islice(self.story, 1):
            self.deliver(update)

    def set_interval(self, interval_s: float) -> None:
        pass

    def end(self) -> None:
        pass

    def _play(self) -> None:
        self.refresh()
        while self.plays_by_itself:
            time.sleep(0.1)
            self.refresh()


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
    """Reports without end, each different."""
    moment = 0
    while True:
        moment += 1
        lags = [(g * 7919 + moment * 104_729) % 1_000_000 for g in range(100)]
        yield report(100, 1, of_groups={"lag_messages": lags})


def tenth() -> Iterator[Update]:
    """At each refresh, another tenth of a thousand groups has moved."""
    lags = [g * 900 for g in range(1_000)]
    for moment in range(1_000):
        yield report(1_000, 1, of_groups={"lag_messages": lags}, cluster=f"moment-{moment}")
        for group in range(moment % 10, 1_000, 10):
            lags[group] += 100


STORIES = {"once": once, "strange": strange, "down": down, "busy": busy, "tenth": tenth}


def main() -> int:
    """Show a story; the status is what the command line would give."""
    try:
        name = sys.argv[1]
        feed = StoryFeed(STORIES[name](), plays_by_itself=name == "busy")
        return run(feed, Options(target="broker:9092", interval_s=60.0))
    except LagtopError as error:
        print(f"{error.what}; {error.hint}", file=sys.stderr)
        return error.exit_code


if __name__ == "__main__":
    sys.exit(main())
