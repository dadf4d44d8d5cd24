"""The cluster in a process of its own: one line, then it serves, then it ends with its parent."""

from __future__ import annotations

import asyncio
import subprocess
import sys

import pytest

from lagtop.demo.ask import Address
from lagtop.demo.launch import demo_process
from lagtop.demo.stories import STORIES
from lagtop.errors import UsageError

from .asking import metadata_of, send

COMMAND = [sys.executable, "-m", "lagtop.demo"]


def test_a_demo_process_serves_until_the_block_ends() -> None:
    with demo_process("healthy") as bootstrap:
        hosts = [address.rsplit(":", 1) for address in bootstrap.split(",")]
        first = Address(hosts[0][0], int(hosts[0][1]))
        response = asyncio.run(send(first, metadata_of("payments"), 12))

    assert len(hosts) == 3
    assert response.topics[0].error_code == 0
    with pytest.raises(ConnectionRefusedError):
        asyncio.run(send(first, metadata_of("payments"), 12))


def test_it_ends_when_stdin_ends() -> None:
    done = subprocess.run(COMMAND, input="", capture_output=True, text=True, timeout=60)

    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.startswith("bootstrap 127.0.0.1:")
    assert done.stdout.count("\n") == 1


def test_it_ends_on_sigterm() -> None:
    process = subprocess.Popen(
        COMMAND, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )
    assert process.stdout is not None
    process.stdout.readline()

    process.terminate()
    _, narration = process.communicate(timeout=60)

    assert (process.returncode, narration) == (0, "")


def test_an_unknown_story_is_a_sentence_and_64() -> None:
    done = subprocess.run(
        [*COMMAND, "--story", "nonsense"], capture_output=True, text=True, timeout=60
    )

    assert done.returncode == 64
    assert done.stdout == ""
    assert "no such story: nonsense" in done.stderr
    assert all(name in done.stderr for name in STORIES)


def test_launching_an_unknown_story_is_a_usage_error() -> None:
    with pytest.raises(UsageError, match="no such story"), demo_process("nonsense"):
        pass


def test_a_port_in_use_is_a_sentence_and_64() -> None:
    with demo_process("healthy") as bootstrap:
        port = bootstrap.split(",")[0].rsplit(":", 1)[1]
        done = subprocess.run(
            [*COMMAND, "--port", port], input="", capture_output=True, text=True, timeout=60
        )

    assert done.returncode == 64
    assert "cannot listen" in done.stderr
    assert "Traceback" not in done.stderr
