"""The views as data: what a table shows, what Enter opens, what an empty one says."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from lagtop.analysis.report import Report
from lagtop.ui.columns import AnyColumn
from lagtop.ui.grid import Grid
from lagtop.ui.group_columns import GROUP_COLUMNS, group_reason
from lagtop.ui.partition_columns import GROUP_PARTITION_COLUMNS, partition_reason
from lagtop.ui.sheets import GONE, GroupSheet, Identity, PartitionSheet, Sheet, find_group

Path = tuple[str | int, ...]


@dataclass(frozen=True, slots=True)
class View:
    """A kind of table: `open` makes its sheet of a Report for a path, such as a group's name.

    `drill` names the view that Enter opens on a row's identity; `reason` is the sentence on a row.
    `empty` says why there are no rows.
    """

    id: str
    noun: str
    columns: Sequence[AnyColumn]
    sort: str
    open: Callable[[Report, float, Path], Sheet]
    reason: Callable[[Any, int], str]
    empty: Callable[[Report, Path], str]
    drill: str | None = None
    drill_path: Callable[[Identity], Path] = tuple


@dataclass(slots=True)
class Place:
    """Where the user is: a view on a path, with its own order, filter and cursor."""

    view: View
    path: Path = ()
    grid: Grid = field(init=False)

    def __post_init__(self) -> None:
        self.grid = Grid(self.view.columns, self.view.sort)

    def show(self, report: Report, stale_after_s: float) -> None:
        """Take a newer Report."""
        self.grid.show(self.view.open(report, stale_after_s, self.path))

    @property
    def reason(self) -> str:
        """The sentence on the row under the cursor; empty when there is none."""
        row = self.grid.row
        return "" if row == GONE else self.view.reason(self.grid.sheet, row)

    @property
    def identity(self) -> Identity | None:
        """What is under the cursor."""
        row = self.grid.row
        return None if row == GONE or self.grid.sheet is None else self.grid.sheet.identity(row)

    def drill(self) -> Place | None:
        """The place that Enter opens on the row under the cursor."""
        identity = self.identity
        if identity is None or self.view.drill is None:
            return None
        return Place(VIEWS[self.view.drill], self.view.drill_path(identity))


def _no_groups(report: Report, path: Path) -> str:
    return (
        "no consumer group on this cluster: one appears as soon as it has a member or commits, and"
        " only if this user may DESCRIBE it"
    )


def _no_partitions(report: Report, path: Path) -> str:
    if find_group(report, path[0]) == GONE:
        return f"group {path[0]} is gone: Esc goes back"
    return f"group {path[0]} has committed nothing and owns no partition: Esc goes back"


VIEWS: Final[dict[str, View]] = {
    view.id: view
    for view in (
        View(
            id="groups",
            noun="group",
            columns=GROUP_COLUMNS,
            sort="lag",
            open=lambda report, stale_after_s, path: GroupSheet(report, stale_after_s),
            reason=group_reason,
            empty=_no_groups,
            drill="group",
        ),
        View(
            id="group",
            noun="partition",
            columns=GROUP_PARTITION_COLUMNS,
            sort="lag",
            open=lambda report, stale_after_s, path: PartitionSheet(
                report, stale_after_s, str(path[0])
            ),
            reason=partition_reason,
            empty=_no_partitions,
        ),
    )
}
