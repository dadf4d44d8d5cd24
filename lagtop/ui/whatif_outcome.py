"""The answer of the what-if panel in two columns: how it goes on, and how it would."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Final, NamedTuple

from rich.cells import cell_len, set_cell_size

from lagtop.analysis.needed import Needed
from lagtop.analysis.outlook import Limit, Outlook
from lagtop.snapshot import NOBODY
from lagtop.ui import text
from lagtop.ui.look import Look
from lagtop.ui.names import fit
from lagtop.ui.roles import Line, Piece
from lagtop.ui.whatif_answer import Answer

_LABEL: Final = 13


class Side(NamedTuple):
    """A column: how it goes on, how many consumers it needs, and how sure all that is.

    about, missing: as in WhatIf; named: how many of the consumers have names; knows_owners: whether
    it can be said who owns what.
    """

    outlook: Outlook
    needed: Needed
    about: bool
    missing: int
    named: int
    knows_owners: bool


def outcome_lines(answer: Answer, look: Look, width: int, *, is_pending: bool) -> list[Line]:
    """A heading and a line for each figure; what is not as now is in another role."""
    cells = (width - _LABEL) // 2
    then = f"then {look.waiting}" if is_pending else "then"
    head = f"{'':<{_LABEL}}{'now':<{cells}}{then}"
    return [
        [Piece(f"{head:<{width}}", "heading")],
        *(_line(label, tell, answer, look, cells) for label, tell in OUTCOMES),
    ]


Tell = Callable[[Side, Look, int], str]


def _line(label: str, tell: Tell, answer: Answer, look: Look, cells: int) -> Line:
    now, then = (
        tell(side, look, cells - 1) if answer.is_reckoned else text.NOBODY_KNOWS
        for side in _sides(answer)
    )
    return [
        Piece(f" {label:<{_LABEL - 1}}", "name"),
        Piece(set_cell_size(now, cells)),
        Piece(then, "text" if then == now else "title"),
    ]


def _sides(answer: Answer) -> tuple[Side, Side]:
    plain, changed = answer.plain, answer.changed
    named, sure = plain.now.members, answer.knows_owners
    return (
        Side(plain.now, plain.needed, False, plain.missing, named, sure),
        Side(changed.then, changed.needed, changed.about, changed.missing, named, sure),
    )


def _drain(side: Side, look: Look, cells: int) -> str:
    drain_s = side.outlook.drain_s
    told = text.duration(drain_s)
    if not math.isfinite(drain_s):
        return told
    if side.missing:
        return text.at_least(told, side.missing, look.at_least)
    if not drain_s:
        return "caught up"
    return f"~{told}" if side.about else told


def _decides(side: Side, look: Look, cells: int) -> str:
    limit = side.outlook.limit
    if limit is None:
        return text.NOBODY_KNOWS if math.isnan(side.outlook.drain_s) else "nobody: all keep up"
    flow = f" {text.rate(limit.produced_per_s)} in {text.rate(limit.capacity_per_s)} out/s"
    return _beside(_who(limit, side.named), flow, look, cells)


def _who(limit: Limit, named: int) -> str:
    if limit.member == NOBODY:
        return "no member"
    return limit.client_id or limit.member_id or f"new member {limit.member - named + 1}"


def _hottest(side: Side, look: Look, cells: int) -> str:
    limit = side.outlook.limit
    if limit is None:
        return text.NOBODY_KNOWS if math.isnan(side.outlook.drain_s) else look.not_applicable
    tail = f" {limit.partition} {text.rate(limit.partition_per_s)}/s in"
    return _beside(limit.topic, tail, look, cells)


def _beside(name: str, tail: str, look: Look, cells: int) -> str:
    """A name and figures; where there is no room for both, the name is cut."""
    room = max(cells - cell_len(tail), 4)
    return f"{fit(name, room, look.ellipsis).rstrip()}{tail}"


def _idle(side: Side, look: Look, cells: int) -> str:
    told = f"{side.outlook.idle:,} of {text.plural(side.outlook.members, 'member')}"
    return told if side.knows_owners else text.NOBODY_KNOWS


def _each(side: Side, look: Look, cells: int) -> str:
    low, high = side.outlook.partitions_low, side.outlook.partitions_high
    if not side.knows_owners:
        return text.NOBODY_KNOWS
    return text.plural(high, "partition") if low == high else f"{low:,} to {high:,} partitions"


def _needed(side: Side, look: Look, cells: int) -> str:
    if not side.needed.is_known:
        return text.NOBODY_KNOWS
    many = side.needed.consumers
    return "no number is enough" if many is None else text.plural(many, "consumer")


def _lag_1h(side: Side, look: Look, cells: int) -> str:
    lag = text.rounded(side.outlook.lag_1h_messages)
    return lag if lag == text.NOBODY_KNOWS else text.at_least(lag, side.missing, look.at_least)


OUTCOMES: Final[tuple[tuple[str, Tell], ...]] = (
    ("drain", _drain),
    ("decides", _decides),
    ("hottest", _hottest),
    ("idle", _idle),
    ("each", _each),
    ("needed", _needed),
    ("lag in 1 h", _lag_1h),
)
