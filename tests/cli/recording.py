"""A recording in a file, and lagtop run on it inside this process."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from lagtop.cli import run
from tests.analysis.build import Line, poll

STARTED_AT = 1_700_000_000.0
HEADER = {"lagtop_record": 1, "cluster": "prod", "started_at": STARTED_AT}


class Ran(NamedTuple):
    """How a command ended, and what it said."""

    status: int
    out: str
    err: str


def ran(capfd: pytest.CaptureFixture[str], *words: Any) -> Ran:
    """Run a command line in this process."""
    status = run([str(word) for word in words])
    said = capfd.readouterr()
    return Ran(status, said.out, said.err)


def recorded(path: Path, *lines: Line) -> Path:
    """A recording with these lines."""
    path.write_text("".join(json.dumps(line) + "\n" for line in (HEADER, *lines)), "utf-8")
    return path


def two_groups(step: int, every_s: float = 2.0) -> Line:
    """A poll of `fast`, which keeps up, and `slow` on two topics, which never moves."""
    end = 1_000 + 100 * step
    topics = {name: [[0, 1, 0, end, end]] for name in ("orders", "mails")}
    fast = {"state": "Stable", "offsets": {"orders": [[0, end]]}}
    slow = {
        "state": "Stable",
        "offsets": {"mails": [[0, 100]], "orders": [[0, 200]]},
        "members": [["m", "slow-1", "/h", {"mails": [0], "orders": [0]}]],
    }
    return poll(STARTED_AT + every_s * step, topics, {"fast": fast, "slow": slow})
