"""A line on what a page is about: a group's or a member's facts."""

from __future__ import annotations

import math

from lagtop.analysis.crew import Crew, crew
from lagtop.analysis.diagnosis.diagnose import diagnose
from lagtop.analysis.report import LagMethod, Report, Trend
from lagtop.snapshot import NO_LEADER, UNKNOWN
from lagtop.ui import text
from lagtop.ui.facts import Fact, fact_line
from lagtop.ui.look import Look
from lagtop.ui.names import clean
from lagtop.ui.reading_words import around, of_client, quota_of_client
from lagtop.ui.roles import Line
from lagtop.ui.sheets import GONE, find_group, rows_of_member, rows_of_partition
from lagtop.ui.ways import Path


def about_group(report: Report, path: Path, look: Look, width: int) -> Line:
    """Lag, in messages and in time; then state, members, type, assignor, coordinator."""
    row = find_group(report, path[0])
    if row == GONE:
        return ()
    facts, rows = report.group_facts[row], report.groups
    lag = text.count(int(rows.lag_messages[row]), exact=look.exact)
    causes = [one.cause for one in diagnose(report, row)]
    told = [
        Fact(
            0, text.at_least(lag, int(rows.lag_missing[row]), look.at_least), "title", label="lag "
        ),
        *_pressure(report, row),
        _why(causes),
        Fact(3, clean(facts.state).lower(), begins=True),
        Fact(3, _members(int(rows.members[row]))),
        Fact(3, _errors(report, row, look)),
        Fact(4, "commits every message" if rows.commits_each[row] else ""),
        Fact(6, clean(facts.type)),
        Fact(6, clean(facts.assignor)),
        Fact(5, f"coordinator {facts.coordinator}" if facts.coordinator >= 0 else ""),
    ]
    return fact_line(told, look, width)


def _why(causes: list[str]) -> Fact:
    if not causes:
        return Fact(1, "")
    short = f"{causes[0]} and {len(causes) - 1} more (W)" if causes[1:] else ""
    return Fact(1, f"{', '.join(causes)} (W)", "attention", begins=True, short=short)


def _errors(report: Report, row: int, look: Look) -> str:
    """How much of what it reads fails, where that is known or bounded."""
    most = float(report.groups.error_share_most[row])
    bound = int(math.isnan(float(report.groups.error_share[row])))
    told = text.at_least(text.small_share(most), bound, look.at_most)
    return "" if math.isnan(most) else f"errors {told}"


def _members(members: int) -> str:
    return "members unknown" if members == UNKNOWN else text.plural(members, "member")


def about_partition(report: Report, path: Path, look: Look, width: int) -> Line:
    """Leader, the log's bounds, what is produced, how many groups read it."""
    found = rows_of_partition(report, path[0], path[1])
    if not len(found):
        return ()
    rows, row = report.partitions, int(found[0])
    start, end = int(rows.log_start_offset[row]), int(rows.log_end_offset[row])
    size = UNKNOWN if UNKNOWN in (start, end) else end - start
    told = [
        Fact(1, "no leader" if rows.leader[row] == NO_LEADER else f"leader {rows.leader[row]}"),
        Fact(2, f"offsets {text.count(start, exact=True)} to {text.count(end, exact=True)}"),
        Fact(3, f"{text.count(size, exact=look.exact)} messages in the log"),
        Fact(2, f"{text.rate(float(rows.produced_per_s[row]), exact=look.exact)}/s in"),
    ]
    return fact_line(told, look, width)


def about_member(report: Report, path: Path, look: Look, width: int) -> Line:
    """What is seen of a member, its ids and host, and what its application tells."""
    member = next((m for m in report.members if m.member_id == path[1]), None)
    if member is None:
        return ()
    told = [
        *_seen_of(crew(report, rows_of_member(report, path[0], path[1])), look),
        Fact(1, f"client {clean(member.client_id)}"),
        Fact(2, f"host {clean(member.host).lstrip('/')}"),
        Fact(4, f"instance {clean(member.instance_id)}" if member.instance_id else ""),
        Fact(6, f"member {clean(member.member_id)}"),
        Fact(3, quota_of_client(report, member.client_id)),
    ]
    return fact_line(around(told, of_client(report, member.client_id)), look, width)


def _seen_of(member: Crew, look: Look) -> list[Fact]:
    """Its throughput, how often it commits, and what follows for poll to commit: a bound."""
    per_s = text.rate(member.consumed_per_s, exact=look.exact)
    spacing = text.duration(member.poll_to_commit_s)
    message = "" if math.isnan(member.message_s) else text.latency(member.message_s)
    return [
        Fact(1, f"reads {text.at_least(per_s, member.missing, look.at_least)}/s", "text"),
        Fact(2, f"commits every {spacing}"),
        Fact(2, f"poll to commit {look.at_most}{spacing} (bound)" if spacing != "?" else ""),
        Fact(4, f"{look.at_most}{message} a message (bound)" if message else ""),
    ]


def _pressure(report: Report, row: int) -> list[Fact]:
    rows = report.groups
    method = LagMethod(rows.lag_s_method[row]).word or "unknown"
    behind = f"{text.duration(float(rows.lag_s[row]))} behind"
    trend, gap = Trend(rows.trend[row]).word, text.signed_rate(float(rows.gap_per_s[row]))
    return [
        Fact(1, f"{behind} ({method})", "text", begins=True, short=behind),
        Fact(2, f"{trend} {gap}/s".strip() if trend or gap != text.NOBODY_KNOWS else "", "text"),
    ]
