"""The views as data: what a table shows, what Enter opens, what an empty one says."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from lagtop.analysis.marks import Mark
from lagtop.analysis.report import Report
from lagtop.ui import ways
from lagtop.ui.about import about_group, about_member, about_partition
from lagtop.ui.alerts import ALERT_COLUMNS, AlertSheet, alert_address, alert_reason
from lagtop.ui.broker_health import about_broker
from lagtop.ui.brokers import BROKER_COLUMNS, BrokerSheet, broker_reason
from lagtop.ui.columns import AnyColumn
from lagtop.ui.dlq import DEAD_LETTER_COLUMNS, DeadLetterSheet, dead_letter_reason
from lagtop.ui.grid import Grid
from lagtop.ui.group_columns import GROUP_COLUMNS, group_reason
from lagtop.ui.look import Look
from lagtop.ui.marks import SIGNS
from lagtop.ui.partition_columns import (
    ALL_PARTITION_COLUMNS,
    GROUP_PARTITION_COLUMNS,
    partition_reason,
)
from lagtop.ui.roles import Line
from lagtop.ui.sheets import (
    GONE,
    GroupSheet,
    Identity,
    PartitionSheet,
    Sheet,
    all_rows,
    rows_of_broker,
    rows_of_group,
    rows_of_member,
    rows_of_partition,
    rows_of_topic,
)
from lagtop.ui.topics import TOPIC_COLUMNS, TopicSheet
from lagtop.ui.ways import Address, Path


@dataclass(frozen=True, slots=True)
class View:
    """A kind of table: `open` makes its sheet of a Report for a path, such as a group's name.

    `title` is its word in the breadcrumb, or how the path's last part is told. `drill` says where
    Enter on a row leads, None if nowhere; `reason` is the sentence on a row; `empty` says why
    there are no rows, `dead_end` why Enter leads nowhere. `about` is a line
    on what the page is about; `has_charts` says whether it shows a group's charts;
    `peeks` that Enter shows the last records of the topic under the cursor instead of a page.
    """

    id: str
    noun: str
    columns: Sequence[AnyColumn]
    sort: str
    open: Callable[[Report, float, Path], Sheet]
    reason: Callable[[Any, int], str]
    empty: Callable[[Report, Path], str]
    drill: Callable[[Any, int], Address | None] = lambda sheet, row: None
    dead_end: str = "there is nothing below this"
    title: Callable[[Path], str] = lambda path: str(path[-1])
    about: Callable[[Report, Path, Look, int], Line] = lambda report, path, look, width: ()
    has_charts: bool = False
    peeks: bool = False


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
    def title(self) -> str:
        """Its word in the breadcrumb."""
        return self.view.title(self.path)

    @property
    def reason(self) -> str:
        """The sentence on the row under the cursor."""
        return self.reason_of(self.grid.row)

    def reason_of(self, row: int) -> str:
        """The sentence on a row, or what its mark means; empty without both."""
        sheet = self.grid.sheet
        if row == GONE or sheet is None:
            return ""
        mark = Mark(sheet.marks[row])
        return self.view.reason(sheet, row) or ("" if mark is Mark.NONE else SIGNS[mark].meaning)

    @property
    def identity(self) -> Identity | None:
        """What is under the cursor."""
        row = self.grid.row
        return None if row == GONE or self.grid.sheet is None else self.grid.sheet.identity(row)

    @property
    def groups(self) -> frozenset[str]:
        """The groups whose rows are in sight."""
        sheet = self.grid.sheet
        if not isinstance(sheet, GroupSheet | PartitionSheet):
            return frozenset()
        return frozenset(str(sheet.identity(int(row))[0]) for row in self.grid.visible())

    def drill(self) -> Place | None:
        """The place that Enter opens on the row under the cursor; a partition stays under it."""
        row, sheet = self.grid.row, self.grid.sheet
        address = None if row == GONE else self.view.drill(sheet, row)
        if address is None:
            return None
        deeper = Place(VIEWS[address[0]], address[1])
        if isinstance(sheet, PartitionSheet):
            deeper.grid.choose(sheet.identity(row))
        return deeper


VIEWS: Final[dict[str, View]] = {
    view.id: view
    for view in (
        View(
            id="groups",
            noun="group",
            columns=GROUP_COLUMNS,
            sort="lag",
            open=lambda report, stale, path: GroupSheet(report, stale),
            reason=group_reason,
            empty=ways.no_groups,
            drill=ways.into("group"),
            title=lambda path: "groups",
        ),
        View(
            id="topics",
            noun="topic",
            columns=TOPIC_COLUMNS,
            sort="lag",
            open=lambda report, stale, path: TopicSheet(report, stale),
            reason=lambda sheet, row: f"most behind: {sheet.worst_group(row) or 'nobody'}",
            empty=ways.nothing_read,
            drill=ways.into("topic"),
            title=lambda path: "topics",
        ),
        View(
            id="partitions",
            noun="row",
            columns=ALL_PARTITION_COLUMNS,
            sort="lag",
            open=lambda report, stale, path: PartitionSheet(report, stale, all_rows(report)),
            reason=partition_reason,
            empty=ways.nothing_read,
            drill=ways.into_partition,
            title=lambda path: "partitions",
        ),
        View(
            id="brokers",
            noun="broker",
            columns=BROKER_COLUMNS,
            sort="broker",
            open=lambda report, stale, path: BrokerSheet(report, stale),
            reason=broker_reason,
            empty=lambda report, path: "the cluster names no broker",
            drill=ways.into("broker"),
            title=lambda path: "brokers",
        ),
        View(
            id="dlq",
            noun="topic",
            columns=DEAD_LETTER_COLUMNS,
            sort="unread",
            open=lambda report, stale, path: DeadLetterSheet(report, stale),
            reason=dead_letter_reason,
            empty=ways.no_dead_letters,
            title=lambda path: "dead letters",
            peeks=True,
        ),
        View(
            id="alerts",
            noun="alert",
            columns=ALERT_COLUMNS,
            sort="state",
            open=lambda report, stale, path: AlertSheet(report, stale),
            reason=alert_reason,
            empty=lambda report, path: "no alert: nothing is wrong that a rule knows of",
            drill=alert_address,
            title=lambda path: "alerts",
        ),
        View(
            id="group",
            noun="partition",
            columns=GROUP_PARTITION_COLUMNS,
            sort="lag",
            open=lambda report, stale, path: PartitionSheet(
                report, stale, rows_of_group(report, path[0])
            ),
            reason=partition_reason,
            empty=ways.no_partitions,
            drill=ways.into_partition,
            about=about_group,
            has_charts=True,
        ),
        View(
            id="topic",
            noun="row",
            columns=ALL_PARTITION_COLUMNS,
            sort="lag",
            open=lambda report, stale, path: PartitionSheet(
                report, stale, rows_of_topic(report, path[0])
            ),
            reason=partition_reason,
            empty=ways.topic_not_read,
            drill=ways.into_partition,
        ),
        View(
            id="partition",
            noun="group",
            columns=ALL_PARTITION_COLUMNS,
            sort="lag",
            open=lambda report, stale, path: PartitionSheet(
                report, stale, rows_of_partition(report, path[0], path[1])
            ),
            reason=partition_reason,
            empty=ways.partition_not_read,
            drill=ways.into_owner,
            dead_end="no member owns it, and no broker leads it",
            title=lambda path: f"{path[0]} {path[1]}",
            about=about_partition,
        ),
        View(
            id="broker",
            noun="row",
            columns=ALL_PARTITION_COLUMNS,
            sort="lag",
            open=lambda report, stale, path: PartitionSheet(
                report, stale, rows_of_broker(report, path[0])
            ),
            reason=partition_reason,
            empty=ways.nothing_led,
            drill=ways.into_partition,
            about=about_broker,
        ),
        View(
            id="member",
            noun="partition",
            columns=GROUP_PARTITION_COLUMNS,
            sort="lag",
            open=lambda report, stale, path: PartitionSheet(
                report, stale, rows_of_member(report, path[0], path[1])
            ),
            reason=partition_reason,
            empty=ways.nothing_owned,
            about=about_member,
        ),
    )
}
