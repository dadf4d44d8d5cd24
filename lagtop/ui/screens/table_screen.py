"""The main screen without its keys: header, place, table, reason, footer, and what they show."""

from __future__ import annotations

from collections.abc import Callable

from textual import events
from textual.app import ComposeResult
from textual.containers import Horizontal
from textual.screen import Screen

from lagtop.ui import lines
from lagtop.ui.command_table import ROOTS
from lagtop.ui.group_charts import CHARTS, chart_lines
from lagtop.ui.headline import headline
from lagtop.ui.names import clean
from lagtop.ui.roles import Line, Piece
from lagtop.ui.session import Session
from lagtop.ui.views import VIEWS, Place
from lagtop.ui.widgets.band import Band
from lagtop.ui.widgets.prompt import Prompt
from lagtop.ui.widgets.table import LagTable

_BANDS = ("head", "place", "about", "reason", "foot", "too-small")
_CHART_LINES = 8
LINES_FOR_CHARTS = 28
_ONE_LINE_OF_REASON = 100
_LINES_FOR_TWO = 16
_CELLS_A_CHART = 38


class TableScreen(Screen[None], inherit_bindings=False):
    """Shows a Session through a trail of places, of which the last is in sight."""

    AUTO_FOCUS = ""

    def __init__(self, session: Session) -> None:
        super().__init__()
        self.session = session
        self.roots = {name: session.preferred(Place(VIEWS[name])) for name in ROOTS}
        self.trail = [self.roots[ROOTS[0]]]
        self.table = LagTable(self.here.grid, session.look)
        self.prompt = Prompt()
        self.notice: Line = ()
        self._bands = {name: Band(id=name) for name in _BANDS}
        self.shows_charts = True
        self._charts = [Band(id=f"chart-{place}") for place in range(len(CHARTS))]
        self._chart_row = Horizontal(id="charts")
        self._was_stale = False

    def compose(self) -> ComposeResult:
        """The lines from top to bottom, and what a tiny terminal sees instead."""
        yield self._bands["head"]
        yield self._bands["place"]
        yield self._bands["about"]
        with self._chart_row:
            yield from self._charts
        yield self.table
        yield self._bands["reason"]
        yield self._bands["foot"]
        yield self.prompt
        yield self._bands["too-small"]

    @property
    def here(self) -> Place:
        """The place in sight."""
        return self.trail[-1]

    def on_mount(self) -> None:
        """Show what there is; look now and then whether it has grown old."""
        self.set_interval(1.0, self._watch_age)

    def on_resize(self) -> None:
        """Find room for everything, or say that there is none."""
        width, height = self.size
        self.set_class(not lines.has_room(width, height), "small")
        self._bands["too-small"].show(lines.too_small(width, height))
        self._bands["foot"].show([lines.footer_line("browse", width)])
        self._bands["reason"].styles.height = 2 if self._has_two_for_reason else 1
        self.call_after_refresh(self.show)

    @property
    def _has_two_for_reason(self) -> bool:
        return self.size.width < _ONE_LINE_OF_REASON and self.size.height >= _LINES_FOR_TWO

    def on_lag_table_moved(self) -> None:
        """The mouse moved: the reason is another."""
        self._show_lines()

    def on_paste(self, event: events.Paste) -> None:
        """Into the prompt, if it is open."""
        self.prompt.paste(event.text)

    def take(self, event: events.Key) -> bool:
        """Let the prompt have a key that is its own; a notice lasts until the next key."""
        self.notice = ()
        return self.prompt.take(event)

    def show(self) -> None:
        """Draw the session as it is now; only what changed is sent."""
        report = self.session.shown.picture
        self._was_stale = self.session.is_stale
        for place in (*self.roots.values(), *self.trail):
            if place is not self.here:
                place.grid.let_go()
        if report is not None:
            self.session.look_at(self.here, report)
        self._show_charts()
        self._show_table()
        self._show_lines()

    def say(self, text: str, role: str = "attention") -> None:
        """Tell something in the line of reasons until the next key."""
        self.notice = (Piece(f" {clean(text)}", role),)
        self._show_lines()

    def complain(self, text: str) -> None:
        """Tell what went wrong, if anything did."""
        if text:
            self.say(text)

    def act(self, change: Callable[[], object]) -> None:
        """Change the table's state and draw it."""
        change()
        self._show_table()
        self._show_lines()

    def go(self, place: Place) -> None:
        """Show a place below the one in sight."""
        self.trail.append(place)
        self.show()

    def go_back(self) -> bool:
        """Show the place above; False at the top."""
        if len(self.trail) == 1:
            return False
        self.trail.pop()
        self.show()
        return True

    def _show_table(self) -> None:
        table, report = self.table, self.session.shown.picture
        table.grid, table.look = self.here.grid, self.session.look
        if report is None:
            session = self.session
            table.message = lines.connecting(session.options.target, session.shown, session.look)
        elif not self.here.grid.total:
            table.message = lines.nothing_to_show(self.here, report)
        else:
            table.message = []
        table.paint()

    def _show_lines(self) -> None:
        session, width = self.session, self.size.width
        report = session.shown.picture
        self._bands["head"].show(headline(report, session.status, session.look, width))
        self._bands["place"].show([lines.place_line(self.trail, session.look, width)])
        on_two = self._has_two_for_reason
        told = lines.reason_lines(self.here, width, on_two=on_two)
        self._bands["reason"].show([self.notice] if self.notice else told)
        about = report and self.here.view.about(report, self.here.path, session.look, width)
        self._bands["about"].show([about or ()])
        self._bands["about"].display = bool(about)

    def _show_charts(self) -> None:
        report, (width, height) = self.session.shown.report, self.size
        wanted = self.shows_charts and self.here.view.has_charts and height >= LINES_FOR_CHARTS
        self._chart_row.display = wanted
        if report is None or not wanted:
            return
        count = min(max(width // _CELLS_A_CHART, 1), len(CHARTS))
        series = self.session.past.of_group(str(self.here.path[0]), report.captured_at)
        for place, (band, plan) in enumerate(zip(self._charts, CHARTS, strict=True)):
            band.display = place < count
            look = self.session.look
            if place < count:
                band.show(chart_lines(plan, series, look, width // count, _CHART_LINES))

    def _watch_age(self) -> None:
        if self.session.options.transport is not None or self.session.options.tap is not None:
            self._show_lines()
        if self.session.frozen is not None or not self.session.is_stale:
            return
        if self._was_stale:
            self._show_lines()
        else:
            self.show()
