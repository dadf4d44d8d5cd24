"""The fleet: several clusters on one screen, a row each."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial

from textual import events
from textual.app import ComposeResult
from textual.screen import Screen

from lagtop.ui import lines, text
from lagtop.ui.commands import bindings_of
from lagtop.ui.filters import BadFilterError, Filter
from lagtop.ui.fleet import COLUMNS, Column, heading, ordered_by, row, standing
from lagtop.ui.help_text import fleet_help
from lagtop.ui.names import clean
from lagtop.ui.roles import Line, Piece
from lagtop.ui.screens.text import TextScreen
from lagtop.ui.session import Session
from lagtop.ui.widgets.band import Band
from lagtop.ui.widgets.pager import Pager
from lagtop.ui.widgets.prompt import Prompt, Question

_EDGES = 4
_ORDERS: tuple[Column | None, ...] = (None, *COLUMNS)


class FleetScreen(Screen[None], inherit_bindings=False):
    """A row for each cluster, worst first; until it is moved, the cursor stays on the first.

    Then it stays with its cluster. `enter` shows the one that was chosen, by its place.
    """

    AUTO_FOCUS = ""
    BINDINGS = bindings_of("fleet")

    def __init__(
        self, names: Sequence[str], sessions: Sequence[Session], enter: Callable[[int], None]
    ) -> None:
        super().__init__(id="fleet")
        self._names, self._sessions, self._enter = names, sessions, enter
        self._standings = [standing(session, session.look) for session in sessions]
        self._order = list(range(len(names)))
        self._chosen: int | None = None
        self._by: Column | None = None
        self._is_turned = False
        self._filter: Filter | None = None
        self.notice = ""
        self._bands = {
            name: Band(id=f"fleet-{name}") for name in ("title", "heading", "reason", "foot")
        }
        self._too_small, self.prompt = Band(id="too-small"), Prompt()
        self.pager = Pager(self._lines)

    def compose(self) -> ComposeResult:
        """A title, the columns' titles, the clusters, what is worst of the chosen one, the keys."""
        yield self._bands["title"]
        yield self._bands["heading"]
        yield self.pager
        yield self._bands["reason"]
        yield self._bands["foot"]
        yield self.prompt
        yield self._too_small

    def on_mount(self) -> None:
        """Show what there is; ages move on without news."""
        self.set_interval(1.0, self.show)
        self.show()

    def on_resize(self) -> None:
        """Find room for the columns, or say that there is none."""
        width, height = self.app.size
        self.set_class(not lines.has_room(width, height), "small")
        self._too_small.show(lines.too_small(width, height))
        self._bands["foot"].show([lines.footer_line("fleet", width)])
        self.show()

    def on_screen_resume(self) -> None:
        """Show what came while another screen was in sight."""
        self.show()

    def on_paste(self, event: events.Paste) -> None:
        """Into the prompt, if it is open."""
        self.prompt.paste(event.text)

    def take(self, event: events.Key) -> bool:
        """Let the prompt have a key that is its own."""
        return self.prompt.take(event)

    def show(self) -> None:
        """Draw the clusters as they stand now, if anybody sees it."""
        if self.app.screen is not self or not self.is_mounted:
            return
        self._standings = [standing(session, session.look) for session in self._sessions]
        order = ordered_by(self._by, self._standings, self._names, turned=self._is_turned)
        wanted = self._filter
        self._order = [at for at in order if wanted is None or wanted.passes(self._names[at])]
        self._bands["title"].show([self._title()])
        self._bands["heading"].show(
            [[Piece("  "), *heading(self.app.size.width - _EDGES, self._by)]]
        )
        self.pager.remake()
        told = self.notice or self._sentence()
        self._bands["reason"].show(
            [[Piece(f" {clean(told)}", "attention" if self.notice else "text")]]
        )

    def say(self, words: str) -> None:
        """Tell something below the clusters until the cursor moves."""
        self.notice = words
        self.show()

    def action_move(self, by: int) -> None:
        """To another cluster; on the first, it stays there whichever that is."""
        place = max(min(self._at + by, len(self._order) - 1), 0)
        self._chosen = self._order[place] if place else None
        self.notice = ""
        self.pager.show_line(place)
        self.show()

    def action_enter(self) -> None:
        """Show this cluster; of all the others, everything goes on to be collected."""
        if self._order:
            self._enter(self._order[self._at])

    def action_filter(self) -> None:
        """Ask for a filter, which works while it is typed; Esc puts back the one before."""
        before = self._filter
        undo = partial(self._narrow, before.text if before else "")
        question = Question("/", self._narrow, self._narrow, undo)
        self.prompt.ask(question, before.text if before else "")

    def action_clear(self) -> None:
        """Show all clusters again."""
        self._narrow("")

    def action_shift_sort(self, by: int) -> None:
        """Sort by a neighbour of what the clusters are sorted by."""
        self._by = _ORDERS[(_ORDERS.index(self._by) + by) % len(_ORDERS)]
        self._is_turned = False
        self.show()

    def action_invert(self) -> None:
        """Turn the order round."""
        self._is_turned = not self._is_turned
        self.show()

    def action_help(self) -> None:
        """Show the keys, marks and columns."""
        told = [(column.title, column.help) for column in COLUMNS]
        make = partial(fleet_help, told, self._sessions[0].look)
        self.app.push_screen(TextScreen("lagtop help: all clusters", make))

    def action_refresh_all(self) -> None:
        """Poll every cluster now."""
        for session in self._sessions:
            session.feed.refresh()

    def action_end(self) -> None:
        """Leave at once."""
        self.app.exit()

    @property
    def _at(self) -> int:
        return self._order.index(self._chosen) if self._chosen in self._order else 0

    def _narrow(self, typed: str) -> None:
        try:
            self._filter = Filter.parse(typed) if typed else None
        except BadFilterError as error:
            self.say(str(error))
            return
        self.say("")

    def _title(self) -> Line:
        turned = "worst last" if self._is_turned else "worst first"
        reversed_ = " reversed" if self._is_turned else ""
        order = turned if self._by is None else f"by {self._by.title}{reversed_}"
        line = [Piece(" lagtop", "title")]
        line.append(Piece(f" {text.plural(len(self._names), 'cluster')}, {order}"))
        if self._filter is not None:
            line.append(Piece(f"  /{clean(self._filter.text)}", "key"))
            line.append(Piece(f" {len(self._order)} shown", "dim"))
        return line

    def _sentence(self) -> str:
        if not self._order:
            return "no cluster passes the filter: Esc clears it"
        at = self._order[self._at]
        return f"{self._names[at]}  {self._standings[at].sentence}"

    def _lines(self, width: int) -> list[Line]:
        return [
            row(
                self._sessions[of], self._names[of], self._standings[of], self._sessions[of].look,
                width, place == self._at,
            )
            for place, of in enumerate(self._order)
        ]  # fmt: skip
