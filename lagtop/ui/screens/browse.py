"""The main screen: header, place, table, reason, footer; and what each key does there."""

from __future__ import annotations

from collections.abc import Callable

from textual import events
from textual.app import ComposeResult
from textual.screen import Screen

from lagtop.ui import lines
from lagtop.ui.commands import bindings_of
from lagtop.ui.filters import BadFilterError, Filter
from lagtop.ui.headline import blank_headline, headline
from lagtop.ui.look import Look
from lagtop.ui.roles import Line, Piece
from lagtop.ui.screens.help import HelpScreen
from lagtop.ui.session import Session
from lagtop.ui.views import ROOTS, VIEWS, Place
from lagtop.ui.widgets.band import Band
from lagtop.ui.widgets.prompt import Prompt, Question
from lagtop.ui.widgets.table import LagTable


class BrowseScreen(Screen[None], inherit_bindings=False):
    """Shows a Session through a trail of places, of which the last is in sight."""

    BINDINGS = bindings_of("browse")
    AUTO_FOCUS = ""

    def __init__(self, session: Session) -> None:
        super().__init__(id="browse")
        self.session = session
        self._roots = {name: Place(VIEWS[name]) for name in ROOTS}
        self.trail = [self._roots["groups"]]
        self.table = LagTable(self.here.grid, session.look)
        self.prompt = Prompt()
        self.notice: Line = ()
        self._was_stale = False

    def compose(self) -> ComposeResult:
        """The lines from top to bottom, and what a tiny terminal sees instead."""
        yield Band(id="head")
        yield Band(id="place")
        yield self.table
        yield Band(id="reason")
        yield Band(id="foot")
        yield self.prompt
        yield Band(id="too-small")

    @property
    def here(self) -> Place:
        """The place in sight."""
        return self.trail[-1]

    def on_mount(self) -> None:
        """Show what there is; look now and then whether it has grown old."""
        self.set_interval(1.0, self._watch_age)
        self._band("foot").show([lines.footer_line("browse")])

    def on_resize(self) -> None:
        """Find room for everything, or say that there is none."""
        width, height = self.size
        small = width < lines.TOO_SMALL[0] or height < lines.TOO_SMALL[1]
        self.set_class(small, "small")
        self._band("too-small").show(lines.too_small(width, height))
        self.call_after_refresh(self.show)

    def show(self) -> None:
        """Draw the session as it is now; only what changed is sent."""
        report = self.session.shown.report
        self._was_stale = self.session.is_stale
        if report is not None:
            self.here.show(report, self.session.stale_after_s)
        self._show_table()
        self._show_lines()

    def say(self, text: str, role: str = "attention") -> None:
        """Tell something in the line of reasons until the next key."""
        self.notice = (Piece(f" {text}", role),)
        self._show_lines()

    def action_move(self, by: int) -> None:
        """Rows down or up."""
        self._act(lambda: self.here.grid.move(by))

    def action_page(self, pages: float) -> None:
        """Pages down or up."""
        rows = max(self.here.grid.height - 1, 1)
        self._act(lambda: self.here.grid.move(int(pages * rows)))

    def action_top(self) -> None:
        """To the first row."""
        self._act(lambda: self.here.grid.go(0))

    def action_bottom(self) -> None:
        """To the last row."""
        self._act(lambda: self.here.grid.go(self.here.grid.total - 1))

    def action_open(self) -> None:
        """Into the row under the cursor."""
        deeper = self.here.drill()
        if deeper is not None:
            self.trail.append(deeper)
            self.show()
        elif self.here.identity is not None:
            self.say(self.here.view.dead_end)

    def action_view(self, name: str) -> None:
        """To one of the views that all trails begin at; it is as it was left."""
        self.trail = [self._roots[name]]
        self.show()

    def action_back(self) -> None:
        """Clear the filter, or go back."""
        if self.here.grid.filter is not None:
            self._act(lambda: self.here.grid.narrow(None))
        elif len(self.trail) > 1:
            self.trail.pop()
            self.show()

    def action_leave(self) -> None:
        """Go back, or quit at the top."""
        if len(self.trail) > 1:
            self.trail.pop()
            self.show()
        else:
            self.app.exit()

    def action_filter(self) -> None:
        """Ask for a filter."""
        grid = self.here.grid
        before = grid.filter

        def dropped() -> None:
            self._answered()
            self._act(lambda: grid.narrow(before))

        def kept(text: str) -> None:
            self._answered()
            self._narrow(text)

        self.add_class("asking")
        question = Question("/", self._narrow, kept, dropped)
        self.prompt.ask(question, before.text if before else "")

    def action_shift_sort(self, by: int) -> None:
        """Sort by a neighbour of the column that the table is sorted by."""
        shown = [column.name for column, _ in self.table.placed]
        name = self.here.grid.sort.name
        place = shown.index(name) + by if name in shown else 0
        self._act(lambda: self.here.grid.sort_by(shown[place % len(shown)]))

    def action_sort(self, name: str) -> None:
        """Sort by a column."""
        self._act(lambda: self.here.grid.sort_by(name))

    def action_invert(self) -> None:
        """Turn the order round."""
        self._act(self.here.grid.invert)

    def action_freeze(self) -> None:
        """Hold the picture, or let go of it."""
        self.session.toggle_freeze()
        self.show()

    def action_poll_now(self) -> None:
        """Ask for news."""
        self.session.feed.refresh()

    def action_pace(self, steps: int) -> None:
        """Poll more or less often."""
        self.say(f"every {self.session.change_pace(steps):g} s", "title")

    def action_exact(self) -> None:
        """Exact numbers, or short ones."""
        look = self.session.look
        self.session.look = Look(ascii=look.ascii, exact=not look.exact)
        self.show()

    def action_help(self) -> None:
        """Show the help."""
        self.app.push_screen(HelpScreen(self.here.view.columns, self.session.look))

    def on_lag_table_moved(self) -> None:
        """The mouse moved: the reason is another."""
        self._show_lines()

    def on_lag_table_opened(self) -> None:
        """The mouse opened a row."""
        self.action_open()

    def take(self, event: events.Key) -> bool:
        """Let the prompt have a key that is its own; a notice lasts until the next key."""
        self.notice = ()
        return self.prompt.take(event)

    def on_paste(self, event: events.Paste) -> None:
        """Into the prompt, if it is open."""
        self.prompt.paste(event.text)

    def _act(self, change: Callable[[], None]) -> None:
        change()
        self._show_table()
        self._show_lines()

    def _answered(self) -> None:
        self.remove_class("asking")

    def _narrow(self, text: str) -> None:
        try:
            wanted = Filter.parse(text) if text else None
        except BadFilterError as error:
            self.say(str(error))
            return
        self.notice = ()
        self._act(lambda: self.here.grid.narrow(wanted))

    def _show_table(self) -> None:
        table, report = self.table, self.session.shown.report
        table.grid, table.look = self.here.grid, self.session.look
        if report is None:
            failure, target = self.session.shown.failure, self.session.options.target
            table.message = lines.connecting(target, failure, self.session.look)
        elif not self.here.grid.total:
            why = self.here.view.empty(report, self.here.path)
            table.message = lines.nothing_to_show(self.here, why)
        else:
            table.message = []
        table.paint()

    def _show_lines(self) -> None:
        session, width = self.session, self.size.width
        report, status = session.shown.report, session.status
        if report is None:
            head = blank_headline(session.options.target, status, width)
        else:
            head = headline(report, status, session.look, width)
        self._band("head").show(head)
        self._band("place").show([lines.place_line(self.trail, session.look)])
        self._band("reason").show([self.notice or lines.reason_line(self.here)])

    def _watch_age(self) -> None:
        if self.session.frozen is not None or not self.session.is_stale:
            return
        if self._was_stale:
            self._show_lines()
        else:
            self.show()

    def _band(self, name: str) -> Band:
        return self.query_one(f"#{name}", Band)
