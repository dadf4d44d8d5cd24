"""Chooses the cluster to look at: profiles, what other tools have saved, the demo."""

from __future__ import annotations

from collections.abc import Callable

from textual.app import ComposeResult
from textual.screen import Screen

from lagtop.ui.choices import Choices
from lagtop.ui.commands import bindings_of
from lagtop.ui.lines import footer_line
from lagtop.ui.names import clean
from lagtop.ui.roles import Line, Piece
from lagtop.ui.widgets.band import Band
from lagtop.ui.widgets.pager import Pager

TAKEN = 1
_NAME = 20


class ChooserScreen(Screen[None], inherit_bindings=False):
    """A list of clusters; the app ends with TAKEN once one is taken."""

    BINDINGS = bindings_of("chooser")

    def __init__(self, choices: Choices) -> None:
        super().__init__(id="chooser")
        self._choices = choices
        self._every = tuple(choices.every())
        self._at = 0
        self._is_waiting = False
        self.said = ""
        self._foot = Band(id="chooser-foot")
        self.pager = Pager(self._lines)

    def compose(self) -> ComposeResult:
        """A title, the list, what was said, the keys."""
        yield Band(id="chooser-title")
        yield self.pager
        yield Band(id="chooser-said")
        yield self._foot

    def on_mount(self) -> None:
        """Fill the lines that stand still."""
        self.query_one("#chooser-title", Band).show([[Piece(" which cluster?", "title")]])

    def on_resize(self) -> None:
        """Find room for the keys."""
        self._foot.show([footer_line("chooser", self.size.width)])

    def action_move(self, by: int) -> None:
        """To another cluster."""
        self._at = min(max(self._at + by, 0), max(len(self._every) - 1, 0))
        self.pager.show_line(self._line_of(self._at))
        self.pager.remake()

    def action_attempt(self) -> None:
        """Connect, and say what is there."""
        self._wait_for(self._choices.attempt, self._say)

    def action_take(self) -> None:
        """Open this one."""
        self._wait_for(self._choices.take, self._taken)

    def action_drop(self) -> None:
        """Back to where it was asked; out where there is no cluster yet."""
        if self._choices.first:
            self.app.exit()
        else:
            self.dismiss()

    def _wait_for(self, ask: Callable[[str], str], then: Callable[[str], None]) -> None:
        if self._is_waiting or not self._every:
            return
        self._is_waiting = True
        choice = self._every[self._at]
        self._say(f"{choice.name}: connecting ...")

        def done(said: str) -> None:
            self._is_waiting = False
            if self.is_attached:
                then(said)

        def work() -> None:
            self.app.call_from_thread(done, ask(choice.id))

        self.run_worker(work, thread=True)

    def _taken(self, trouble: str) -> None:
        if trouble:
            self._say(trouble)
        else:
            self.app.exit(TAKEN)

    def _say(self, words: str) -> None:
        self.said = words
        self.query_one("#chooser-said", Band).show([[Piece(f" {clean(words)}", "attention")]])

    def _line_of(self, place: int) -> int:
        return place + len({choice.section for choice in self._every[: place + 1]})

    def _lines(self, _width: int) -> list[Line]:
        lines: list[Line] = []
        section = ""
        for place, choice in enumerate(self._every):
            if choice.section != section:
                section = choice.section
                lines.append([Piece(f" {section}", "heading")])
            here = place == self._at
            name = clean(choice.name).ljust(_NAME)
            lines.append(
                [
                    Piece(" > " if here else "   ", "key"),
                    Piece(f"{name} ", "sorted" if here else "name"),
                    Piece(clean(choice.about), "text" if here else "dim"),
                ]
            )
        return lines
