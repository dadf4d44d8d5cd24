"""The views as data: what a table shows, what Enter opens, what an empty one says."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from lagtop.analysis.report import Report
from lagtop.snapshot import NOBODY
from lagtop.ui.about import about_group, about_member
from lagtop.ui.alerts import ALERT_COLUMNS, AlertSheet, alert_address, alert_reason
from lagtop.ui.brokers import BROKER_COLUMNS, BrokerSheet, broker_reason
from lagtop.ui.columns import AnyColumn
from lagtop.ui.dlq import DEAD_LETTER_COLUMNS, DeadLetterSheet, dead_letter_reason
from lagtop.ui.grid import Grid
from lagtop.ui.group_columns import GROUP_COLUMNS, group_reason
from lagtop.ui.look import Look
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
    find_group,
    rows_of_broker,
    rows_of_group,
    rows_of_member,
    rows_of_topic,
)
from lagtop.ui.topics import TOPIC_COLUMNS, TopicSheet

Path = tuple[str | int, ...]
Address = tuple[str, Path]
"""A view's id and the path that it is opened on."""


@dataclass(frozen=True, slots=True)
class View:
    """A kind of table: `open` makes its sheet of a Report for a path, such as a group's name.

    `title` is its word in the breadcrumb, or how the path's last part is told. `drill` says where
    Enter on a row leads, None if nowhere; `reason` is the sentence on a row; `empty` says why
    there are no rows, `dead_end` why Enter leads nowhere. `about` is a line
    on what the page is about; `has_charts` says whether it shows a group's charts.
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
    about: Callable[[Report, Path, Look], Line] = lambda report, path, look: ()
    has_charts: bool = False


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
        """The sentence on the row under the cursor; empty when there is none."""
        row = self.grid.row
        return "" if row == GONE else self.view.reason(self.grid.sheet, row)

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
        """The place that Enter opens on the row under the cursor."""
        row = self.grid.row
        address = None if row == GONE else self.view.drill(self.grid.sheet, row)
        return None if address is None else Place(VIEWS[address[0]], address[1])


def _into(view: str) -> Callable[[Sheet, int], Address]:
    return lambda sheet, row: (view, sheet.identity(row))


def _into_member(sheet: PartitionSheet, row: int) -> Address | None:
    code = int(sheet.field("member")[row])
    if code == NOBODY:
        return None
    member = sheet.report.members[code]
    group = sheet.report.group_facts[member.group].name
    return ("member", (group, member.member_id, member.client_id))


def _into_group(sheet: PartitionSheet, row: int) -> Address:
    return ("group", sheet.identity(row)[:1])


def _no_groups(report: Report, path: Path) -> str:
    return (
        "no consumer group on this cluster: one appears as soon as it has a member or commits, and"
        " only if this user may DESCRIBE it"
    )


def _no_partitions(report: Report, path: Path) -> str:
    if find_group(report, path[0]) == GONE:
        return f"group {path[0]} is gone: Esc goes back"
    return f"group {path[0]} has committed nothing and owns no partition: Esc goes back"


def _nothing_read(report: Report, path: Path) -> str:
    return "no group reads anything on this cluster"


def _no_dead_letters(report: Report, path: Path) -> str:
    return "no topic is named as dead letters or retries are: NAME-dlq, NAME.DLT, NAME-retry-1, ..."


def _topic_not_read(report: Report, path: Path) -> str:
    return f"no group reads topic {path[0]} any more: Esc goes back"


def _nothing_led(report: Report, path: Path) -> str:
    return f"broker {path[0]} leads no partition that a group reads: Esc goes back"


def _nothing_owned(report: Report, path: Path) -> str:
    return f"member {path[-1]} owns no partition any more: Esc goes back"


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
            empty=_no_groups,
            drill=_into("group"),
            title=lambda path: "groups",
        ),
        View(
            id="topics",
            noun="topic",
            columns=TOPIC_COLUMNS,
            sort="lag",
            open=lambda report, stale, path: TopicSheet(report, stale),
            reason=lambda sheet, row: f"most behind: {sheet.worst_group(row) or 'nobody'}",
            empty=_nothing_read,
            drill=_into("topic"),
            title=lambda path: "topics",
        ),
        View(
            id="partitions",
            noun="row",
            columns=ALL_PARTITION_COLUMNS,
            sort="lag",
            open=lambda report, stale, path: PartitionSheet(report, stale, all_rows(report)),
            reason=partition_reason,
            empty=_nothing_read,
            drill=_into_group,
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
            drill=_into("broker"),
            title=lambda path: "brokers",
        ),
        View(
            id="dlq",
            noun="topic",
            columns=DEAD_LETTER_COLUMNS,
            sort="unread",
            open=lambda report, stale, path: DeadLetterSheet(report, stale),
            reason=dead_letter_reason,
            empty=_no_dead_letters,
            drill=_into("topic"),
            title=lambda path: "dead letters",
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
            empty=_no_partitions,
            drill=_into_member,
            dead_end="no member owns it",
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
            empty=_topic_not_read,
            drill=_into_group,
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
            empty=_nothing_led,
            drill=_into_group,
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
            empty=_nothing_owned,
            about=about_member,
        ),
    )
}

ROOTS: Final = ("groups", "topics", "partitions", "brokers", "dlq", "alerts")
"""The views that trails begin at; the screen opens with the first."""
