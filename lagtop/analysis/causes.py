"""Why each group is as it is: a sentence for those of which no partition has a reason of its own.

It is that of the gravest cause, which `W` has first. To look for causes takes up to a millisecond
a group: of very many those that are worst off are asked about, and those that are looked at.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace

import numpy as np

from lagtop.analysis.diagnosis.diagnose import diagnose
from lagtop.analysis.reasons import Reasons
from lagtop.analysis.report import Report
from lagtop.analysis.why import why

DIAGNOSED = 50
"""Groups that are asked about though nobody looks at them."""


def with_causes(report: Report, focus: Collection[str], reasons: Reasons) -> Report:
    """The report with a reason for groups that have none, where something is known of them.

    `focus` names the groups that are looked at; `reasons` are those of the report so far.
    """
    groups, reason = report.groups, report.groups.reason.copy()
    for group in _worth_asking(report, focus):
        if not reason[group] and (found := diagnose(report, group)):
            reason[group] = reasons.number(found[0].told)
    reason = np.where(reason > 0, reason, why(report, reason == 0, reasons)).astype(np.int32)
    return replace(report, groups=replace(groups, reason=reason), reasons=reasons.sentences())


def _worth_asking(report: Report, focus: Collection[str]) -> list[int]:
    """Groups that are looked at, and of the others those with a trouble, or the most lag."""
    groups = report.groups
    focused = np.array([group.name in focus for group in report.group_facts], np.bool_)
    is_worse = np.isinf(groups.drain_s) | groups.commits_each
    is_worse[[*report.past.moves] if report.past else []] = True
    rank = np.lexsort((-groups.lag_messages, ~is_worse, ~focused))
    worth: list[int] = rank[: int(focused.sum()) + DIAGNOSED].tolist()
    return worth
