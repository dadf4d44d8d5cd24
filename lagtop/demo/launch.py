"""Starts the demo cluster in a process of its own, and ends it."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager

from lagtop.demo.stories import find_story
from lagtop.errors import LagtopError

GRACE_S = 2.0
WORD = "bootstrap "


@contextmanager
def demo_process(story: str = "all", seed: int = 1, port: int = 0) -> Iterator[str]:
    """The bootstrap servers of a demo cluster that lives as long as the `with` block.

    The cluster also ends when this process does, however that comes: its stdin closes.
    """
    find_story(story)
    command = [sys.executable, "-m", "lagtop.demo", "--story", story]
    command += ["--seed", str(seed), "--port", str(port)]
    process = subprocess.Popen(
        command,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,  # Ctrl+C at the terminal is for the screen, not for the cluster
    )
    try:
        yield _bootstrap(process)
    finally:
        _end(process)


def _bootstrap(process: subprocess.Popen[str]) -> str:
    assert process.stdout is not None
    line = process.stdout.readline()
    if line.startswith(WORD):
        return line.removeprefix(WORD).strip()
    _, narration = process.communicate()
    raise LagtopError("the demo cluster did not start", narration.strip())


def _end(process: subprocess.Popen[str]) -> None:
    try:
        process.communicate(timeout=GRACE_S)
    except subprocess.TimeoutExpired:
        process.kill()
        process.communicate()
