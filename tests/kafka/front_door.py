"""`lagtop snapshot`, run as a user runs it: a process, its CSV, its words and its exit status."""

from __future__ import annotations

import csv
import io
import subprocess
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from itertools import groupby
from queue import Empty, SimpleQueue
from threading import Thread
from typing import IO

from tests.kafka.kafka_tools import Place

LAGTOP = (sys.executable, "-m", "lagtop")
DEADLINE_S = 60.0

Row = dict[str, str]
Poll = dict[Place, Row]


@dataclass(frozen=True, slots=True)
class Ran:
    """How a lagtop process ended."""

    status: int
    stdout: str
    stderr: str


def run(*arguments: str) -> Ran:
    """Run lagtop to its end, with no terminal anywhere."""
    done = subprocess.run(
        [*LAGTOP, *arguments],
        capture_output=True,
        text=True,
        stdin=subprocess.DEVNULL,
        timeout=DEADLINE_S,
        check=False,
    )
    return Ran(done.returncode, done.stdout, done.stderr)


def snapshot(bootstrap: str, *arguments: str) -> Poll:
    """The rows of one `lagtop snapshot --format csv`, by place."""
    ran = run("snapshot", "-b", bootstrap, "--format", "csv", *arguments)
    assert ran.status == 0, f"exit {ran.status}: {ran.stderr}"
    return by_place(csv.DictReader(io.StringIO(ran.stdout)))


def by_place(rows: Iterator[Row] | csv.DictReader[str] | Sequence[Row]) -> Poll:
    """Rows by group, topic and partition; a place that comes twice is an error."""
    poll: Poll = {}
    for row in rows:
        place = (row["group"], row["topic"], int(row["partition"]))
        assert place not in poll, f"{place} is there twice"
        poll[place] = row
    return poll


class Watch:
    """A `lagtop snapshot` of many polls, read while it runs."""

    def __init__(self, process: subprocess.Popen[str], stdout: IO[str]) -> None:
        self.polls: list[Poll] = []
        self._process = process
        self._lines: SimpleQueue[str | None] = SimpleQueue()
        Thread(target=self._read, args=(stdout,), daemon=True).start()
        self._arrivals = self._arriving()

    def until(self, holds: Callable[[Poll], bool], what: str) -> Poll:
        """The next poll of which `holds` is true; the run's end before it fails the test."""
        for poll in self._arrivals:
            self.polls.append(poll)
            if holds(poll):
                return poll
        raise AssertionError(f"no poll showed {what}; the last one: {self.polls[-1:]}")

    def _read(self, stdout: IO[str]) -> None:
        with suppress(ValueError):  # the test was done, and closed it
            for line in stdout:
                self._lines.put(line)
        self._lines.put(None)

    def _arriving(self) -> Iterator[Poll]:
        rows = csv.DictReader(iter(self._next_line, None))
        for _, poll in groupby(rows, key=lambda row: row["captured_at"]):
            yield by_place(list(poll))

    def _next_line(self) -> str | None:
        try:
            return self._lines.get(timeout=DEADLINE_S)
        except Empty:
            self._process.kill()
            raise AssertionError(f"lagtop printed nothing for {DEADLINE_S:.0f} s") from None


@contextmanager
def watching(bootstrap: str, *arguments: str) -> Iterator[Watch]:
    """Run `lagtop snapshot` for many polls, one a second, and stop it at the end."""
    words = ["snapshot", "-b", bootstrap, "--format", "csv", "-n", "1000", "-d", "1", *arguments]
    with subprocess.Popen(
        [*LAGTOP, *words], stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout is not None
        try:
            yield Watch(process, process.stdout)
        finally:
            process.kill()
