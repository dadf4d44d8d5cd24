"""The screen in a real pty: what is sent, and how the terminal is left."""

from __future__ import annotations

import signal
import subprocess
import sys

import pytest

from tests.ui.conftest import Open
from tests.ui.pty_terminal import ROOT, cells_of, environment


@pytest.mark.parametrize("size", [(80, 24), (120, 40)], ids=str)
def test_the_groups_are_drawn(open_story: Open, size: tuple[int, int]) -> None:
    terminal = open_story(size=size)

    terminal.wait_for("group-29")
    terminal.wait_for_quiet()

    assert "broker:9092" in terminal.lines[0]
    assert "GROUP" in terminal.lines[3]
    assert "30.0k" in terminal.lines[4]
    assert "? help" in terminal.lines[-1]


def test_a_tiny_terminal_says_what_it_needs(open_story: Open) -> None:
    terminal = open_story(size=(40, 7))

    terminal.wait_for("needs 40x8")


def test_a_resize_is_followed_even_with_columns_and_lines_in_the_environment(
    open_story: Open,
) -> None:
    terminal = open_story(COLUMNS="80", LINES="24")
    terminal.wait_for("group-29")

    terminal.resize(120, 30)

    terminal.wait_for("STATE")
    terminal.wait_for(lambda: "? help" in terminal.lines[29])


def test_a_key_that_is_not_utf_8_ends_nothing(open_story: Open) -> None:
    terminal = open_story()
    terminal.wait_for("group-29")

    terminal.send(b"\xe9?")

    terminal.wait_for("lagtop only reads")
    terminal.send("q")
    terminal.send("q")
    assert terminal.wait_for_end() == 0
    assert b"UnicodeDecodeError" not in terminal.raw


def test_q_restores_the_terminal(open_story: Open) -> None:
    terminal = open_story()
    terminal.wait_for("group-29")

    terminal.send("q")

    assert terminal.wait_for_end() == 0
    assert terminal.is_restored


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGHUP, signal.SIGINT], ids=str)
def test_a_signal_restores_the_terminal(open_story: Open, number: signal.Signals) -> None:
    terminal = open_story()
    terminal.wait_for("group-29")

    terminal.kill(number)

    assert terminal.wait_for_end() == 128 + number
    assert terminal.is_restored


def test_a_terminal_that_vanishes_ends_the_program(open_story: Open) -> None:
    terminal = open_story("busy")
    terminal.wait_for("group-")

    terminal.hang_up()

    assert terminal.has_gone()


def test_ctrl_z_gives_the_terminal_back_and_fg_draws_again(open_story: Open) -> None:
    terminal = open_story()
    terminal.wait_for("group-29")
    terminal.wait_for_quiet()

    terminal.send("\x1a")
    terminal.wait_for(lambda: terminal.is_stopped)
    terminal.wait_for_quiet()
    assert terminal.is_restored

    terminal.screen.reset()
    terminal.kill(signal.SIGCONT)
    terminal.wait_for("group-29")
    terminal.wait_for("? help")


def test_leaving_a_cluster_that_never_answered_is_a_failure(open_story: Open) -> None:
    terminal = open_story("down")
    terminal.wait_for("refused the connection")

    terminal.send("q")

    assert terminal.wait_for_end() == 69
    assert b"is Kafka running there?" in terminal.raw.rpartition(b"1049l")[2]


def test_no_colour_means_no_colour_code(open_story: Open) -> None:
    terminal = open_story(NO_COLOR="1")
    terminal.wait_for("group-29")
    terminal.send("j?")
    terminal.wait_for("lagtop help")

    assert terminal.colour_codes == []


def test_colour_is_sent_where_it_is_wanted(open_story: Open) -> None:
    terminal = open_story()
    terminal.wait_for("group-29")

    assert terminal.colour_codes


@pytest.mark.parametrize(
    "env", [{"LANG": "C"}, {"LC_ALL": "POSIX"}, {"TERM": "linux"}], ids=lambda env: str(env)
)
def test_a_terminal_without_utf8_is_sent_ascii(open_story: Open, env: dict[str, str]) -> None:
    terminal = open_story("strange", **env)
    terminal.wait_for("narrow")

    assert bytes(terminal.raw).isascii()


def test_strange_names_leave_the_rows_in_their_columns(open_story: Open) -> None:
    terminal = open_story("strange", size=(120, 24))
    terminal.wait_for("narrow")
    terminal.wait_for_quiet()

    rows = ["".join(cells_of(terminal.screen, line)) for line in range(4, 9)]
    places = {row.index(" stable ") for row in rows}

    assert b"\x1b[2J\x1b[31mred" not in terminal.raw
    assert len(places) == 1
    assert all("1/1" in line for line in terminal.lines[4:9])


def test_a_paused_screen_sends_nothing(open_story: Open) -> None:
    terminal = open_story("busy")
    terminal.wait_for("group-")
    terminal.send("p")
    terminal.wait_for("PAUSED")
    terminal.wait_for_quiet()

    assert not terminal.read(2.5)


def test_an_unchanged_screen_sends_nothing(open_story: Open) -> None:
    terminal = open_story()
    terminal.wait_for("group-29")
    terminal.wait_for_quiet()

    assert not terminal.read(2.5)


@pytest.mark.parametrize(
    ("stdin", "env", "told"),
    [
        (subprocess.DEVNULL, {}, "standard input is none"),
        (None, {"TERM": "dumb"}, "lagtop snapshot"),
    ],
    ids=["no terminal", "dumb"],
)
def test_without_a_terminal_it_points_at_the_snapshot(
    stdin: int | None, env: dict[str, str], told: str
) -> None:
    ended = subprocess.run(
        [sys.executable, "tests/ui/play.py", "once"],
        stdin=stdin or subprocess.DEVNULL,
        capture_output=True,
        text=True,
        cwd=ROOT,
        env=environment(env),
        check=False,
    )

    assert ended.returncode == 64
    assert ended.stdout == ""
    assert "`lagtop snapshot`" in ended.stderr


def test_a_dumb_terminal_is_refused(open_story: Open) -> None:
    terminal = open_story(TERM="dumb")

    assert terminal.wait_for_end() == 64
    assert b"`lagtop snapshot`" in terminal.raw
    assert b"\x1b" not in terminal.raw


def test_leaving_sends_nothing_over_the_shells_screen(open_story: Open) -> None:
    terminal = open_story()
    terminal.wait_for("group-29")

    terminal.send("q")
    terminal.wait_for_end()

    _, _, after = bytes(terminal.raw).rpartition(b"?1049l")
    assert b"6n" not in after
    assert b"group" not in after
