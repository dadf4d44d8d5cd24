"""What a run gives back that somebody ends before it is over."""

from __future__ import annotations

import json
import signal
import subprocess
import sys

import pytest

from lagtop.demo.launch import demo_process
from lagtop.errors import EXIT_INTERRUPTED

PATIENCE_S = 90.0
WAYS = ("trace", "--in", "payments", "--out", "invoices", "--key", "header:id", "--format", "json")


@pytest.mark.parametrize("limit", [(), ("-t", "3600")])
def test_an_interrupted_trace_tells_what_it_found_and_says_so(limit: tuple[str, ...]) -> None:
    with demo_process("healthy") as bootstrap:
        process = subprocess.Popen(
            [sys.executable, "-m", "lagtop", *WAYS, "-b", bootstrap, *limit],
            stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
        )  # fmt: skip
        assert process.stderr is not None
        assert "reading from now on" in process.stderr.readline()
        process.send_signal(signal.SIGINT)
        told, narration = process.communicate(timeout=PATIENCE_S)

    assert process.returncode == EXIT_INTERRUPTED, narration
    assert "rows" in json.loads(told)
