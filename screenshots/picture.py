"""Draws what a terminal shows as an SVG."""

from __future__ import annotations

from io import StringIO
from pathlib import Path

import pyte
from pyte.screens import Char
from rich.console import Console
from rich.style import Style
from rich.text import Text

NAMED = {"default": None, "brown": "yellow", "brightbrown": "bright_yellow"}


def draw(screen: pyte.Screen, path: Path, title: str) -> None:
    """Write the screen, cell for cell, to an SVG file."""
    console = Console(record=True, width=screen.columns, height=screen.lines, file=StringIO())
    for line in range(screen.lines):
        row = screen.buffer[line]
        text = Text()
        for column in range(screen.columns):
            text.append(row[column].data, _style(row[column]))
        console.print(text, no_wrap=True, overflow="crop")
    path.write_text(console.export_svg(title=title), encoding="utf-8")


def _style(cell: Char) -> Style:
    return Style(
        color=_colour(cell.fg),
        bgcolor=_colour(cell.bg),
        bold=cell.bold,
        italic=cell.italics,
        underline=cell.underscore,
        reverse=cell.reverse,
    )


def _colour(name: str) -> str | None:
    if name in NAMED:
        return NAMED[name]
    if len(name) == 6 and not name.startswith("bright"):
        try:
            int(name, 16)
        except ValueError:
            return name
        return f"#{name}"
    return name.replace("bright", "bright_") if name.startswith("bright") else name
