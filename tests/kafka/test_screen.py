"""The screen on a real cluster, in a real pty: one of three brokers dies while somebody looks."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager

from tests.kafka.cluster import KafkaCluster
from tests.kafka.traffic import commit, create_pinned_topic, produce
from tests.kafka.waiting import wait_until
from tests.ui.pty_terminal import PtyTerminal

VICTIM = 2


@contextmanager
def screen(*arguments: str) -> Iterator[PtyTerminal]:
    """lagtop in a terminal of 120 columns and 24 lines."""
    terminal = PtyTerminal("-m", "lagtop", *arguments, size=(120, 24))
    try:
        yield terminal
    finally:
        terminal.close()


HEADER = 2
"""Lines at the top, which have numbers of their own."""


def wait_for_row(terminal: PtyTerminal, *words: str) -> None:
    """Read until a line has all of these words; a dead broker takes Kafka its time to notice."""

    def seen() -> str:
        terminal.read(0.1)
        return row_of(terminal, *words)

    try:
        wait_until(seen, f"a row with {words}")
    except TimeoutError as waited:
        raise AssertionError(f"{waited}\n{terminal.text}") from None


def row_of(terminal: PtyTerminal, *words: str) -> str:
    """The first line under the header that has all of these words, each a word of its own."""
    for line in terminal.lines[HEADER:]:
        if set(words) <= set(line.split()):
            return line
    return ""


def test_a_broker_dies_and_returns_while_the_screen_runs(kafka3: KafkaCluster, name: str) -> None:
    create_pinned_topic(kafka3.bootstrap, name, leaders=[1, 2, 3])
    produce(kafka3.bootstrap, name, {0: 11, 1: 22, 2: 33})
    commit(kafka3.bootstrap, name, name, {0: 1, 1: 2, 2: 3})
    arguments = ("-b", kafka3.bootstrap, "--interval", "1", "--group", re.escape(name))

    with screen(*arguments) as terminal:
        wait_for_row(terminal, "empty", "60")
        terminal.send("\r")
        for lag in ("10", "20", "30"):
            wait_for_row(terminal, lag)

        kafka3.nodes[VICTIM].kill()
        wait_for_row(terminal, "none", "?")
        assert row_of(terminal, "10")
        assert row_of(terminal, "30")
        assert not row_of(terminal, "20")

        terminal.send("\x1b")
        wait_for_row(terminal, "empty", "≥40")
        kafka3.restart(VICTIM)
        wait_for_row(terminal, "empty", "60")

        terminal.send("q")
        assert terminal.wait_for_end() == 0
        assert terminal.is_restored
