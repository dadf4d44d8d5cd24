"""What a column is, and which columns fit; screen, help and README read the tables of columns."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Final, Generic, Literal, NamedTuple, TypeVar

from lagtop.snapshot import Floats
from lagtop.ui.look import Look
from lagtop.ui.order import Rows
from lagtop.ui.sheets import Sheet

S = TypeVar("S", bound=Sheet, contravariant=True)
Paint = Literal["row", "name", "text", "dim", "trace"]
GAP = 1
_VITAL: Final = 6
_EASE: Final = 6
"""Cells that a name gets beyond what it needs before columns beyond the priority _VITAL come."""

_EXACT_WIDTHS: Final = {"messages": len("≥99,999,999,999"), "messages/s": len("+999,999.99")}


@dataclass(frozen=True, slots=True)
class Column(Generic[S]):
    """One column of a table of sheets `S`, as data.

    `values` gives the sort key of every row (float64, NaN unknown); `cells` the texts of some
    rows, at most `width` cells each unless the column `grow`s, for then it is cut as a name is.
    `priority` 0 is never dropped; the higher goes first. `paint` names the role that colours it:
    `row` takes the row's mark. Columns of messages are wider while
    exact numbers are shown, as `unit` says.
    """

    name: str
    heading: str
    help: str
    width: int
    priority: int
    values: Callable[[S], Floats]
    cells: Callable[[S, Rows, Look, int], list[str]]
    grow: int = 0
    align: Literal["left", "right"] = "right"
    unit: str = ""
    paint: Paint = "text"
    descending: bool = True

    def needs(self, look: Look) -> int:
        """Cells that the column needs at least."""
        return max(self.width, _EXACT_WIDTHS.get(self.unit, 0) if look.exact else 0)

    @property
    def title(self) -> str:
        """The heading, or the name where the heading is empty."""
        return self.heading or self.name


AnyColumn = Column[Any]


class Placed(NamedTuple):
    """A column with the width it has been given, cells."""

    column: AnyColumn
    width: int


def lay_out(columns: Sequence[AnyColumn], width: int, look: Look) -> list[Placed]:
    """The columns that `width` cells have room for, in their order; what is spare goes to names.

    By priority, and from the right where that is equal, the columns that do not fit are left out;
    none is ever narrower than it needs, so that no number is cut. Names that are always there get
    some room before columns of less weight than a rate's do.
    """
    by_need = sorted(enumerate(columns), key=lambda item: (item[1].priority, item[0]))
    names = sum(column.priority == 0 and column.grow > 0 for column in columns)
    kept: list[int] = []
    spare = width + GAP
    for place, column in by_need:
        kept_free = names * _EASE if column.priority > _VITAL else 0
        if spare - kept_free >= column.needs(look) + GAP:
            kept.append(place)
            spare -= column.needs(look) + GAP
    return _share_out([columns[place] for place in sorted(kept)], spare, look)


def _share_out(columns: Sequence[AnyColumn], spare: int, look: Look) -> list[Placed]:
    weight = sum(column.grow for column in columns)
    placed = []
    for column in columns:
        more = spare * column.grow // weight if weight and column.grow else 0
        spare, weight = spare - more, weight - column.grow
        placed.append(Placed(column, column.needs(look) + more))
    return placed
