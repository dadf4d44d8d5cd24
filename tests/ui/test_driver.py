"""Both drivers in a real pty: the same screens, the same good manners."""

from __future__ import annotations

import signal

import pytest

from tests.ui.conftest import Open

STOCK = {"LAGTOP_STOCK_DRIVER": "1"}
DRIVERS = pytest.mark.parametrize("env", [{}, STOCK], ids=["cells", "stock"])
KEYS = ["j", "jj", "\r", "q", "I", "/1[0-9]\r", "?", "G", "q", "e", "G", "g", ">", "<"]


@pytest.mark.parametrize(("story", "row"), [("once", "group-29"), ("strange", "narrow")])
def test_both_drivers_show_the_same_screens(open_story: Open, story: str, row: str) -> None:
    cells, stock = open_story(story, (100, 30)), open_story(story, (100, 30), **STOCK)
    for terminal in (cells, stock):
        terminal.wait_for(row)

    for keys in KEYS:
        for terminal in (cells, stock):
            terminal.send(keys)
            terminal.wait_for_quiet(0.3)
        cells.wait_for(lambda: not stock.read(0) and cells.lines == stock.lines)


@DRIVERS
def test_a_resize_is_drawn_anew(open_story: Open, env: dict[str, str]) -> None:
    terminal = open_story(**env)
    terminal.wait_for("group-29")

    for size in ((40, 7), (130, 20), (20, 5), (200, 50)):
        terminal.resize(*size)
        terminal.wait_for_quiet()

    terminal.wait_for(lambda: "? help" in terminal.lines[49])
    assert "group-29" in terminal.lines[4]


@DRIVERS
@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGHUP], ids=str)
def test_a_signal_restores_the_terminal(
    open_story: Open, env: dict[str, str], number: signal.Signals
) -> None:
    terminal = open_story("busy", **env)
    terminal.wait_for("group-")

    terminal.kill(number)

    assert terminal.wait_for_end() == 128 + number
    assert terminal.is_restored


def test_a_terminal_that_never_answers_is_drawn_on(open_story: Open) -> None:
    terminal = open_story("busy")
    terminal.answers = False
    terminal.wait_for("group-")
    before = terminal.lines[4]

    terminal.wait_for(lambda: terminal.lines[4] != before)
    terminal.send("q")

    assert terminal.wait_for_end() == 0


def test_what_others_wrote_on_the_screen_is_gone_after_ctrl_l(open_story: Open) -> None:
    terminal = open_story()
    terminal.wait_for("group-29")
    terminal.wait_for_quiet()
    terminal.stream.feed(b"\x1b[10;1HBroadcast message from root")

    terminal.send("\x0c")

    terminal.wait_for(lambda: "Broadcast" not in terminal.text)


def test_a_stray_sigcont_draws_anew_and_takes_no_terminal_twice(open_story: Open) -> None:
    terminal = open_story()
    terminal.wait_for("group-29")
    terminal.wait_for_quiet()
    taken = bytes(terminal.raw).count(b"?1049h")

    terminal.screen.reset()
    terminal.kill(signal.SIGCONT)

    terminal.wait_for("group-29")
    assert bytes(terminal.raw).count(b"?1049h") == taken


def test_m_leaves_the_mouse_to_the_terminal_and_takes_it_again(open_story: Open) -> None:
    terminal = open_story()
    terminal.wait_for("group-29")

    terminal.send("m")
    terminal.wait_for("the mouse is the terminal's")
    assert terminal.raw.rfind(b"?1000l") > terminal.raw.rfind(b"?1000h")

    terminal.send("m")
    terminal.wait_for("the mouse chooses")
    assert terminal.raw.rfind(b"?1000h") > terminal.raw.rfind(b"?1000l")


def test_mouse_motions_are_never_asked_for(open_story: Open) -> None:
    terminal = open_story()
    terminal.wait_for("group-29")

    assert b"?1000h" in terminal.raw
    assert b"?1003h" not in terminal.raw


def test_over_ssh_there_is_no_mouse(open_story: Open) -> None:
    terminal = open_story(SSH_CONNECTION="10.0.0.1 5000 10.0.0.2 22")
    terminal.wait_for("group-29")

    assert b"?1000h" not in terminal.raw


def test_a_refresh_costs_a_fraction_of_what_textual_sends(open_story: Open) -> None:
    sent = []
    for env in ({}, STOCK):
        terminal = open_story("tenth", (120, 40), **env)
        terminal.wait_for("moment-0")
        terminal.wait_for_quiet()
        before = len(terminal.raw)
        for moment in range(1, 6):
            terminal.send("r")
            terminal.wait_for(f"moment-{moment}")
        sent.append(len(terminal.raw) - before)

    assert sent[0] * 5 < sent[1]
