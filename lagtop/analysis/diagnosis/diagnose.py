"""All rules over one group, the gravest finding first."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

import numpy as np

from lagtop.analysis.diagnosis import others, rules
from lagtop.analysis.diagnosis.case import Case, Finding
from lagtop.analysis.diagnosis.rules import spikes
from lagtop.analysis.diagnosis.throttling import throttling
from lagtop.analysis.report import Report, Trend
from lagtop.analysis.retention import SOON_S
from lagtop.analysis.verdicts import Verdict
from lagtop.snapshot import NO_GAP

Rule = Callable[[Case], Finding | None]

RULES: Final[tuple[Rule, ...]] = (
    rules.nobody_reads,
    rules.stalled,
    rules.poison_record,
    others.open_transaction,
    others.failing_broker,
    others.retention_wins,
    rules.rebalance_storm,
    rules.reprocessing_loop,
    rules.producer_spike,
    throttling,
    rules.commit_per_message,
    rules.hot_key,
    rules.sick_member,
    rules.uneven_load,
    rules.capacity,
    rules.offsets_moved,
)
EXPLAINED: Final = {
    "open transaction": {"stalled", "poison record"},
    "failing broker": {"stalled", "poison record"},
    "a commit per message": {"slow consumer", "too few consumers"},
    "throttling": {
        "slow consumer", "too few consumers", "sick member", "uneven load", "saturated broker",
    },
    "hot key": {"slow consumer", "too few consumers"},
    "uneven load": {"slow consumer", "too few consumers"},
    "sick member": {"slow consumer", "too few consumers", "uneven load"},
    "producer spike": {"slow consumer", "too few consumers", "sick member", "uneven load"},
    "reprocessing loop": {"stalled", "poison record", "offsets moved"},
}
"""What a cause explains is no cause of its own beside it."""


def diagnose(report: Report, group: int) -> tuple[Finding, ...]:
    """Why a group (its row in the Report) is behind; empty when nothing is wrong with it."""
    case = Case(report, group)
    if case.span.start == case.span.stop or _is_quiet(case):
        return ()
    found = [finding for rule in RULES if (finding := rule(case)) is not None]
    explained = {name for one in found for name in EXPLAINED.get(one.cause, ())}
    left = [one for one in found if one.cause not in explained]
    return tuple(sorted(left, key=lambda one: -one.weight))


def _is_quiet(case: Case) -> bool:
    """Whether no rule can find anything: most groups are well most of the time."""
    report, row = case.report, case.row
    rows, span, groups = report.partitions, case.span, report.groups
    moves = groups.trend[row] not in (Trend.GROWING, Trend.STALLED)
    drains = not np.isinf(groups.drain_s[row]) and not groups.commits_each[row]
    past = report.past
    calm = past is None or (past.rebalances[row] < 2 and row not in past.moves)
    return bool(
        moves
        and drains
        and calm
        and not spikes(case)
        and (case.members or not groups.lag_messages[row])
        and not (rows.trend[span] == Trend.STALLED).any()
        and not (rows.verdict[span] == Verdict.OFFLINE).any()
        and not (rows.last_stable_offset[span] < rows.log_end_offset[span]).any()
        and not (rows.data_loss_s[span] < SOON_S).any()
        and all(broker.gap == NO_GAP for broker in report.brokers)
    )
