"""A table's state without a screen: order, window, cursor and filter over any number of rows.

Orders only as many rows as can be seen; the cursor belongs to a row, not to a line.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import numpy as np

from lagtop.analysis.marks import Mark
from lagtop.snapshot import Floats
from lagtop.ui.columns import AnyColumn
from lagtop.ui.filters import Filter
from lagtop.ui.order import Rows, head, position, sort_key
from lagtop.ui.sheets import GONE, Identity, Sheet

_NO_ROWS: Final[Rows] = np.empty(0, dtype=np.intp)
_AHEAD: Final = 3
"""Pages ordered at once, so that a step down need not order again."""


class Grid:
    """The rows of a sheet in their order; `top` is the first one in sight, `cursor` the chosen one.

    `column` is the one under the cell cursor, None until that is moved.

    `cursor` and `top` are places in the order. Until it is moved, the cursor stays on the first
    place; then it stays with its row through every refresh, sort and filter.
    """

    def __init__(self, columns: Sequence[AnyColumn], sort: str) -> None:
        self.columns = self._all_columns = tuple(columns)
        self.sort = self._column(sort)
        self.descending = self.sort.descending
        self.column: AnyColumn | None = None
        self.filter: Filter | None = None
        self.sheet: Sheet | None = None
        self.top = 0
        self.cursor = 0
        self.height = 1
        self.issues_only = False
        self.follows = True
        self.marked: set[Identity] = set()
        self._chosen: Identity | None = None
        self._rows = _NO_ROWS
        self._key: Floats = np.empty(0)
        self._ordered = _NO_ROWS

    @property
    def total(self) -> int:
        """How many rows the filter lets through."""
        return len(self._rows)

    @property
    def unfiltered(self) -> int:
        """How many rows there are."""
        return self.sheet.size if self.sheet else 0

    @property
    def row(self) -> int:
        """The sheet's row under the cursor, or GONE when there is none."""
        return self._row_at(self.cursor) if self.total else GONE

    def show(self, sheet: Sheet) -> None:
        """Take a newer sheet; the cursor stays with its row."""
        self.sheet = sheet
        self._select()

    def let_go(self) -> None:
        """Hold no sheet while out of sight: it is of a whole Report. All else stays as it is."""
        self.sheet, self._key = None, np.empty(0)
        self._rows = self._ordered = _NO_ROWS

    def resize(self, height: int) -> None:
        """Set how many rows are in sight."""
        self.height = max(height, 1)
        self._scroll()

    def visible(self) -> Rows:
        """The sheet's rows in sight, in order."""
        return self._rows[self._first(self.top + self.height)[self.top :]]

    def move(self, by: int) -> None:
        """Move the cursor by some rows."""
        self.go(self.cursor + by)

    def go(self, place: int) -> None:
        """Put the cursor on a place of the order; on the first, it stays on the first."""
        self.cursor = min(max(place, 0), max(self.total - 1, 0))
        self._choose(keep_first=True)
        self._scroll()

    def choose(self, identity: Identity) -> None:
        """Put the cursor on a row, once it is there."""
        self._chosen = identity

    def scroll(self, by: int) -> None:
        """Move the window and, if it must, the cursor with it."""
        self.top = min(max(self.top + by, 0), max(self.total - self.height, 0))
        self.cursor = min(max(self.cursor, self.top), self.top + self.height - 1)
        self.go(self.cursor)

    def sort_by(self, name: str) -> None:
        """Sort by a column, in the direction that is natural to it; again turns it round."""
        column = self._column(name)
        if column is self.sort:
            self.invert()
            return
        self.sort, self.descending = column, column.descending
        self._order()

    def invert(self) -> None:
        """Turn the order round."""
        self.descending = not self.descending
        self._order()

    def choose_columns(self, names: Sequence[str]) -> None:
        """Show these columns in this order; those that cannot be dropped stay in any case."""
        by_name = {column.name: column for column in self._all_columns}
        chosen = [by_name[name] for name in names if name in by_name]
        vital = [column for column in self._all_columns if not column.priority]
        self.columns = (*(column for column in vital if column not in chosen), *chosen)

    def show_issues(self, only: bool) -> None:
        """Show only rows that have a mark, or all."""
        self.issues_only = only
        self._select()

    def find_issue(self, step: int) -> bool:
        """Go to the next row that has a mark (step 1) or the one before (-1), round the ends."""
        if self.sheet is None or not self.total:
            return False
        in_order = self.shown()
        places = np.flatnonzero(self.sheet.marks[in_order] != Mark.NONE)
        if not len(places):
            return False
        after = int(np.searchsorted(places, self.cursor, "right"))
        before = int(np.searchsorted(places, self.cursor, "left")) - 1
        self.go(int(places[(after if step > 0 else before) % len(places)]))
        return True

    def toggle_mark(self) -> None:
        """Mark the row under the cursor, or take its mark away."""
        if self.sheet is not None and self.total:
            self.marked ^= {self.sheet.identity(self.row)}

    def is_marked(self, row: int) -> bool:
        """Whether a row of the sheet is marked."""
        if not self.marked or self.sheet is None:
            return False
        return self.sheet.identity(row) in self.marked

    def acted_on(self) -> Rows:
        """The sheet's rows that copy and save are about: the marked ones, else the chosen one."""
        if self.sheet is None or not self.total:
            return _NO_ROWS
        found = sorted(row for row in map(self.sheet.find, self.marked) if row != GONE)
        return np.array(found if found else [self.row], dtype=np.intp)

    def shown(self) -> Rows:
        """All the sheet's rows that are shown, in sight or not, in order."""
        return self._rows[self._first(self.total)]

    def narrow(self, wanted: Filter | None) -> None:
        """Show only what a filter lets through; None shows all."""
        self.filter = wanted
        self._select()

    def _column(self, name: str) -> AnyColumn:
        return next(column for column in self._all_columns if column.name == name)

    def _select(self) -> None:
        if self.sheet is None:
            return
        passes = np.ones(self.sheet.size, dtype=bool)
        if self.filter is not None:
            passes &= self.filter.mask(self.sheet)
        if self.issues_only:
            passes &= self.sheet.marks != Mark.NONE
        self._rows = np.flatnonzero(passes)
        self._order()

    def _order(self) -> None:
        if self.sheet is None:
            return
        values = self.sort.values(self.sheet)[self._rows]
        self._key = sort_key(values, descending=self.descending)
        self._ordered = _NO_ROWS
        self._settle()

    def _settle(self) -> None:
        followed = self._chosen if self.follows else None
        place = GONE if followed is None else self._place_of(followed)
        if place != GONE:
            self.cursor = place
        else:
            self.cursor = min(self.cursor, max(self.total - 1, 0))
            self._choose(keep_first=self._chosen is None)
        self._scroll()

    def _place_of(self, identity: Identity) -> int:
        row = self.sheet.find(identity) if self.sheet else GONE
        place = int(np.searchsorted(self._rows, row))
        if row == GONE or place >= self.total or self._rows[place] != row:
            return GONE
        return position(self._key, place)

    def _choose(self, *, keep_first: bool) -> None:
        if self.sheet is None or not self.total or (keep_first and self.cursor == 0):
            self._chosen = None
        else:
            self._chosen = self.sheet.identity(self._row_at(self.cursor))

    def _scroll(self) -> None:
        last_top = max(self.total - self.height, 0)
        in_sight = min(max(self.top, self.cursor - self.height + 1), self.cursor)
        self.top = min(max(in_sight, 0), last_top)

    def _row_at(self, place: int) -> int:
        return int(self._rows[self._first(place + 1)[place]])

    def _first(self, wanted: int) -> Rows:
        wanted = min(wanted, self.total)
        if len(self._ordered) < wanted:
            self._ordered = head(self._key, min(wanted + _AHEAD * self.height, self.total))
        return self._ordered[:wanted]
