"""The canvas against pyte: whatever was drawn before, the terminal shows what was drawn last."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import pyte
import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len

from lagtop.ui.canvas import Canvas

WIDTH, HEIGHT = 12, 4
EVERYTHING = 10**9
STYLES = ["", "1", "31", "1;31", "38;2;1;2;3", "48;5;17", "7", "4;32;44", "2;3", "39;49", "9;97"]
TEXTS = st.text(alphabet="ab  ▁█≥日本", min_size=1, max_size=8)


class Run(NamedTuple):
    """Text at a place in a style, as Textual writes it."""

    x: int
    y: int
    text: str
    style: str

    def __str__(self) -> str:
        body = f"\x1b[{self.style}m{self.text}\x1b[0m" if self.style else self.text
        return f"\x1b[{self.y + 1};{self.x + 1}H{body}"


RUNS = st.builds(
    Run, st.integers(0, WIDTH - 1), st.integers(0, HEIGHT - 1), TEXTS, st.sampled_from(STYLES)
)
FRAMES = st.lists(st.lists(RUNS, max_size=5), min_size=1, max_size=6)


class Terminal:
    """A pyte screen, with line wrap off as Textual has it."""

    def __init__(self) -> None:
        self.screen = pyte.Screen(WIDTH, HEIGHT)
        self.stream = pyte.Stream(self.screen)
        self.stream.feed("\x1b[?7l")

    def feed(self, data: str) -> None:
        """Show it."""
        self.stream.feed(data)

    @property
    def cells(self) -> list[tuple[object, ...]]:
        """What is seen in each cell; ink that a blank does not show is left out."""
        lines = (self.screen.buffer[y] for y in range(HEIGHT))
        return [seen(line[x]) for line in lines for x in range(WIDTH)]


def seen(cell: pyte.screens.Char) -> tuple[object, ...]:
    """What of a cell is seen."""
    lines = (cell.underscore, cell.reverse, cell.strikethrough)
    fore = cell.fg if cell.data.strip() or any(lines) else "default"
    bold = cell.bold and bool(cell.data.strip())
    italics = cell.italics and bool(cell.data.strip())
    return (cell.data or " ", fore, cell.bg, bold, italics, *lines)


def frame(runs: Sequence[Run]) -> str:
    """A frame as Textual writes it."""
    return "".join(map(str, runs)) + "\x1b[1;1H"


def fits(run: Run) -> bool:
    """Whether a run stays in its line."""
    return run.x + cell_len(run.text) <= WIDTH


@given(FRAMES, st.integers(min_value=1, max_value=80))
def test_updates_in_slices_add_up_to_the_whole_screen(frames: list[list[Run]], budget: int) -> None:
    canvas, sliced, whole = Canvas(WIDTH, HEIGHT), Terminal(), Terminal()
    for runs in frames:
        assert canvas.draw(frame(runs))
        sliced.feed(canvas.update(budget))
    while canvas.is_behind:
        sliced.feed(canvas.update(budget))

    canvas.forget()
    whole.feed(canvas.update(EVERYTHING))

    assert sliced.cells == whole.cells


@given(FRAMES)
def test_the_screen_is_the_one_that_textual_meant(frames: list[list[Run]]) -> None:
    canvas, ours, stock = Canvas(WIDTH, HEIGHT), Terminal(), Terminal()
    ours.feed(canvas.update(EVERYTHING))
    for runs in frames:
        narrow = [run._replace(text=run.text.replace("日", "x").replace("本", "y")) for run in runs]
        data = frame(list(filter(fits, narrow)))
        stock.feed(data)
        canvas.draw(data)
        ours.feed(canvas.update(EVERYTHING))

    assert ours.cells == stock.cells


@given(st.lists(st.lists(st.tuples(st.text("ab日本", min_size=1), st.sampled_from(STYLES)))))
def test_whole_lines_of_wide_characters_are_the_ones_that_textual_meant(
    frames: list[list[tuple[str, str]]],
) -> None:
    canvas, ours, stock = Canvas(WIDTH, HEIGHT), Terminal(), Terminal()
    ours.feed(canvas.update(EVERYTHING))
    for lines in frames:
        whole = [(y, text, style) for y, (text, style) in enumerate(lines[:HEIGHT])]
        runs = [Run(0, y, text, style) for y, text, style in whole if cell_len(text) <= WIDTH]
        padded = [run._replace(text=run.text + " " * (WIDTH - cell_len(run.text))) for run in runs]
        stock.feed(frame(padded))
        canvas.draw(frame(padded))
        ours.feed(canvas.update(EVERYTHING))

    assert ours.cells == stock.cells


@given(st.lists(RUNS, max_size=5))
def test_a_frame_that_changes_nothing_sends_nothing(runs: list[Run]) -> None:
    canvas = Canvas(WIDTH, HEIGHT)
    for _ in range(2):
        canvas.draw(frame(runs))
    canvas.update(EVERYTHING)

    canvas.draw(frame(runs[-1:]))

    assert canvas.update(EVERYTHING) == ""


def test_one_changed_cell_costs_a_move_and_a_character() -> None:
    canvas = Canvas(80, 24)
    canvas.draw("\x1b[5;1H" + "x" * 80)
    canvas.update(EVERYTHING)

    canvas.draw("\x1b[5;1H" + "x" * 40 + "y" + "x" * 39)

    assert canvas.update(EVERYTHING) == "\x1b[5;41Hy"


def test_the_newest_touched_row_goes_first() -> None:
    canvas = Canvas(80, 24)
    canvas.update(EVERYTHING)
    canvas.draw("".join(f"\x1b[{y};1Hrow {y}" for y in range(1, 25)))
    canvas.draw("\x1b[7;1Hanswer to a key")

    assert "answer to a key" in canvas.update(1)
    assert canvas.is_behind


@pytest.mark.parametrize(
    "data", ["\x1b[2J", "text\x1b]52;c;eA==\x07", "\x1b[?25l", "bell\x07", "\x1b[1;1Hx\x1b[K"]
)
def test_what_is_no_frame_is_not_taken(data: str) -> None:
    canvas = Canvas(WIDTH, HEIGHT)
    canvas.update(EVERYTHING)

    assert not canvas.draw(data)
    assert not canvas.is_behind


def test_what_lies_outside_is_left_out() -> None:
    canvas, terminal = Canvas(WIDTH, HEIGHT), Terminal()

    canvas.draw(f"\x1b[{HEIGHT + 5};1Hbelow\x1b[1;{WIDTH - 1}H日日日\x1b[2;{WIDTH}H日")
    terminal.feed(canvas.update(EVERYTHING))

    assert terminal.screen.display[0].rstrip() == " " * (WIDTH - 2) + "日"
    assert terminal.screen.display[1].strip() == ""


def test_a_newline_goes_to_the_start_of_the_next_line() -> None:
    canvas, terminal = Canvas(WIDTH, HEIGHT), Terminal()

    canvas.draw("\x1b[1;5Hone\ntwo")
    terminal.feed(canvas.update(EVERYTHING))

    assert [line.rstrip() for line in terminal.screen.display[:2]] == ["    one", "two"]


def test_after_a_resize_everything_is_sent() -> None:
    canvas = Canvas(WIDTH, HEIGHT)
    canvas.draw("\x1b[1;1Hhello")
    canvas.update(EVERYTHING)

    canvas.resize(WIDTH + 1, HEIGHT)
    canvas.draw("\x1b[1;1Hhello")

    assert "hello" in canvas.update(EVERYTHING)


def test_joined_emoji_are_as_wide_as_textual_thinks() -> None:
    canvas = Canvas(WIDTH, HEIGHT)
    family = "\U0001f468\u200d\U0001f469\u200d\U0001f467"

    canvas.draw(f"\x1b[1;1H{family}|")

    assert canvas._wanted[0].characters.index("|") == cell_len(family)
