"""The help, made from the registries, so that it cannot say what is not so."""

from __future__ import annotations

from collections.abc import Sequence
from textwrap import wrap

import numpy as np

from lagtop.ui.cells import mark_glyph
from lagtop.ui.columns import AnyColumn
from lagtop.ui.command import Command, Where
from lagtop.ui.command_table import COMMANDS
from lagtop.ui.commands import SECTIONS, key_name
from lagtop.ui.look import Look
from lagtop.ui.marks import SIGNS
from lagtop.ui.roles import Line, Piece
from lagtop.ui.sheets import Sheet
from lagtop.ui.table_text import exact_cells

READ_ONLY = (
    "lagtop only reads: no key here deletes, resets, commits or joins anything, and it leaves no"
    " trace on the cluster."
)
HEADLINE = (
    (
        "brokers",
        "how many of the cluster's brokers answer; `no answer` (`silent` where it is narrow) names"
        " the others by their ids",
    ),
    ("ctrl", "the id of the node that is the cluster's controller"),
    ("in", "messages a second written to what some group reads; each partition counts once"),
    ("out", "messages a second that all groups consume: one that two groups read counts twice"),
    ("lag", "of all groups; behind: the worst partition's lag in time"),
    (
        "out/in",
        "consumed per produced; a partition counts for each group that reads it, and only where"
        " both rates are known: 1 is keeping up, however many groups there are",
    ),
    (
        "every N s",
        "polls are this far apart, and not as asked, because they would take more than a quarter of"
        " a core, or ask a broker more than 50 times a second; `poll` is what the last one took",
    ),
    (
        "margin",
        "the safety margin: consumers that have a backlog should consume by so much more than is"
        " produced; with 20 %, 1.2 times as much (--margin)",
    ),
)
_KEYS = 22
_NAME = 12


def help_lines(columns: Sequence[AnyColumn], look: Look, width: int) -> list[Line]:
    """Keys, marks and the columns of the view that help was asked in."""
    lines: list[Line] = [[Piece(line)] for line in wrap(READ_ONLY, max(width, 20))]
    for section in SECTIONS:
        lines += [[], [Piece(section, "title")], *_section(section, width, "app", "browse")]
    lines += [[], [Piece("Marks", "title")], *_legend(look, width)]
    lines += [[], [Piece("The lines at the top", "title")]]
    for title, told in HEADLINE:
        lines += _entry(title, "heading", told, _NAME, width)
    lines += [[], [Piece("Columns", "title")]]
    for column in columns:
        unit = f" [{column.unit}]" if column.unit else ""
        lines += _entry(column.title, "heading", column.help + unit, _NAME, width)
    return lines


def fleet_help(columns: Sequence[tuple[str, str]], look: Look, width: int) -> list[Line]:
    """Keys of the screen of all clusters, marks, and its columns with what they mean."""
    lines: list[Line] = [[Piece(line)] for line in wrap(READ_ONLY, max(width, 20))]
    for section in SECTIONS:
        if told := _section(section, width, "fleet"):
            lines += [[], [Piece(section, "title")], *told]
    lines += [[], [Piece("Marks, of a cluster's worst group", "title")], *_legend(look, width)]
    lines += [[], [Piece("Columns", "title")]]
    for title, meaning in columns:
        lines += _entry(title, "heading", meaning, _NAME + 1, width)
    return lines


def row_lines(
    columns: Sequence[AnyColumn], sheet: Sheet, row: int, reason: str, look: Look, width: int
) -> list[Line]:
    """All that is known of a row: each column with its exact value, drawn or not; and why."""
    rows = np.array([row])
    lines: list[Line] = [[Piece(line, "attention")] for line in wrap(reason, max(width, 20))]
    lines += [[]] if lines else []
    for column in columns:
        told = exact_cells(column, sheet, rows, look)[0]
        if column.heading and told and told != reason:
            lines += _entry(column.title, "dim", told, _NAME, width)
    return lines


def _section(section: str, width: int, *places: Where) -> list[Line]:
    told = [c for c in COMMANDS if c.section == section and c.where in places]
    return [line for c in told for line in _entry(_keys(c), "key", c.help, _KEYS, width)]


def _keys(command: Command) -> str:
    keys = " ".join(key_name(key) for key in command.keys)
    return keys or f":{command.id} {command.argument}"


def _legend(look: Look, width: int) -> list[Line]:
    return [
        line
        for mark, sign in SIGNS.items()
        for line in _entry(mark_glyph(mark, look), sign.role, sign.meaning, _NAME, width)
    ]


def _entry(name: str, role: str, told: str, indent: int, width: int) -> list[Line]:
    first, *rest = wrap(told, max(width - indent, 20))
    lines: list[Line] = [[Piece(name.ljust(indent), role), Piece(first)]]
    return lines + [[Piece(" " * indent), Piece(line)] for line in rest]
