"""The what-if panel: turn a knob, and see side by side how it goes on and how it would."""

from __future__ import annotations

import asyncio
from typing import Final

from textual.app import ComposeResult
from textual.screen import Screen

from lagtop.ui.commands import bindings_of
from lagtop.ui.knobs import KNOBS, Wish, consumer_steps
from lagtop.ui.lines import footer_line, has_room, too_small
from lagtop.ui.names import clean
from lagtop.ui.roles import Line, Piece
from lagtop.ui.screens.following import Follows
from lagtop.ui.session import Session
from lagtop.ui.sheets import GONE, find_group
from lagtop.ui.whatif_answer import Answer, Question, ask
from lagtop.ui.whatif_curve import curve_lines
from lagtop.ui.whatif_lines import KNOBS_WIDTH, knob_lines, word_lines
from lagtop.ui.whatif_outcome import outcome_lines
from lagtop.ui.widgets.band import Band
from lagtop.ui.widgets.pager import Pager

SMALLEST: Final = (70, 20)
"""Columns and lines below which the panel has no room."""


class WhatIfScreen(Follows, Screen[None], inherit_bindings=False):
    """Asks about one group; it is reckoned in a thread, so that no key ever waits."""

    BINDINGS = bindings_of("whatif")
    CSS_PATH = "whatif.tcss"

    def __init__(self, session: Session, group: str) -> None:
        super().__init__(id="whatif")
        self._session = session
        self._group = group
        report = session.shown.report
        self.wish = Wish() if report is None else Wish(margin=report.margin)
        self._at = 0
        self._question: Question | None = None
        self._is_reckoning = False
        self.answer: Answer | None = None
        self._bands = {name: Band(id=f"whatif-{name}") for name in ("title", "top", "foot")}
        self._small = Band(id="whatif-small")
        self._words = Pager(self._word_lines)

    def compose(self) -> ComposeResult:
        """A title, knobs and figures, the words, the keys; or that there is no room."""
        yield self._bands["title"]
        yield self._bands["top"]
        yield self._words
        yield self._bands["foot"]
        yield self._small

    def on_mount(self) -> None:
        """Ask for the first time; look now and then whether the data has grown old."""
        self.set_interval(1.0, self._show_title)
        self.show()

    def on_resize(self) -> None:
        """Find room for everything, or say that there is none."""
        width, height = self.size
        self._bands["foot"].show([footer_line("whatif", width)])
        self.set_class(self._is_small, "small")
        self._small.show(too_small(width, height, SMALLEST, "Esc goes back"))
        self._draw()

    def show(self) -> None:
        """Ask about what the session shows now, with the knobs as they are."""
        report = self._session.shown.report
        row = GONE if report is None else find_group(report, self._group)
        if report is None or row == GONE:
            self._question = self.answer = None
        else:
            self._question = Question(report, row, self.wish)
            if not self._is_reckoning:
                self._is_reckoning = True
                self.run_worker(self._reckon())
        self._draw()

    def action_choose(self, by: int) -> None:
        """To another knob."""
        self._at = min(max(self._at + by, 0), len(KNOBS) - 1)
        self._draw()

    def action_turn(self, by: int) -> None:
        """Turn the knob by a step."""
        if self._question is not None:
            members, partitions = self._question.members, self._question.partitions
            steps = consumer_steps(members, partitions, self.wish)
            self._wish(KNOBS[self._at].turned(self.wish, by, steps))

    def action_leap(self, by: int) -> None:
        """Turn the knob by many steps."""
        self.action_turn(by * KNOBS[self._at].leap)

    def action_reset(self) -> None:
        """Turn the knob back."""
        if self._question is not None:
            self._wish(KNOBS[self._at].reset(self.wish, self._question.untouched))

    def action_scroll(self, by: int) -> None:
        """More of the words."""
        self._words.scroll_lines(by)

    def action_close(self) -> None:
        """Back to the table."""
        self.dismiss()

    def _wish(self, wish: Wish) -> None:
        if wish != self.wish:
            self.wish = wish
            self.show()

    async def _reckon(self) -> None:
        """Answer the newest question until there is none; those between are not worth it."""
        while self._is_pending and self._question is not None:
            answer = await asyncio.to_thread(ask, self._question)
            if self._question is not None:
                self.answer = answer
            self._draw()
        self._is_reckoning = False

    @property
    def _is_pending(self) -> bool:
        return self._question is not (self.answer and self.answer.question)

    @property
    def _is_small(self) -> bool:
        return not has_room(*self.size, SMALLEST)

    def _draw(self) -> None:
        if self._is_small:
            return
        self._show_title()
        self._bands["top"].show(self._top_lines())
        self._words.remake()
        self._words.scroll_lines(0)

    def _show_title(self) -> None:
        status = self._session.status
        line = [Piece(f" what if: {clean(self._group)}  ", "title")]
        self._bands["title"].show([[*line, Piece(status.banner, status.banner_role)]])

    def _top_lines(self) -> list[Line]:
        question, answer, look = self._question, self.answer, self._session.look
        if question is None:
            return [[], [Piece(" this group is gone: Esc goes back", "attention")]]
        knobs, width = knob_lines(question, self._at, look), self.size.width
        if answer is None:
            return [*knobs, [Piece(" reckoning ...", "dim")]]
        curve = curve_lines(answer.changed, look, width - KNOBS_WIDTH - 1, len(knobs))
        curve += [[] for _ in knobs[len(curve) :]]
        beside = [beside_each(*lines) for lines in zip(knobs, curve, strict=True)]
        pending = self._is_pending
        return [*beside, *outcome_lines(answer, look, width, is_pending=pending)]

    def _word_lines(self, width: int) -> list[Line]:
        return word_lines(self.answer, width) if self.answer is not None else []


def beside_each(left: Line, right: Line) -> Line:
    """Both on one line, the second from KNOBS_WIDTH on."""
    used = sum(len(piece.text) for piece in left)
    return [*left, Piece(" " * (KNOBS_WIDTH - used)), *right]
