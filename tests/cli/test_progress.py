"""How far a long command is shows where somebody can see it, and nowhere else."""

from __future__ import annotations

import sys
from pathlib import Path

import pexpect  # type: ignore[import-untyped]
import pytest

from lagtop.cli.progress import Progress
from lagtop.demo.launch import demo_process

PATIENCE_S = 60.0


def test_a_terminal_sees_how_far_it_is_and_where_the_data_went(tmp_path: Path) -> None:
    with demo_process("healthy") as bootstrap:
        words = ["-m", "lagtop", "record", str(tmp_path / "r"), "-b", bootstrap, "-d", "0.2"]
        terminal = pexpect.spawn(sys.executable, words, timeout=PATIENCE_S, dimensions=(24, 200))
        terminal.expect("lagtop: [2-9] polls, 0.[0-9] MB in [^\r]*; Ctrl\\+C ends it")
        terminal.sendintr()
        terminal.expect("polls, 0.[0-9] MB in [^;]*\r\n")
        terminal.expect(pexpect.EOF)
        terminal.close()

    assert terminal.exitstatus == 130


def test_what_is_no_terminal_sees_nothing_of_it(capfd: pytest.CaptureFixture[str]) -> None:
    line = Progress()
    line.show("half way")
    line.last("all of it")
    line.clear()
    assert capfd.readouterr().err == ""

    for _ in range(3):
        line.fail("nothing listens")
    line.succeed()
    line.succeed()
    assert capfd.readouterr().err.splitlines() == [
        "lagtop: nothing listens; lagtop goes on trying",
        "lagtop: the cluster answers again",
    ]
