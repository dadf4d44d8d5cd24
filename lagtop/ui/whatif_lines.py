"""The what-if panel's knobs, and what it says in words, as lines."""

from __future__ import annotations

import math
from collections.abc import Iterator
from textwrap import wrap
from typing import Final

from lagtop.snapshot import NO_GAP
from lagtop.ui import text
from lagtop.ui.knobs import KNOBS, Knob
from lagtop.ui.look import Look
from lagtop.ui.names import clean
from lagtop.ui.roles import Line, Piece
from lagtop.ui.whatif_answer import Answer, Question

KNOBS_WIDTH: Final = 40
_LABEL: Final = 14
_NOW: Final = 10
_NOTHING_KNOWN: Final = "no partition of it is known: there is nothing to reckon"


def knob_lines(question: Question, at: int, look: Look) -> list[Line]:
    """A heading, the knobs with the one at `at` chosen, and what that one is."""
    now = Piece(f"{'now':<{_NOW}}", "dim")
    lines: list[Line] = [[Piece(" " * _LABEL), now, Piece("  then", "dim")]]
    for place, knob in enumerate(KNOBS):
        lines.append(_knob_line(knob, question, look, is_chosen=place == at))
    return [*lines, [Piece(f"   {KNOBS[at].help}", "dim")]]


def _knob_line(knob: Knob, question: Question, look: Look, *, is_chosen: bool) -> Line:
    now, then = knob.now or look.not_applicable, knob.tell(knob.value(question.wish))
    if knob.name == "consumers":
        now, then = _consumers(question)
    is_touched = knob.value(question.wish) != knob.value(question.untouched)
    left, right = ("<>" if look.ascii else "◂▸") if is_chosen else "  "
    return [
        Piece(" > " if is_chosen else "   ", "key"),
        Piece(f"{knob.label:<{_LABEL - 3}}", "title" if is_chosen else "name"),
        Piece(f"{now:<{_NOW}}"),
        Piece(f"{left} ", "key"),
        Piece(then, "title" if is_touched else "text"),
        Piece(f" {right}", "key"),
    ]


def _consumers(question: Question) -> tuple[str, str]:
    more, members = round(question.wish.consumers), question.members
    if not question.knows_members:
        return text.NOBODY_KNOWS, f"{more:+,}" if more else text.NOBODY_KNOWS
    told = f"{max(members + more, 0):,}"
    return f"{members:,}", f"{told} ({more:+,})" if more else told


def word_lines(answer: Answer, width: int) -> list[Line]:
    """What the margin does, why there is no number of consumers, and the answer's own words."""
    lines: list[Line] = []
    for told in _sentences(answer):
        broken = wrap(clean(told), max(width, 20), subsequent_indent="  ")
        lines += [[Piece(line)] for line in broken]
    return lines


def _sentences(answer: Answer) -> Iterator[str]:
    question = answer.question
    if question.group.gap != NO_GAP:
        yield question.group.gap.reason
    if not question.partitions:
        yield _NOTHING_KNOWN
    if question.wish.margin:
        yield _with_margin(answer)
    reason = answer.changed.needed.reason
    if reason:
        yield f"needed: {reason}"
    yield from (told for told in answer.changed.words if told != reason)


def _with_margin(answer: Answer) -> str:
    asked, needed, margin = answer.held, answer.held.needed, answer.question.wish.margin
    many = text.NOBODY_KNOWS if not needed.is_known else f"{needed.consumers or 0:,}"
    if needed.is_known and needed.consumers is None:
        many = "no number of consumers is enough"
        if answer.changed.needed.consumers is not None:
            many = f"{many}: {needed.reason}"
    else:
        many = f"consumers needed {many}"
    drain = text.duration(asked.then.drain_s if answer.is_reckoned else math.nan)
    means = f"out at least {1 + margin:g} x in"
    return f"then with a margin of {text.margin(margin)} ({means}): drain {drain}, {many}"
