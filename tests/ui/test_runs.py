"""The view of probes, traces and loads beside: what it shows of a run, and where its keys lead."""

from __future__ import annotations

import asyncio
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from lagtop.demo.cluster import DemoCluster
from lagtop.demo.story import Story, Topic
from lagtop.runs.run import Bar, Curve, Figures, Run
from lagtop.ui.look import Look
from lagtop.ui.run_lines import runs_lines
from tests.ui.pty_terminal import PtyTerminal
from tests.ui.reports import report
from tests.ui.screens import Opened, opened

NOW = 2_000.0
WHOLE = Figures("consumed", None, None, 24, 21, 3, 0, 2, 1, 0, 0, 0.0042, 0.0191, 0.052, 1.5)
PART = replace(WHOLE, partition=1, leader=3, lost=0, duplicates=0, out_of_order=0)
PROBE = Run(
    "probe", "orders", "broker:9092", 7, NOW - 62, NOW,
    figures=(WHOLE, PART),
    bars=(Bar(0.004, 0.005, 20), Bar(1.0, 2.0, 1)),
    curves=(Curve("consumed p50", "s", 60.0, (0.004, None, 0.0042)),),
    said=("an event to each of 2 partitions every 1 s",),
)  # fmt: skip
LOAD = Run(
    "load", "saturate orders for group billing", "broker:9092", 8, NOW - 100, NOW - 90, "over",
    curves=(Curve("lag", "messages", 30.0, (0.0, 12_000.0, 40.0)),),
    said=("sustained:   412/s",),
)  # fmt: skip
PATIENCE_S = 60.0


def told(*runs: Run, chosen: int = 0, width: int = 110, ascii_only: bool = False) -> str:
    """The view's text."""
    lines = runs_lines(runs, chosen, NOW, Look(ascii=ascii_only), width)
    return "\n".join("".join(piece.text for piece in line) for line in lines)


def test_a_run_is_told_with_figures_by_partition_and_leader_time_line_and_histogram() -> None:
    text = told(PROBE, width=130)

    rows = [line.split() for line in text.splitlines()]
    assert ["▸", "probe", "orders", "running", "for", "1m02s", "broker:9092"] in rows
    assert rows[rows.index(next(row for row in rows if row[:1] == ["stage"])) + 1] == [
        "consumed", "all", "-", "24", "21", "3", "0", "2", "1", "0", "0",
        "4.20ms", "19.1ms", "52.0ms", "1.50s",
    ]  # fmt: skip
    assert ["consumed", "1", "3", "24", "21", "0"] in [row[:6] for row in rows]
    assert "consumed p50      ▁·█  4.20ms, highest 4.20ms" in text
    assert "4.00ms ..  5.00ms ████" in text


def test_a_load_is_told_with_its_answer_and_its_curves() -> None:
    text = told(PROBE, LOAD, chosen=1)

    assert "▸ load saturate orders for group billing  over, begun 1m40s ago" in text
    assert "sustained:   412/s" in text
    assert "lag" in text
    assert "40, highest 12.0k" in text
    assert "consumed" not in text


def test_a_run_that_was_killed_is_silent_and_one_that_lost_events_stands_out() -> None:
    assert "silent for 20s: it hangs, or was killed" in told(replace(PROBE, told_at=NOW - 20))
    roles = [line[0].role for line in runs_lines((PROBE,), 0, NOW, Look(), 110) if line]
    assert "attention" in roles


def test_on_a_narrow_terminal_columns_go_and_no_number_is_cut() -> None:
    narrow = told(PROBE, width=60)

    head = next(line for line in narrow.splitlines() if line.startswith("stage"))
    assert head.split() == ["stage", "part", "sent", "lost", "twice", "p50", "p99", "max"]
    assert max(map(len, narrow.splitlines()[4:])) <= 60


