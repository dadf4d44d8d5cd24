"""The line of facts over a page's table: as many as there is room for, each whole.

Where the line is too long, those that matter least go first; none is ever cut.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from rich.cells import cell_len

from lagtop.ui.look import Look
from lagtop.ui.roles import Line, Piece


class Fact(NamedTuple):
    """A fact: those of the highest `rank` go first; `short` stands in where `told` is too long.

    Two spaces part it from the fact before it where it `begins` a new part of the line. `label`
    stands before it, dim.
    """

    rank: int
    told: str
    role: str = "dim"
    begins: bool = False
    short: str = ""
    label: str = ""


def fact_line(facts: Sequence[Fact], look: Look, width: int) -> Line:
    """The facts in their order, as many as fit into `width` cells; empty ones are left out."""
    kept: dict[int, Fact] = {}
    known = [(place, fact) for place, fact in enumerate(facts) if fact.told]
    for place, fact in sorted(known, key=lambda one: (one[1].rank, one[0])):
        for told in filter(None, (fact.told, fact.short)):
            more = kept | {place: fact._replace(told=told)}
            if _cells(_line(more, look)) <= width:
                kept = more
                break
    return _line(kept, look)


def _line(kept: dict[int, Fact], look: Look) -> list[Piece]:
    line: list[Piece] = []
    for _, fact in sorted(kept.items()):
        between = "  " if fact.begins else (" - " if look.ascii else " · ")
        before = f"{between if line else ' '}{fact.label}"
        line.append(Piece(before, "dim" if fact.label else fact.role))
        line.append(Piece(fact.told, fact.role))
    return line


def _cells(line: Sequence[Piece]) -> int:
    return sum(cell_len(piece.text) for piece in line)
