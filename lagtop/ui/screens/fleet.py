"""The fleet: several clusters on one screen, a row each."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from textual.app import ComposeResult
from textual.screen import Screen

from lagtop.ui import text
from lagtop.ui.commands import bindings_of
from lagtop.ui.fleet import heading, row, standing, worst_first
from lagtop.ui.lines import footer_line
from lagtop.ui.names import clean
from lagtop.ui.roles import Line, Piece
from lagtop.ui.session import Session
from lagtop.ui.widgets.band import Band
from lagtop.ui.widgets.pager import Pager

_EDGES = 4


class FleetScreen(Screen[None], inherit_bindings=False):
    """A row for each cluster, worst first; until it is moved, the cursor stays on the worst.

    Then it stays with its cluster. `enter` shows the one that was chosen, by its place.
    """

    BINDINGS = bindings_of("fleet")

    def __init__(
        self, names: Sequence[str], sessions: Sequence[Session], enter: Callable[[int], None]
    ) -> None:
        super().__init__(id="fleet")
        self._names, self._sessions, self._enter = names, sessions, enter
        self._standings = [standing(session, session.look) for session in sessions]
        self._order = list(range(len(names)))
        self._chosen: int | None = None
        self.notice = ""
        self._heading, self._reason = Band(id="fleet-heading"), Band(id="fleet-reason")
        self.pager = Pager(self._lines)

    def compose(self) -> ComposeResult:
        """A title, the columns' titles, the clusters, what is worst of the chosen one, the keys."""
        yield Band(id="fleet-title")
        yield self._heading
        yield self.pager
        yield self._reason
        yield Band(id="fleet-foot")

    def on_mount(self) -> None:
        """Show what there is; ages move on without news."""
        self.set_interval(1.0, self.show)
        self.show()

    def on_resize(self) -> None:
        """Fill the lines that stand still, and find room for the columns."""
        width = self.app.size.width
        title = f" {text.plural(len(self._names), 'cluster')}, worst first"
        self.query_one("#fleet-title", Band).show([[Piece(" lagtop", "title"), Piece(title)]])
        self.query_one("#fleet-foot", Band).show([footer_line("fleet", width)])
        self._heading.show([[Piece("  "), *heading(width - _EDGES)]])
        self.show()

    def on_screen_resume(self) -> None:
        """Show what came while another screen was in sight."""
        self.show()

    def show(self) -> None:
        """Draw the clusters as they stand now, if anybody sees it."""
        if self.app.screen is not self or not self.is_mounted:
            return
        self._standings = [standing(session, session.look) for session in self._sessions]
        self._order = worst_first(self._standings)
        self.pager.remake()
        at = self._order[self._at]
        told = self.notice or f"{self._names[at]}  {self._standings[at].sentence}"
        self._reason.show([[Piece(f" {clean(told)}", "attention" if self.notice else "text")]])

    def say(self, words: str) -> None:
        """Tell something below the clusters until the cursor moves."""
        self.notice = words
        self.show()

    def action_move(self, by: int) -> None:
        """To another cluster; on the first, it stays on the worst."""
        place = min(max(self._at + by, 0), len(self._order) - 1)
        self._chosen = self._order[place] if place else None
        self.notice = ""
        self.pager.show_line(place)
        self.show()

    def action_enter(self) -> None:
        """Show this cluster; of all the others, everything goes on to be collected."""
        self._enter(self._order[self._at])

    def action_refresh_all(self) -> None:
        """Poll every cluster now."""
        for session in self._sessions:
            session.feed.refresh()

    def action_end(self) -> None:
        """Leave at once."""
        self.app.exit()

    @property
    def _at(self) -> int:
        return 0 if self._chosen is None else self._order.index(self._chosen)

    def _lines(self, width: int) -> list[Line]:
        return [
            row(
                self._sessions[of], self._names[of], self._standings[of], self._sessions[of].look,
                width, place == self._at,
            )
            for place, of in enumerate(self._order)
        ]  # fmt: skip
