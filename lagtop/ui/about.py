"""A line on what a page is about: a group's or a member's facts."""

from __future__ import annotations

from lagtop.analysis.report import LagMethod, Report, Trend
from lagtop.ui import text
from lagtop.ui.look import Look
from lagtop.ui.names import clean
from lagtop.ui.roles import Line, Piece
from lagtop.ui.sheets import GONE, find_group

Path = tuple[str | int, ...]


def about_group(report: Report, path: Path, look: Look) -> Line:
    """State, type, assignor, coordinator, members; then lag, in messages and in time."""
    row = find_group(report, path[0])
    if row == GONE:
        return ()
    facts, rows = report.group_facts[row], report.groups
    told = [
        clean(facts.state).lower(),
        clean(facts.type),
        clean(facts.assignor),
        f"coordinator {facts.coordinator}" if facts.coordinator >= 0 else "",
        text.plural(int(rows.members[row]), "member"),
    ]
    parts = [Piece(" "), Piece(_separated(told, look), "dim"), Piece("  lag ", "dim")]
    lag = text.count(int(rows.lag_messages[row]), exact=look.exact)
    parts.append(Piece(text.at_least(lag, int(rows.lag_missing[row]), look.at_least), "title"))
    return [*parts, Piece(f"  {_separated(_pressure(report, row), look)}")]


def about_member(report: Report, path: Path, look: Look) -> Line:
    """A member's ids and host."""
    member = next((m for m in report.members if m.member_id == path[1]), None)
    if member is None:
        return ()
    told = [
        f"client {clean(member.client_id)}",
        f"host {clean(member.host).lstrip('/')}",
        f"instance {clean(member.instance_id)}" if member.instance_id else "",
        f"member {clean(member.member_id)}",
    ]
    return [Piece(" "), Piece(_separated(told, look), "dim")]


def _pressure(report: Report, row: int) -> list[str]:
    rows = report.groups
    method = LagMethod(rows.lag_s_method[row])
    behind = f"{text.duration(float(rows.lag_s[row]))} behind ({method.word or 'unknown'})"
    gap = text.signed_rate(float(rows.gap_per_s[row]))
    return [behind, f"{Trend(rows.trend[row]).word} {gap}/s".strip()]


def _separated(told: list[str], look: Look) -> str:
    return (" - " if look.ascii else " · ").join(filter(None, told))
