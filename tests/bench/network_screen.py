"""The screen while packets vanish: what it says of it, and whether keys are still answered."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import closing

from tests.bench.router import HOLE, WATCHER, Router
from tests.bench.watch import NODES
from tests.kafka.cluster import KafkaCluster
from tests.ui.pty_terminal import PtyTerminal

SIZE = (160, 45)
VICTIM = 2
VIEWS = {"1": "groups", "2": "topics", "4": "brokers", "3": "partitions"}
TITLE = 2
"""The line that names the view."""
ROUNDS, LAID_BACK_S = 4, 0.3
OLD_AFTER_S = 14.0
TABLE = slice(4, 43)
PINNED = "pinned"
"""The topic whose partition n lives on node n + 1 and nowhere else."""


def screen_day(cluster: KafkaCluster, router: Router) -> None:
    """One broker is black-holed, then all of them, while somebody looks and presses keys."""
    words = ("-m", "lagtop", "-b", cluster.bootstrap)
    with closing(PtyTerminal(*words, size=SIZE)) as terminal:
        terminal.wait_for("3/3 brokers")
        tell(terminal, "screen: all is well")
        for name, some in (("broker 2", [VICTIM]), ("all brokers", list(NODES))):
            router.between(HOLE, some, [WATCHER])
            tell(terminal, f"screen: {name} black-holed")
            watch(terminal, OLD_AFTER_S)
            tell(terminal, f"screen: {name} black-holed for long")
            router.heal()
            began = time.monotonic()
            terminal.wait_for(lambda: is_fresh(terminal))
            took_s = time.monotonic() - began
            print(f"screen: {name} back: all is fresh after {took_s:.1f} s", flush=True)
        terminal.send("q")
        print(f"screen: exit status {terminal.wait_for_end()}", flush=True)


def tell(terminal: PtyTerminal, name: str) -> None:
    """Press keys, and print how fast they were answered and what the screen shows."""
    slowest_s = max(press_all(terminal))
    old = [f"{node}: {drawn_old(terminal, node)}" for node in NODES]
    print(
        f"{name:42} slowest of {ROUNDS * len(VIEWS)} keys {slowest_s * 1000:.0f} ms  "
        f"rows drawn as old, by broker: {', '.join(old)}\n"
        f"  {' | '.join(line.strip() for line in terminal.lines[:TITLE])}",
        flush=True,
    )


def press_all(terminal: PtyTerminal) -> Iterator[float]:
    """How long it takes from each key to its view; the last one is that of partitions."""
    for _ in range(ROUNDS):
        for key, view in VIEWS.items():
            watch(terminal, LAID_BACK_S)
            began = time.monotonic()
            terminal.send(key)
            while terminal.lines[TITLE].split()[:1] != [view]:
                terminal.read(0.01)
            yield time.monotonic() - began
    watch(terminal, LAID_BACK_S)


def watch(terminal: PtyTerminal, seconds: float) -> None:
    """Look on."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        terminal.read(0.1)


def is_fresh(terminal: PtyTerminal) -> bool:
    """Whether all brokers are up, and no row is drawn as old."""
    nothing_old = all(drawn_old(terminal, node).startswith("0 ") for node in NODES)
    return "3/3 brokers" in terminal.text and nothing_old


def drawn_old(terminal: PtyTerminal, node: int) -> str:
    """How many of the rows that a node alone can tell of are drawn as old: in one colour."""
    rows = [row for row in range(TABLE.start, TABLE.stop) if leads(terminal.lines[row], node)]
    return f"{sum(len(colours(terminal, row)) == 1 for row in rows)} of {len(rows)}"


def leads(line: str, node: int) -> bool:
    """Whether a row is of the node's partition of the pinned topic."""
    words = line.split()
    return PINNED in words and words[words.index(PINNED) + 1] == str(node - 1)


def colours(terminal: PtyTerminal, row: int) -> set[str]:
    """The colours of the characters of a line."""
    cells = terminal.screen.buffer[row]
    return {cells[column].fg for column in range(SIZE[0]) if cells[column].data.strip()}
