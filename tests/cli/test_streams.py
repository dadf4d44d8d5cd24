"""Standard streams that are closed, or full."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from lagtop.errors import EXIT_OK, EXIT_OUTPUT
from tests.cli.recording import recorded, two_groups


@pytest.fixture(autouse=True, params=["", "1"], ids=["buffered", "unbuffered"])
def buffering(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PYTHONUNBUFFERED", request.param)


def shell(line: str) -> subprocess.CompletedProcess[str]:
    """Run lagtop with streams as a shell's line has them."""
    whole = f"'{sys.executable}' -m lagtop {line}"
    return subprocess.run(["sh", "-c", whole], capture_output=True, text=True, check=False)


@pytest.mark.parametrize("where", [">/dev/full", ">&-"])
@pytest.mark.parametrize("command", ["info", "--help", "check --help"])
def test_a_stdout_that_takes_nothing_is_an_error_of_a_sentence(command: str, where: str) -> None:
    done = shell(f"{command} {where}")

    assert done.returncode == EXIT_OUTPUT
    assert done.stderr.startswith("lagtop: stdout cannot be written: ")
    assert done.stderr.count("\n") == 1


@pytest.mark.parametrize("where", [">/dev/full", ">&-"])
@pytest.mark.parametrize("command", ["snapshot", "check"])
def test_so_it_is_of_what_is_told_of_a_recording(tmp_path: Path, command: str, where: str) -> None:
    file = recorded(tmp_path / "r.jsonl", two_groups(0), two_groups(1))

    done = shell(f"{command} --replay '{file}' {where}")

    assert done.returncode == EXIT_OUTPUT, done.stderr
    assert done.stderr.startswith("lagtop: stdout cannot be written: ")
    assert done.stderr.count("\n") == 1


@pytest.mark.parametrize("closed", ["2>&-", "<&-", "<&- 2>&-"])
def test_without_stderr_or_stdin_there_is_a_result(closed: str) -> None:
    done = shell(f"info {closed}")

    assert done.returncode == EXIT_OK
    assert done.stdout.startswith("lagtop ")


def test_an_error_that_nobody_can_be_told_keeps_its_status() -> None:
    assert shell("snapshot --what 2>/dev/full").returncode == 64
