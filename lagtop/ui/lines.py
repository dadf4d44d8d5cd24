"""The lines around the table as functions of state: place, footer, reason, empty tables."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import groupby

from lagtop.analysis.report import Report
from lagtop.snapshot import Failure
from lagtop.ui import text
from lagtop.ui.command import Where
from lagtop.ui.command_table import COMMANDS
from lagtop.ui.commands import key_name
from lagtop.ui.look import Look
from lagtop.ui.names import clean
from lagtop.ui.roles import Line, Piece
from lagtop.ui.views import Place

TOO_SMALL = (40, 8)
"""Columns and lines below which nothing useful can be shown."""


def place_line(trail: Sequence[Place], look: Look) -> Line:
    """Where the user is, how many rows there are, by what they are sorted and filtered."""
    here = trail[-1]
    grid = here.grid
    line = [Piece(" "), Piece(_crumbs(trail, look), "title")]
    line.append(Piece(f"  {text.plural(grid.unfiltered, here.view.noun)}", "dim"))
    if grid.filter is not None:
        line.append(Piece(f"  /{clean(grid.filter.text)}", "key"))
        line.append(Piece(f" {grid.total:,} shown", "dim"))
    if grid.issues_only:
        line.append(Piece("  issues only", "attention"))
    if grid.marked:
        line.append(Piece(f"  {len(grid.marked):,} marked", "key"))
    line.append(Piece(f"  by {grid.sort.title}{' reversed' if _is_turned(here) else ''}", "dim"))
    return line


def footer_line(where: Where) -> Line:
    """The keys that matter most."""
    line = [Piece(" ")]
    told = (command for command in COMMANDS if command.where == where and command.footer)
    for word, sharing in groupby(told, key=lambda command: command.footer):
        line.append(Piece(" ".join(key_name(command.keys[0]) for command in sharing), "key"))
        line.append(Piece(f" {word}  ", "dim"))
    return line


def reason_line(place: Place) -> Line:
    """The name of the row under the cursor in full, and its reason in full."""
    identity = place.identity
    if identity is None:
        return ()
    name = " ".join(clean(str(part)) for part in identity)
    return (Piece(f" {name}", "name"), Piece(f"  {place.reason}"))


def connecting(target: str, failure: Failure | None) -> list[Line]:
    """What the table's place says until the first Report."""
    if failure is None:
        return [[Piece(f"connecting to {clean(target) or 'the cluster'} ...", "title")]]
    lines: list[Line] = [[Piece(clean(failure.what), "alarm")]]
    if failure.hint:
        lines.append([Piece(clean(failure.hint))])
    retries = "retrying by itself; r tries now, " if failure.retry_in_s > 0 else ""
    lines.append([Piece(f"{retries}q quits", "dim")])
    return lines


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


def too_small(width: int, height: int) -> list[Line]:
    """What a terminal hears that has no room for a table."""
    wanted = f"{TOO_SMALL[0]}x{TOO_SMALL[1]}"
    return [
        [Piece("terminal too small", "attention")],
        [Piece(f"{width}x{height}, needs {wanted}")],
        [Piece("q quits", "dim")],
    ]


def _crumbs(trail: Sequence[Place], look: Look) -> str:
    arrow = " > " if look.ascii else " › "
    return arrow.join(clean(place.title) for place in trail)


def _is_turned(place: Place) -> bool:
    return place.grid.descending != place.grid.sort.descending