def test_where_all_that_fits_is_unknown_the_highest_is_unknown_too() -> None:
    silent = Curve("consumed p50", "s", 60.0, (0.004, *[None] * 60))

    assert "?, highest ?" in told(replace(PROBE, curves=(silent,)), width=60)


def test_a_terminal_of_ascii_sees_ascii() -> None:
    assert told(PROBE, LOAD, ascii_only=True).isascii()


def test_without_runs_it_says_how_to_begin_one() -> None:
    assert "no probe, trace or load of yours runs on this machine" in told()


async def until(screen: Opened, seen: str) -> None:
    """Wait for a text on the screen: the runs are read beside the keys."""
    end = asyncio.get_running_loop().time() + PATIENCE_S
    while seen not in screen.text:
        assert asyncio.get_running_loop().time() < end, screen.text
        await screen.pilot.pause(0.05)


async def test_keys_lead_from_run_to_run_and_back_to_a_view() -> None:
    async with opened(report(2), runs=lambda: (PROBE, LOAD)) as screen:
        await screen.press("7")
        await until(screen, "▸ probe orders")
        await screen.press("right")
        await until(screen, "▸ load saturate")
        await screen.press("left")
        await until(screen, "▸ probe orders")

        await screen.press("2")

        assert screen.here.view.id == "topics"
        assert screen.app.screen is screen.app.browse


async def test_the_run_in_sight_stays_when_it_ends_and_another_begins() -> None:
    runs = [(PROBE,), (LOAD, replace(PROBE, ended="over"))]
    async with opened(report(2), runs=lambda: runs[0]) as screen:
        await screen.press("7")
        await until(screen, "▸ probe orders  silent")

        del runs[0]

        await until(screen, "▸ probe orders  over")


async def test_a_screen_that_cannot_know_of_runs_says_so() -> None:
    async with opened(report(2)) as screen:
        await screen.press("7")

        assert "nothing is known here of what runs beside" in screen.text


STORY = Story("probed", "to be probed", (Topic("probes", 2, rate_per_s=0.0, backlog=0),), ())


async def test_a_probe_in_another_terminal_is_seen_while_it_runs_and_after(tmp_path: Path) -> None:
    async with DemoCluster(STORY, history_s=0) as cluster:
        cluster.lose_record("probes", 2)
        cluster.double_record("probes", 4)
        await asyncio.to_thread(watch_probe, cluster.bootstrap, str(tmp_path))


def watch_probe(bootstrap: str, state: str) -> None:
    """Look at a probe of the embedded cluster through a real terminal."""
    env = {"XDG_STATE_HOME": state, "XDG_CONFIG_HOME": state}
    words = ["probe", "-b", bootstrap, "--topic", "probes", "--yes", "--every", "0.1"]
    terminal = PtyTerminal("-m", "lagtop", "-b", bootstrap, size=(110, 40), env=env)
    with subprocess.Popen(
        [sys.executable, "-m", "lagtop", *words, "--timeout", "4"],
        env=os.environ | env, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
    ) as probe:  # fmt: skip
        try:
            wait_for(terminal, lambda: "groups" in terminal.text)
            terminal.send("7")
            wait_for(terminal, lambda: row_of(terminal)[5:9] == ["1", "0", "1", "0"])
            assert "probe probes  running for" in terminal.text
            assert "consumed max" in terminal.text
            probe.send_signal(signal.SIGINT)
            wait_for(terminal, lambda: "probe probes  over, begun" in terminal.text)
        finally:
            probe.kill()
            terminal.close()


def wait_for(terminal: PtyTerminal, holds: Callable[[], bool]) -> None:
    """Read what the terminal is sent until something holds."""
    end = time.monotonic() + PATIENCE_S
    while not holds():
        assert time.monotonic() < end, terminal.text
        terminal.read(0.1)


def row_of(terminal: PtyTerminal) -> list[str]:
    """The figures of all that was consumed."""
    rows = (line.split() for line in terminal.lines)
    return next((row for row in rows if row[:2] == ["consumed", "all"]), [])
