"""A line on what a page is about: a group's or a member's facts."""

from __future__ import annotations

from lagtop.analysis.diagnosis.verdict import diagnose
from lagtop.analysis.report import LagMethod, Report, Trend
from lagtop.snapshot import NO_GAP, NO_LEADER, UNKNOWN, Group
from lagtop.ui import text
from lagtop.ui.look import Look
from lagtop.ui.names import clean
from lagtop.ui.reading_words import around, of_client, quota_of_client
from lagtop.ui.roles import Line, Piece
from lagtop.ui.sheets import GONE, find_group, rows_of_partition

Path = tuple[str | int, ...]


def about_group(report: Report, path: Path, look: Look) -> Line:
    """Lag, in messages and in time; then state, members, type, assignor, coordinator."""
    row = find_group(report, path[0])
    if row == GONE:
        return ()
    facts, rows = report.group_facts[row], report.groups
    told = [
        clean(facts.state).lower(),
        _members(int(rows.members[row]), facts),
        "commits every message" if rows.commits_each[row] else "",
        clean(facts.type),
        clean(facts.assignor),
        f"coordinator {facts.coordinator}" if facts.coordinator >= 0 else "",
    ]
    lag = text.count(int(rows.lag_messages[row]), exact=look.exact)
    found = ", ".join(one.cause for one in diagnose(report, row))
    return [
        Piece(" lag ", "dim"),
        Piece(text.at_least(lag, int(rows.lag_missing[row]), look.at_least), "title"),
        Piece(f"  {_separated(_pressure(report, row), look)}"),
        Piece(f"  {found} (W)" if found else "", "attention"),
        Piece(f"  {_separated(told, look)}", "dim"),
    ]


def _members(members: int, facts: Group) -> str:
    hidden = not members and facts.gap != NO_GAP
    return "members unknown" if hidden else text.plural(members, "member")


def about_partition(report: Report, path: Path, look: Look) -> Line:
    """Leader, the log's bounds, what is produced, how many groups read it."""
    found = rows_of_partition(report, path[0], path[1])
    if not len(found):
        return ()
    rows, row = report.partitions, int(found[0])
    start, end = int(rows.log_start_offset[row]), int(rows.log_end_offset[row])
    size = UNKNOWN if UNKNOWN in (start, end) else end - start
    told = [
        "no leader" if rows.leader[row] == NO_LEADER else f"leader {rows.leader[row]}",
        f"offsets {text.count(start, exact=True)} to {text.count(end, exact=True)}",
        f"{text.count(size, exact=look.exact)} messages in the log",
        f"{text.rate(float(rows.produced_per_s[row]), exact=look.exact)}/s in",
    ]
    return [Piece(" "), Piece(_separated(told, look), "dim")]


def about_member(report: Report, path: Path, look: Look) -> Line:
    """A member's ids and host."""
    member = next((m for m in report.members if m.member_id == path[1]), None)
    if member is None:
        return ()
    told = [
        f"client {clean(member.client_id)}",
        f"host {clean(member.host).lstrip('/')}",
        f"instance {clean(member.instance_id)}" if member.instance_id else "",
        quota_of_client(report, member.client_id),
        f"member {clean(member.member_id)}",
    ]
    told = around(told, of_client(report, member.client_id))
    return [Piece(" "), Piece(_separated(told, look), "dim")]


def _pressure(report: Report, row: int) -> list[str]:
    rows = report.groups
    method = LagMethod(rows.lag_s_method[row])
    behind = f"{text.duration(float(rows.lag_s[row]))} behind ({method.word or 'unknown'})"
    gap = text.signed_rate(float(rows.gap_per_s[row]))
    return [behind, f"{Trend(rows.trend[row]).word} {gap}/s".strip()]


def _separated(told: list[str], look: Look) -> str:
    return (" - " if look.ascii else " · ").join(filter(None, told))
