"""What each key and command does on the main screen."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from functools import partial

from textual import actions

from lagtop.ui.command_line import BadCommandError, complete, completions, parse
from lagtop.ui.commands import bindings_of
from lagtop.ui.filters import BadFilterError, Filter
from lagtop.ui.screens.table_screen import LINES_FOR_CHARTS
from lagtop.ui.screens.timing import TimingScreen
from lagtop.ui.session import INTERVALS_S
from lagtop.ui.widgets.prompt import Question


class BrowseScreen(TimingScreen, inherit_bindings=False):
    """The table screen with its keys."""

    BINDINGS = bindings_of("browse")
    _opens_first = False

    def show(self) -> None:
        """Draw the session as it is now; what was to be opened is opened with the first rows."""
        super().show()
        if self._opens_first and self.session.shown.report is not None:
            self._takes_back_open()
            self.action_open()

    def action_move(self, by: int) -> None:
        """Rows down or up."""
        self.act(partial(self.here.grid.move, by))

    def action_page(self, pages: float) -> None:
        """Pages down or up."""
        self.action_move(int(pages * max(self.here.grid.height - 1, 1)))

    def action_top(self) -> None:
        """To the first row."""
        self.act(partial(self.here.grid.go, 0))

    def action_bottom(self) -> None:
        """To the last row."""
        self.act(partial(self.here.grid.go, self.here.grid.total - 1))

    def action_open(self) -> None:
        """Into the row under the cursor; before there are rows, into the first that comes."""
        if self.session.shown.report is None:
            self._opens_first = True
            self.say("opens the first row as soon as there is one; Esc takes that back", "dim")
            return
        self.open_row()

    def action_back(self) -> None:
        """Clear the filter, or go back."""
        if self._takes_back_open():
            return
        if self.here.grid.filter is not None:
            self.act(partial(self.here.grid.narrow, None))
        else:
            self.go_back()

    def action_leave(self) -> None:
        """Go back; at the top to the other clusters, where there are some, or quit."""
        if self._takes_back_open() or self.go_back():
            return
        if self.session.options.fleet is not None:
            self.action_fleet()
        else:
            self.app.exit()

    def action_fleet(self) -> None:
        """To all the clusters that are open."""
        if self.session.options.fleet is not None:
            self.session.options.fleet()
        else:
            self.say("one cluster is open; lagtop PROFILE PROFILE ... opens several")

    def action_filter(self) -> None:
        """Ask for a filter, which works while it is typed; Esc puts back the one before."""
        grid = self.here.grid
        before = grid.filter
        undo = partial(self.act, partial(grid.narrow, before))
        question = Question("/", self._narrow, self._narrow, undo)
        self.prompt.ask(question, before.text if before else "")

    def action_command(self) -> None:
        """Ask for a command."""
        question = Question(":", self._show_completions, self._run, self.show, self._complete)
        self.prompt.ask(question)

    def action_shift_sort(self, by: int) -> None:
        """Sort by a neighbour of the column that the table is sorted by."""
        shown = [column for column, _ in self.table.placed]
        sort = self.here.grid.sort
        place = shown.index(sort) + by if sort in shown else 0
        if shown:
            self.action_sort(shown[place % len(shown)].name)

    def action_sort(self, name: str) -> None:
        """Sort by a column."""
        if name in self._choices("COLUMN"):
            self.act(partial(self.here.grid.sort_by, name))
        else:
            self.say(f"no column {name!r} here: {', '.join(self._choices('COLUMN'))}")

    def action_invert(self) -> None:
        """Turn the order round."""
        self.act(self.here.grid.invert)

    def action_shift_column(self, by: int) -> None:
        """The cell cursor a column to the left or right; it starts at the column of the order."""
        shown = [column for column, _ in self.table.placed]
        grid = self.here.grid
        at = grid.column or grid.sort
        place = shown.index(at) + by if at in shown else 0
        self._choose_column(place)

    def action_edge_column(self, place: int) -> None:
        """The cell cursor on the first column (0) or the last (-1)."""
        self._choose_column(place % max(len(self.table.placed), 1))

    def action_sort_here(self) -> None:
        """Sort by the column under the cell cursor; again turns the order round."""
        grid = self.here.grid
        self.action_sort((grid.column or grid.sort).name)

    def action_problem(self, step: int) -> None:
        """To the next row with a mark, or the one before."""
        if self.here.grid.find_issue(step):
            self.act(lambda: None)
        else:
            self.say("no row has a mark", "ok")

    def action_issues(self) -> None:
        """Only rows with a mark, or all."""
        grid = self.here.grid
        self.act(partial(grid.show_issues, not grid.issues_only))

    def action_mark(self) -> None:
        """Mark the row and step on."""
        self.here.grid.toggle_mark()
        self.action_move(1)

    def action_unmark(self) -> None:
        """Take all marks away."""
        self.act(self.here.grid.marked.clear)

    def action_follow(self) -> None:
        """The cursor stays with its row, or with its line."""
        grid = self.here.grid
        grid.follows = not grid.follows
        self.say(f"the cursor stays with its {'row' if grid.follows else 'line'}", "title")

    def action_charts(self) -> None:
        """Show charts on a group's page, or more of its rows."""
        if not self.here.view.has_charts:
            self.say("charts are on the page of a group: Enter on one of view 1 opens it")
            return
        self.shows_charts = not self.shows_charts
        self.show()
        if self.shows_charts and self.size.height < LINES_FOR_CHARTS:
            self.say(f"charts need {LINES_FOR_CHARTS} lines, and here are {self.size.height}")

    def action_exact(self) -> None:
        """Exact numbers, or short ones."""
        look = self.session.look
        self.session.look = replace(look, exact=not look.exact)
        self.show()

    def _takes_back_open(self) -> bool:
        """Open nothing when rows come; False when nothing was to be opened."""
        was, self._opens_first = self._opens_first, False
        if was:
            self._show_lines()
        return was

    def _choose_column(self, place: int) -> None:
        shown = [column for column, _ in self.table.placed]
        if shown:
            self.here.grid.column = shown[min(max(place, 0), len(shown) - 1)]
            self.act(lambda: None)

    def _narrow(self, typed: str) -> None:
        try:
            wanted = Filter.parse(typed) if typed else None
        except BadFilterError as error:
            self.say(str(error))
            return
        self.notice = ()
        self.act(partial(self.here.grid.narrow, wanted))

    def _run(self, typed: str) -> None:
        self.show()
        if not typed.strip():
            return
        try:
            command, argument = parse(typed)
        except BadCommandError as error:
            self.say(str(error))
            return
        _, name, fixed = actions.parse(command.method)
        target = self.app if command.where == "app" else self
        getattr(target, f"action_{name}")(*fixed, *([argument] if argument else []))

    def _complete(self, typed: str) -> str:
        return complete(typed, self._choices)

    def _show_completions(self, typed: str) -> None:
        found = completions(typed, self._choices) if typed else []
        self.say("  ".join(choice.rpartition(" ")[2] for choice in found), "dim")

    def _choices(self, argument: str) -> Sequence[str]:
        kind = argument.strip("[]")
        if kind == "COLUMN":
            return [column.name for column in self.here.view.columns]
        if kind == "SECONDS":
            return [f"{interval_s:g}" for interval_s in INTERVALS_S]
        return list(self.session.themes) if kind == "THEME" else []
