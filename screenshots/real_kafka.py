"""Makes real-kafka.svg: lagtop in a terminal, on a real Apache Kafka with live groups.

Run from the repository's root: `python -m screenshots.real_kafka`. Needs Java, Maven and the test
extra. `settlement` is slower than its topic, one of whose keys is hot; `search-index` keeps up;
`mailer` has stopped reading; `audit` has no members.
"""

from __future__ import annotations

import tempfile
import time
from pathlib import Path
from typing import Any, Final

from pyte import Screen
from rich.segment import Segment
from rich.style import Style
from textual.strip import Strip

from screenshots.drawing import svg
from tests.kafka import jars
from tests.kafka.cluster import KafkaCluster
from tests.kafka.flow import Reader, flowing, produce_steadily
from tests.kafka.traffic import commit, create_topic
from tests.ui.pty_terminal import PtyTerminal

HERE: Final = Path(__file__).parent
SIZE: Final = (120, 12)
WATCH_S: Final = 90.0
GROUND: Final = Style(color="#d8dee9", bgcolor="#12161c")
"""For what the terminal's default colours would paint; the dark theme has its own."""

TOPICS: Final = {"orders": 6, "pages": 8, "mails": 3}
READERS: Final = (
    *(Reader("settlement", "orders", f"settlement-{number}", 250) for number in (1, 2)),
    *(Reader("search-index", "pages", f"search-{number}", 2_000, 5.0) for number in (1, 2, 3, 4)),
)
STALLING: Final = Reader("mailer", "mails", "mailer-1", 200)


def main() -> None:
    """Start Kafka and the traffic, watch lagtop, draw what it shows."""
    with tempfile.TemporaryDirectory() as directory:
        kafka = KafkaCluster(jars.libs(), Path(directory))
        try:
            kafka.start()
            _play(kafka.bootstrap)
        finally:
            kafka.stop()


def _play(bootstrap: str) -> None:
    for name, partitions in TOPICS.items():
        create_topic(bootstrap, name, partitions)
    commit(bootstrap, "audit", "orders", dict.fromkeys(range(6), 0))
    with flowing(
        produce_steadily(bootstrap, "orders", 6, 450),
        produce_steadily(bootstrap, "orders", 1, 150),
        produce_steadily(bootstrap, "pages", 8, 900),
        produce_steadily(bootstrap, "mails", 3, 40),
        *(reader.run(bootstrap) for reader in (*READERS, STALLING)),
    ):
        STALLING.joined.wait(30)
        time.sleep(8)
        STALLING.per_s = 0.0
        _take_picture(bootstrap)


def _take_picture(bootstrap: str) -> None:
    words = ["-m", "lagtop", "-b", bootstrap, "--interval", "1", "--theme", "dark"]
    terminal = PtyTerminal(*words, size=SIZE, env={"COLORTERM": "truecolor"})
    try:
        terminal.wait_for("search-index")
        end = time.monotonic() + WATCH_S
        while time.monotonic() < end:
            terminal.read(0.2)
        picture = svg(_strips(terminal.screen), GROUND, SIZE[0])
        (HERE / "real-kafka.svg").write_text(picture, encoding="utf-8")
    finally:
        terminal.close()


def _strips(screen: Screen) -> list[Strip]:
    """What the terminal shows, as Textual would have said it."""
    return [
        Strip([_segment(screen.buffer[y][x]) for x in range(screen.columns)])
        for y in range(screen.lines)
    ]


def _segment(cell: Any) -> Segment:
    look = Style(
        color=_colour(cell.fg), bgcolor=_colour(cell.bg), bold=cell.bold,
        italic=cell.italics, underline=cell.underscore, reverse=cell.reverse,
    )  # fmt: skip
    return Segment(cell.data, look)


def _colour(name: str) -> str | None:
    """A pyte colour as rich has it: the theme's are all of six hexadecimal digits."""
    return None if name == "default" else f"#{name}"


if __name__ == "__main__":
    main()
