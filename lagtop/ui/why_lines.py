"""Why a group is behind, as lines: each cause with its evidence and what helps."""

from __future__ import annotations

import math
from textwrap import wrap
from typing import Final

import numpy as np

from lagtop.analysis.diagnosis.case import Finding
from lagtop.analysis.diagnosis.diagnose import diagnose
from lagtop.analysis.failing import error_sentences
from lagtop.analysis.report import Report, Trend
from lagtop.ui.group_columns import group_reason
from lagtop.ui.names import clean
from lagtop.ui.roles import Line, Piece
from lagtop.ui.sheets import GroupSheet

_NO_CAUSE: Final = {
    Trend.UNKNOWN: ("nothing is known of it yet: that takes two polls, and two commits", "dim"),
    Trend.GROWING: ("it falls behind, and no cause is certain yet: some take minutes", "attention"),
    Trend.STALLED: ("it stands still, and no cause is certain yet: some take minutes", "attention"),
}
_TOO_EARLY: Final = (
    "whether its lag grows is not known yet, nor why: that takes a minute or two",
    "dim",
)
_NOT_CERTAIN: Final = (
    "at its present rates the lag never ends, but they may be noise: no cause is certain yet",
    "attention",
)
_WELL: Final = ("nothing is known to be wrong: it keeps up, or catches up", "ok")


def why_lines(report: Report, row: int, width: int) -> list[Line]:
    """A paragraph for each cause of a group's lag, the gravest first, or that none is known.

    What its row says of it beside causes stands before them.
    """
    found, reason = diagnose(report, row), group_reason(GroupSheet(report, np.inf), row)
    lines: list[Line] = []
    if not found and (told := _without_cause(report, row, reason)):
        lines += [[], *_wrapped(told[0], width, told[1])]
    if reason not in ("", *(clean(finding.told) for finding in found)):
        lines += [[], *_wrapped(reason, width, "attention")]
    for finding in found:
        title, evidence = _parted(finding)
        lines += [[], [Piece(title, "title")], *_wrapped(evidence, width)]
        for remedy in finding.remedies:
            first, *rest = wrap(clean(remedy), max(width - 4, 20))
            lines += [[Piece("  - ", "dim"), Piece(first, "name")]]
            lines += [[Piece(f"    {line}", "name")] for line in rest]
    return [*lines, *_errors(report, report.group_facts[row].name, width)]


def _without_cause(report: Report, row: int, reason: str) -> tuple[str, str] | None:
    """What is said, and in which role, while no rule finds anything; the row's reason may do."""
    trend = Trend(report.groups.trend[row])
    if trend == Trend.UNKNOWN and not math.isnan(report.groups.gap_per_s[row]):
        return _TOO_EARLY
    falls_behind = math.isinf(report.groups.drain_s[row])
    otherwise = _NOT_CERTAIN if falls_behind else _WELL
    return _NO_CAUSE.get(trend, None if reason else otherwise)


def _parted(finding: Finding) -> tuple[str, str]:
    """A cause and what bears it out; where that begins with the cause too, it is said once."""
    head, _, rest = finding.evidence.partition(": ")
    is_named = rest and head.startswith(finding.cause)
    return (clean(head), rest) if is_named else (finding.cause, finding.evidence)


def _errors(report: Report, group: str, width: int) -> list[Line]:
    """How many of its messages fail, where topics of dead letters tell."""
    told = error_sentences(report.dead_letters, group)
    lines: list[Line] = [[], [Piece("errors", "title")]] if told else []
    for sentence in told:
        lines += _wrapped(sentence, width)
    return lines


def _wrapped(told: str, width: int, role: str = "text") -> list[Line]:
    return [[Piece(line, role)] for line in wrap(clean(told), max(width, 20))]
