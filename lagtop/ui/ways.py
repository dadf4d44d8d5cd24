"""Where Enter leads from a row, and what a table without rows says."""

from __future__ import annotations

from collections.abc import Callable

from lagtop.analysis.report import Report
from lagtop.snapshot import NO_LEADER, NOBODY
from lagtop.ui.sheets import GONE, PartitionSheet, Sheet, find_group

Path = tuple[str | int, ...]
Address = tuple[str, Path]
"""A view's id and the path that it is opened on."""


def into(view: str) -> Callable[[Sheet, int], Address]:
    """Into the page of what identifies a row, in a view."""
    return lambda sheet, row: (view, sheet.identity(row))


def into_partition(sheet: PartitionSheet, row: int) -> Address:
    """Into a partition's page."""
    return ("partition", sheet.identity(row)[1:])


def into_owner(sheet: PartitionSheet, row: int) -> Address | None:
    """The member that owns a partition; where nobody does, the broker that leads it."""
    code, leader = int(sheet.field("member")[row]), int(sheet.field("leader")[row])
    if code != NOBODY:
        member = sheet.report.members[code]
        group = sheet.report.group_facts[member.group].name
        return ("member", (group, member.member_id, member.client_id))
    return None if leader == NO_LEADER else ("broker", (leader,))


def no_groups(report: Report, path: Path) -> str:
    """Why there is no group."""
    return (
        "no consumer group on this cluster: one appears as soon as it has a member or commits, and"
        " only if this user may DESCRIBE it"
    )


def no_partitions(report: Report, path: Path) -> str:
    """Why a group has no partition."""
    if find_group(report, path[0]) == GONE:
        return f"group {path[0]} is gone: Esc goes back"
    return f"group {path[0]} has committed nothing and owns no partition: Esc goes back"


def nothing_read(report: Report, path: Path) -> str:
    """Why there is no topic."""
    return "no group reads anything on this cluster"


def no_dead_letters(report: Report, path: Path) -> str:
    """Why there is no topic of dead letters."""
    return "no topic is named as dead letters or retries are: NAME-dlq, NAME.DLT, NAME-retry-1, ..."


def topic_not_read(report: Report, path: Path) -> str:
    """Why a topic has no rows."""
    return f"no group reads topic {path[0]} any more: Esc goes back"


def partition_not_read(report: Report, path: Path) -> str:
    """Why a partition has no rows."""
    return f"no group reads partition {path[1]} of {path[0]} any more: Esc goes back"


def nothing_led(report: Report, path: Path) -> str:
    """Why a broker has no rows."""
    return f"broker {path[0]} leads no partition that a group reads: Esc goes back"


def nothing_owned(report: Report, path: Path) -> str:
    """Why a member has no rows."""
    return f"member {path[-1]} owns no partition any more: Esc goes back"
