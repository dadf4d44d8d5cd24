"""`lagtop serve` as a process beside a cluster."""

from __future__ import annotations

import json
import re
import signal
import socket
import subprocess
import sys
import time
import urllib.request

import pytest

from lagtop.demo.launch import demo_process
from lagtop.errors import EXIT_USAGE
from tests.cli.recording import ran

PATIENCE_S = 60.0


def test_it_serves_what_it_polls_until_it_is_ended() -> None:
    with demo_process("healthy") as bootstrap:
        words = ["serve", "-b", bootstrap, "--listen", "127.0.0.1:0", "--interval", "0.3"]
        process = subprocess.Popen(
            [sys.executable, "-m", "lagtop", *words],
            stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
        )  # fmt: skip
        assert process.stderr is not None
        told = process.stderr.readline()
        found = re.fullmatch(r"lagtop: (http://127\.0\.0\.1:\d+)/metrics\n", told)
        assert found is not None, told
        metrics = scraped_until(found[1], "\nkafka_consumergroup_lag{")
        process.send_signal(signal.SIGTERM)
        rest, narration = process.communicate(timeout=PATIENCE_S)

    assert "lagtop_up 1\n" in metrics
    assert metrics.endswith("# EOF\n")
    assert (process.returncode, rest, narration) == (0, "", "")


def scraped_until(url: str, wanted: str) -> str:
    """The first scrape that has what is wanted."""
    deadline = time.monotonic() + PATIENCE_S
    while True:
        with urllib.request.urlopen(f"{url}/metrics", timeout=PATIENCE_S) as answer:
            text: str = answer.read().decode()
        if wanted in text:
            return text
        assert time.monotonic() < deadline, text
        time.sleep(0.05)


def test_rules_and_dashboard_are_printed(capfd: pytest.CaptureFixture[str]) -> None:
    assert "ConsumerStalled" in ran(capfd, "serve", "--print-rules").out
    assert json.loads(ran(capfd, "serve", "--print-dashboard").out)["uid"] == "lagtop"


@pytest.mark.parametrize("address", ["9311", ":9311", "h:x", "h:70000", "h:1,h:2", "no.invalid:1"])
def test_an_address_that_is_none_is_refused(
    address: str, capfd: pytest.CaptureFixture[str]
) -> None:
    said = ran(capfd, "serve", "-b", "127.0.0.1:1", "--listen", address)

    assert said.status == EXIT_USAGE
    assert address in said.err


def test_a_host_that_is_not_found_is_said(capfd: pytest.CaptureFixture[str]) -> None:
    said = ran(capfd, "serve", "-b", "127.0.0.1:1", "--listen", "no-such-host.invalid:80")

    assert said.status == EXIT_USAGE
    told = said.err.splitlines()[0]
    assert told.startswith("lagtop: cannot listen on no-such-host.invalid:80: ")
    assert "unknown error" not in told.lower()


def test_an_address_that_is_taken_is_said(capfd: pytest.CaptureFixture[str]) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        address = f"127.0.0.1:{taken.getsockname()[1]}"
        said = ran(capfd, "serve", "-b", "127.0.0.1:1", "--listen", address)

    assert (said.status, said.err.splitlines()[0]) == (
        EXIT_USAGE, f"lagtop: cannot listen on {address}: address already in use",
    )  # fmt: skip
