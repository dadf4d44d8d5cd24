"""The lines around the table as functions of state: place, footer, reason, empty tables."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import groupby
from textwrap import wrap
from typing import Final

from rich.cells import cell_len

from lagtop.analysis.report import Report
from lagtop.snapshot import Step
from lagtop.ui import text
from lagtop.ui.command import Where
from lagtop.ui.command_table import COMMANDS, ROOTS
from lagtop.ui.commands import key_name
from lagtop.ui.headline import Field, fit_fields
from lagtop.ui.look import Look
from lagtop.ui.names import clean
from lagtop.ui.roles import Line, Piece
from lagtop.ui.seen import Seen
from lagtop.ui.spark import bar
from lagtop.ui.views import Place

_STEP_CELLS, _BAR_CELLS = 30, 16
SMALLEST: Final = (40, 8)
"""Columns and lines below which nothing useful can be shown."""


def place_line(trail: Sequence[Place], look: Look, width: int) -> Line:
    """Where the user is, how many rows there are, by what they are sorted; and the views."""
    here = trail[-1]
    grid, rows = here.grid, text.plural(here.grid.unfiltered, here.view.noun)
    told = rows.removesuffix(here.title).strip()
    crumbs = Field(0, (Piece(_crumbs(trail, look), "title"),))
    if grid.sheet is None:
        return fit_fields([crumbs], width, [_tabs(trail[0])])
    fields = [
        crumbs,
        Field(1, (Piece(told, "dim"),)),
        *_narrowings(here),
        _order(here),
    ]
    return fit_fields(fields, width, [_tabs(trail[0])])


def _order(here: Place) -> Field:
    """By what the rows are sorted: the views go first where that is not the usual."""
    sort, turned = here.grid.sort, _is_turned(here)
    rank = 4 if sort.name == here.view.sort and not turned else 2
    return Field(rank, (Piece(f"by {sort.title}{' reversed' if turned else ''}", "dim"),))


def _narrowings(here: Place) -> list[Field]:
    grid, told = here.grid, []
    if grid.filter is not None:
        shown = Piece(f" {grid.total:,} shown", "dim")
        told.append(Field(0, (Piece(f"/{clean(grid.filter.text)}", "key"), shown)))
    if grid.issues_only:
        told.append(Field(0, (Piece("issues only", "attention"),)))
    if grid.marked:
        told.append(Field(0, (Piece(f"{len(grid.marked):,} marked", "key"),)))
    return told


def _tabs(root: Place) -> Field:
    pieces = []
    for command in COMMANDS:
        if command.id in ROOTS:
            role = "title" if command.id == root.view.id else "dim"
            pieces += [Piece(f" {command.keys[0]} ", "key"), Piece(command.label, role)]
    return Field(3, tuple(pieces))


def footer_line(where: Where, width: int, *others: Where) -> Line:
    """The keys that matter most, as many as there is room for."""
    places = (where, *others)
    told = (command for command in COMMANDS if command.where in places and command.footer)
    fields = []
    for (word, rank), sharing in groupby(told, key=lambda c: (c.footer, c.footer_rank)):
        keys = " ".join(key_name(command.keys[0]) for command in sharing)
        fields.append(Field(rank, (Piece(keys, "key"), Piece(f" {word}", "dim"))))
    return fit_fields(fields, width)


def reason_lines(place: Place, width: int, *, on_two: bool) -> list[Line]:
    """The name of the row under the cursor in full, and its reason; on one line it may be cut."""
    identity = place.identity
    if identity is None:
        return []
    name = " ".join(clean(str(part)) for part in identity)
    if isinstance(identity[0], int):
        name = f"{place.view.noun} {name}"
    if not on_two:
        return [(Piece(f" {name}", "name"), Piece(f"  {' '.join(place.reason.split())}"))]
    room = max(width - 2, 20)
    first, *rest = wrap(place.reason, room, initial_indent=" " * (cell_len(name) + 2)) or [""]
    lines: list[Line] = [(Piece(f" {name}", "name"), Piece(f"  {first.lstrip()}"))]
    return lines + [(Piece(f" {line}"),) for line in [" ".join(rest)] if line]


def connecting(target: str, seen: Seen, look: Look) -> list[Line]:
    """What the table's place says until the first Report: how far it is, or what went wrong."""
    failure = seen.failure
    if failure is None:
        told = [Piece(f"connecting to {clean(target) or 'the cluster'} ...", "title")]
        steps = seen.progress.steps if seen.progress else ()
        return [told, *(_step(step, look) for step in steps)]
    lines: list[Line] = [[Piece(clean(failure.what), "alarm")]]
    if failure.hint:
        lines.append([Piece(clean(failure.hint))])
    retries = "retrying by itself; r tries now, " if failure.retry_in_s > 0 else ""
    lines.append([Piece(f"{retries}q quits", "dim")])
    return lines


def _step(step: Step, look: Look) -> Line:
    part = step.done / step.total if step.total else 1.0
    drawn = bar(part, _BAR_CELLS, ascii_glyphs=look.ascii)
    return [
        Piece(f"{step.what:{_STEP_CELLS}}", "dim"),
        Piece(drawn, "ok" if part == 1 else "trace"),
        Piece(f"  {step.done:,}/{step.total:,}"),
    ]


def nothing_to_show(place: Place, report: Report) -> list[Line]:
    """What an empty table says: filtered out, all well, or nothing there."""
    filtered = place.grid.filter
    if filtered is not None and place.grid.unfiltered:
        told = f"none of {text.plural(place.grid.unfiltered, place.view.noun)} passes the filter"
        return [
            [Piece(f"{told} /{clean(filtered.text)}", "title")],
            [Piece("Esc clears the filter", "dim")],
        ]
    if place.grid.issues_only and place.grid.unfiltered:
        return [[Piece("no row has a mark: all is well", "ok")], [Piece("z shows all", "dim")]]
    return [[Piece(clean(place.view.empty(report, place.path)), "title")]]


def has_room(width: int, height: int, needed: tuple[int, int] = SMALLEST) -> bool:
    """Whether a terminal has the columns and lines that a screen needs."""
    return width >= needed[0] and height >= needed[1]


def too_small(
    width: int, height: int, needed: tuple[int, int] = SMALLEST, way_out: str = "q quits"
) -> list[Line]:
    """What a terminal hears that has no room for what is asked for."""
    return [
        [Piece("terminal too small", "attention")],
        [Piece(f"{width}x{height}, needs {needed[0]}x{needed[1]}")],
        [Piece(way_out, "dim")],
    ]


def _crumbs(trail: Sequence[Place], look: Look) -> str:
    arrow = " > " if look.ascii else " › "
    return arrow.join(clean(place.title) for place in trail)


def _is_turned(place: Place) -> bool:
    return place.grid.descending != place.grid.sort.descending
