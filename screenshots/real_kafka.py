"""Makes groups.svg and group.svg: lagtop in a terminal, on a real Apache Kafka with live groups.

Run from the repository's root: `python -m screenshots.real_kafka`. Needs Java, Maven and the test
extra. `settlement` is slower than its topic, one of whose keys is hot; `search-index` keeps up;
`mailer` has stopped reading; `audit` has no members.
"""

from __future__ import annotations

import tempfile
import time
from pathlib import Path

from screenshots.picture import draw
from tests.kafka import jars
from tests.kafka.cluster import KafkaCluster
from tests.kafka.flow import Reader, flowing, produce_steadily
from tests.kafka.traffic import commit, create_topic
from tests.ui.pty_terminal import PtyTerminal

HERE = Path(__file__).parent
SIZE = (120, 16)
WATCH_S = 60.0
TOPICS = {"orders": 6, "pages": 8, "mails": 3}
READERS = (
    *(Reader("settlement", "orders", f"settlement-{number}", 250) for number in (1, 2)),
    *(Reader("search-index", "pages", f"search-{number}", 2_000, 5.0) for number in (1, 2, 3, 4)),
)
STALLING = Reader("mailer", "mails", "mailer-1", 200)


def main() -> None:
    """Start Kafka and the traffic, watch lagtop, draw two pictures."""
    with tempfile.TemporaryDirectory() as directory:
        kafka = KafkaCluster(jars.libs(), Path(directory))
        kafka.start()
        try:
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
        _take_pictures(bootstrap)


def _take_pictures(bootstrap: str) -> None:
    words = ["-m", "lagtop", "-b", bootstrap, "--interval", "1"]
    terminal = PtyTerminal(*words, size=SIZE, env={"COLORTERM": "truecolor"})
    try:
        terminal.wait_for("search-index")
        _watch(terminal, WATCH_S)
        draw(terminal.screen, HERE / "groups.svg", "lagtop")
        terminal.send("/settle\r\r")
        terminal.wait_for("PART")
        _watch(terminal, 5)
        draw(terminal.screen, HERE / "group.svg", "lagtop")
        terminal.send("Q")
        terminal.wait_for_end()
    finally:
        terminal.close()


def _watch(terminal: PtyTerminal, seconds: float) -> None:
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        terminal.read(0.2)


if __name__ == "__main__":
    main()
