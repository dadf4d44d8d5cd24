"""Causes that lie with consumers, and with what is written to them."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from lagtop.analysis.diagnosis.case import Case, Finding
from lagtop.analysis.diagnosis.daily import daily
from lagtop.analysis.past import spikes as past_spikes
from lagtop.analysis.report import PAST_S, Flags, Imbalance, Trend
from lagtop.analysis.slowest import NO_ONE_THERE
from lagtop.analysis.why import sentence
from lagtop.analysis.words import at_least, plural, rate, times
from lagtop.snapshot import NOBODY

MANY_REBALANCES = 3
UNEVEN = 1.5
LASTING_S = 60.0
"""So long it must go on: a group that catches up after a pause is not too slow."""

HOT_LAG_SHARE = 0.5


def nobody_reads(case: Case) -> Finding | None:
    """There is something to read, and no member to read it."""
    groups = case.report.groups
    lag = int(groups.lag_messages[case.row])
    if case.facts.state not in NO_ONE_THERE or case.members or lag <= 0:
        return None
    waiting = at_least(f"{lag:,}", int(groups.lag_missing[case.row]))
    return Finding(
        "no consumer", 3, f"no member is left, {waiting} messages wait and {case.inflow} come",
        ("start its consumers, or delete the group if nobody needs it any more",),
    )  # fmt: skip


def stalled(case: Case) -> Finding | None:
    """Members are there, and none of them reads anything."""
    owned = case.owner != NOBODY
    waiting = owned & (np.nan_to_num(case.lag) > 0)
    still = case.stalled & owned
    if not still.any() or (waiting & ~case.stalled).any() or np.nansum(case.consumed) > 0:
        return None
    return Finding(
        "stalled", 3, _sentence(case, case.worst(still)),
        (
            "look at the consumers' logs and threads: they hang, or wait for something outside",
            "processing for longer than max.poll.interval.ms, or paused partitions, look like this",
        ),
    )  # fmt: skip


def poison_record(case: Case) -> Finding | None:
    """One partition stands still while its member goes on with others, or its peers with theirs."""
    still = np.flatnonzero(case.stalled & (case.owner != NOBODY))
    moving = np.flatnonzero(~case.stalled & (case.consumed > 0))
    if not len(still) or not len(moving) or len(still) > len(moving):
        return None
    at = case.worst(case.stalled & (case.owner != NOBODY))
    offset = int(case.rows.committed_offset[case.span.start + at])
    others = plural(len(moving), "other partition")
    return Finding(
        "poison record", 3, f"{_sentence(case, at)}; {others} of the group go on{case.failures}",
        (
            f"look at the record at offset {offset} of {case.place(at)}: it may fail each time",
            "limit retries, with back-off, and send what fails to a dead letter topic",
        ),
    )  # fmt: skip


def rebalance_storm(case: Case) -> Finding | None:
    """Rebalances come again and again, and nobody reads meanwhile."""
    past = case.report.past
    if past is None or past.rebalances[case.row] < MANY_REBALANCES:
        return None
    count, over = int(past.rebalances[case.row]), min(past.watched_s, PAST_S) / 60
    remedies = [
        "see whether members restart, or take longer than max.poll.interval.ms for a batch",
        "give members a group.instance.id: a restart then needs no rebalance",
    ]
    if case.facts.assignor in ("range", "roundrobin"):
        remedies.append(f"{case.facts.assignor} stops everybody: cooperative-sticky does not")
    return Finding(
        "rebalance storm", 2.5, f"{count} rebalances within {over:.0f} min", tuple(remedies)
    )


def commit_per_message(case: Case) -> Finding | None:
    """It commits each message though batches wait."""
    if not case.report.groups.commits_each[case.row]:
        return None
    return Finding(
        "a commit per message", 2.2, f"an offset is committed for each message, at {case.outflow}",
        ("commit once for each batch that poll() gives, or every few seconds",),
    )  # fmt: skip


def hot_key(case: Case) -> Finding | None:
    """One partition takes most of what is written, and its member cannot keep up with it."""
    hot = (case.rows.imbalance[case.span] == Imbalance.KEY) & case.behind & ~case.stalled
    share = np.nansum(case.lag[hot]) / max(float(np.nansum(case.lag)), 1.0)
    if not hot.any() or share < HOT_LAG_SHARE or not case.gains:
        return None
    return Finding(
        "hot key", 2.1, _sentence(case, case.worst(hot)),
        (
            "more consumers do not help: one partition has one reader",
            "give that partition's member nothing else to read",
            "see which key it is, and spread it: use a finer one, or, where order does not matter,"
            " salt it",
        ),
    )  # fmt: skip


def sick_member(case: Case) -> Finding | None:
    """One member reads less than others that have as much to read, or more."""
    cold = (case.rows.imbalance[case.span] == Imbalance.MEMBER) & case.behind & ~case.stalled
    if not cold.any():
        cold = _of_few(case, lambda mine, others: mine <= UNEVEN * others)
    if not cold.any() or not case.gains:
        return None
    at = case.worst(cold)
    mine = case.read_by(int(case.owner[at]))
    others = [case.read_by(one) for one in case.busy_members if one != case.owner[at]]
    usual = rate(float(np.median(others))) if others else "?/s"
    return Finding(
        "sick member", 2.1, f"{_sentence(case, at)}; it reads {rate(mine)}, others {usual} each"
        f"{case.failures}",
        (
            f"look at {case.name_of(int(case.owner[at]))}: CPU, memory, disk, its neighbours",
            "restart or replace it; its partitions go to the others meanwhile",
        ),
    )  # fmt: skip


def uneven_load(case: Case) -> Finding | None:
    """A few members have far more to read than the others, which keep up."""
    loaded = _of_few(case, lambda mine, others: mine > UNEVEN * others)
    loaded &= case.rows.imbalance[case.span] != Imbalance.KEY
    if not loaded.any() or not case.gains:
        return None
    at = case.worst(loaded)
    mine = np.flatnonzero(case.owner == case.owner[at])
    inflow = rate(float(np.nansum(case.produced[mine])))
    name = case.name_of(int(case.owner[at]))
    return Finding(
        "uneven load", 2.1,
        f"{name} has {plural(len(mine), 'partition')} with {inflow} in; the others keep up",
        (
            "as many consumers as partitions, or a number that divides them, share evenly",
            "an assignor that spreads topics: cooperative-sticky or uniform instead of range",
        ),
    )  # fmt: skip


def _of_few(case: Case, judge: Callable[[float, float], bool]) -> Flags:
    """Partitions of the members that alone are behind, if their inflow against others' is so.

    Most of a member's partitions must be behind: one alone has a trouble of its own.
    """
    few, busy = case.members_at_capacity if case.lasts(LASTING_S) else (), case.busy_members
    others = [member for member in busy if member not in few]
    if not few or len(few) > len(others):
        return np.zeros(len(case.lag), np.bool_)
    usual = float(np.median([case.written_for(member) for member in others]))
    chosen = [
        member
        for member in few
        if judge(case.written_for(member), usual) and case.behind[case.owner == member].mean() > 0.5
    ]
    return np.isin(case.owner, chosen) & case.behind


def capacity(case: Case) -> Finding | None:
    """Every member has more to read than it can: more of them, or faster ones, are needed."""
    able = case.members_at_capacity
    if not case.gains or not able or set(able) != set(case.busy_members) or spikes(case):
        return None
    if case.trend == Trend.REBALANCING or case.stalled.any() or not case.lasts(LASTING_S):
        return None
    partitions, each = len(case.lag), float(np.median([case.read_by(one) for one in able]))
    needed = case.produced_per_s * (1 + case.report.margin) / each if each else np.inf
    at_capacity = f"all {len(able)}" if len(able) > 1 else "the only"
    told = f"{at_capacity} member{'s' * (len(able) > 1)} at capacity, {rate(each)} each"
    rates = f"{case.inflow} in, {case.outflow} out{case.failures}"
    hottest = float(np.nan_to_num(case.produced).max(initial=0.0))
    if case.members < partitions and needed <= partitions and hottest <= each:
        return Finding(
            "too few consumers", 2, f"{told}; {case.members} for {partitions} partitions; {rates}",
            (f"{int(np.ceil(needed))} consumers keep up with a margin; w tries that out",),
        )  # fmt: skip
    return Finding(
        "slow consumer", 2, f"{told}; {rates}; one per partition would not do", _faster(case)
    )


def producer_spike(case: Case) -> Finding | None:
    """Far more is written than usual."""
    past = case.report.past
    if past is None or not spikes(case) or not case.gets_longer:
        return None
    usual = float(past.usual_per_s[case.row])
    told, comes_again = daily(past.before.get(case.row, ()), usual)
    again = ("have capacity for it every day, or add consumers before it comes",)
    return Finding(
        "producer spike", 2.3,
        f"{case.inflow} in, {times(case.produced_per_s / usual)} of the last hour's {rate(usual)};"
        f" {told}",
        (
            *(again if comes_again else ()),
            "if it ends soon, it will drain: w tries that out",
            "if it stays, consumers must be able to do more",
        ),
    )  # fmt: skip


def reprocessing_loop(case: Case) -> Finding | None:
    """Committed offsets go back again and again: the same messages are read again."""
    past = case.report.past
    if past is None or past.rewinds[case.row] < 2:
        return None
    count, over = int(past.rewinds[case.row]), min(past.watched_s, PAST_S) / 60
    return Finding(
        "reprocessing loop", 2.4, f"committed offsets went back {count} times in {over:.0f} min",
        (
            "see who resets or seeks: a failed batch that is read again, or a script",
            "make processing idempotent, limit retries, and send what fails to a dead letter topic",
        ),
    )  # fmt: skip


def offsets_moved(case: Case) -> Finding | None:
    """Committed offsets were moved of late, and not by reading."""
    past = case.report.past
    move = past.moves.get(case.row) if past is not None else None
    if move is None:
        return None
    return Finding(
        "offsets moved", 1, move.said(case.report.captured_at),
        ("ask who reset them, and whether what is skipped or read twice does any harm",),
    )  # fmt: skip


def spikes(case: Case) -> bool:
    """Whether far more is written than usual."""
    past, row = case.report.past, slice(case.row, case.row + 1)
    if past is None:
        return False
    return bool(past_spikes(case.report.groups.produced_per_s[row], past.usual_per_s[row]).any())


def _sentence(case: Case, at: int) -> str:
    return sentence(case.report, case.span.start + at)


def _faster(case: Case) -> tuple[str, ...]:
    remedies = [
        "make each message cheaper: batch what it writes, do slow things beside, prefetch more",
        f"more partitions, then more consumers: there are {len(case.lag)} partitions now",
    ]
    config = case.config_of(case.worst())
    if config is not None and config.compression in ("uncompressed", "none"):
        remedies.append(f"{case.topic_of(case.worst())} is not compressed: lz4 or zstd halve I/O")
    if case.failures:
        remedies.append("see why messages fail: each that is retried takes time from the others")
    return tuple(remedies)
