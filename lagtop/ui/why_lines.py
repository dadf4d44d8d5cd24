"""Why a group is behind, as lines: each cause with its evidence and what helps."""

from __future__ import annotations

from textwrap import wrap

from lagtop.analysis.diagnosis.case import Finding
from lagtop.analysis.diagnosis.verdict import diagnose
from lagtop.analysis.failing import error_sentences
from lagtop.analysis.report import Report, Trend
from lagtop.ui.names import clean
from lagtop.ui.roles import Line, Piece
from lagtop.ui.sheets import GONE, find_group


def causes(report: Report, group: str) -> tuple[Finding, ...]:
    """Why a group is behind, the gravest first; nothing of one that is gone."""
    row = find_group(report, group)
    return () if row == GONE else diagnose(report, row)


def why_lines(report: Report, group: str, width: int) -> list[Line]:
    """A paragraph for each cause, or that none is known."""
    found = causes(report, group)
    lines: list[Line] = []
    if not found:
        lines = [[], [_no_cause(report, group)]]
    for finding in found:
        lines += [[], [Piece(finding.cause, "title")]]
        lines += [[Piece(line)] for line in wrap(clean(finding.evidence), max(width, 20))]
        for remedy in finding.remedies:
            first, *rest = wrap(clean(remedy), max(width - 4, 20))
            lines += [[Piece("  - ", "dim"), Piece(first, "name")]]
            lines += [[Piece(f"    {line}", "name")] for line in rest]
    return [*lines, *_errors(report, group, width)]


def _no_cause(report: Report, group: str) -> Piece:
    """Nothing is claimed of a group that falls behind before it is certain."""
    row = find_group(report, group)
    if row != GONE and report.groups.trend[row] in (Trend.GROWING, Trend.STALLED):
        return Piece("it falls behind, and no cause is certain yet: some take a minute or two")
    return Piece("nothing is known to be wrong: it keeps up, or catches up", "ok")


def _errors(report: Report, group: str, width: int) -> list[Line]:
    """How many of its messages fail, where topics of dead letters tell."""
    told = error_sentences(report.dead_letters, group)
    lines: list[Line] = [[], [Piece("errors", "title")]] if told else []
    for sentence in told:
        lines += [[Piece(line)] for line in wrap(clean(sentence), max(width, 20))]
    return lines
