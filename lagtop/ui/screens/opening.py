"""What opens over the table or leaves the screen: help, explanations, columns, copy and save."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from lagtop.errors import OutputError
from lagtop.ui import text
from lagtop.ui.alerts import log_lines
from lagtop.ui.explain import explain
from lagtop.ui.help_text import help_lines, row_lines
from lagtop.ui.names import clean
from lagtop.ui.screens.asking import AskingScreen, asked_about
from lagtop.ui.screens.columns import ColumnsScreen
from lagtop.ui.screens.following import FollowingScreen, Make
from lagtop.ui.screens.text import TextScreen, sentences
from lagtop.ui.session import Session
from lagtop.ui.sheets import GONE, Sheet, find_group
from lagtop.ui.table_text import LONGEST, table_text
from lagtop.ui.why_lines import why_lines


class OpeningScreen(AskingScreen, inherit_bindings=False):
    """A table screen with the keys that open something over it, or take something out of it."""

    def open_row(self) -> None:
        """Open what the row under the cursor leads to, or say why it leads nowhere."""
        identity, deeper = self.here.identity, self.here.drill()
        if self.here.view.peeks and identity is not None:
            self._peek(str(identity[0]))
        elif deeper is not None:
            self.go(self.session.preferred(deeper))
        elif identity is not None:
            self.say(self.here.view.dead_end)

    def on_lag_table_opened(self) -> None:
        """The mouse opened a row."""
        self.open_row()

    def _peek(self, topic: str) -> None:
        ask = self.session.options.peek
        if ask is None:
            self.say("there is no cluster here to read records from")
        else:
            from lagtop.ui.screens.peek import PeekScreen

            self.app.push_screen(PeekScreen(topic, ask))

    def action_explain(self, name: str = "") -> None:
        """Show how a figure of the row comes about."""
        grid = self.here.grid
        wanted = name or (grid.column or grid.sort).name
        column = next((c for c in self.here.view.columns if c.name == wanted), None)
        if column is None or grid.sheet is None or grid.row == GONE:
            names = (column.name for column in self.here.view.columns)
            self.say(f"nothing to explain; :explain {' | '.join(names)}")
            return
        view = self.here.view.id
        self._follow_row(
            f"{column.title} of ",
            lambda sheet, row: partial(sentences, explain(view, sheet, row, column)),
        )

    def action_why(self) -> None:
        """Show why the group in sight is behind, and what helps."""
        group = asked_about(self.here)
        if group is None:
            self.say("why is asked about a group: 1 shows them")
            return
        find = partial(_why, self.session, group)
        if find() is None:
            self.say(f"group {group} is gone")
        else:
            self.app.push_screen(FollowingScreen(f"why {group} is behind", self, find))

    def action_describe(self) -> None:
        """Show all that is known of the row, in exact numbers."""
        grid = self.here.grid
        if grid.sheet is None or grid.row == GONE:
            self.say("there is no row to describe")
            return
        place, look = self.here, self.session.look
        columns = place.view.columns
        self._follow_row(
            "",
            lambda sheet, row: partial(row_lines, columns, sheet, row, place.reason_of(row), look),
        )

    def action_acknowledge(self) -> None:
        """The alert under the cursor was seen."""
        acknowledge, identity = self.session.options.acknowledge, self.here.identity
        if self.here.view.id != "alerts" or acknowledge is None:
            self.say("6 shows the alerts; a acknowledges one there")
        elif identity is not None:
            acknowledge(str(identity[0]), str(identity[1]))
            self.say(f"{identity[0]} of {identity[1]}: noted with the next poll", "title")

    def action_log(self) -> None:
        """Show which alerts came and went."""
        told = log_lines(self.session.shown.report)
        title = "alerts that came and went, offsets that were moved"
        self.app.push_screen(TextScreen(title, partial(sentences, told)))

    def action_hidden(self) -> None:
        """Show what cannot be seen, and which ACLs are missing, or why else."""
        report = self.session.shown.report
        told = report.hidden if report else ()
        nothing = ("nothing is hidden that lagtop knows of",)
        make = partial(sentences, [clean(one) for one in told or nothing])
        self.app.push_screen(TextScreen("what cannot be seen", make))

    def action_copy(self) -> None:
        """Copy the row, or the marked ones, to the terminal's clipboard."""
        grid = self.here.grid
        rows = grid.acted_on()
        if grid.sheet is None or not len(rows):
            self.say("there is no row to copy")
            return
        copied = table_text(grid.sheet, grid.columns, rows, self.session.look)
        if len(copied.encode()) > LONGEST:
            self.say(f"{text.plural(len(rows), 'row')} are too much for a clipboard: ctrl+s saves")
            return
        self.app.copy_to_clipboard(copied)
        told = f"copied {text.plural(len(rows), 'row')} by OSC 52"
        self.say(f"{told}; tmux needs `set -g set-clipboard on`", "title")

    def action_save(self) -> None:
        """Write what the view shows, or the marked rows, as CSV."""
        grid, save = self.here.grid, self.session.options.save_csv
        if save is None or grid.sheet is None:
            self.say("nothing can be saved here")
            return
        rows = grid.acted_on() if grid.marked else grid.shown()
        try:
            path = save(grid.sheet.report, grid.sheet.partition_rows(rows))
        except OutputError as error:
            self.say(f"not saved: {error}")
        else:
            saved = f"saved {text.plural(len(rows), self.here.view.noun)} to {path}"
            to_come = grid.sheet.report.unread
            more = f"; {text.plural(to_come, 'group')} were not read yet" if to_come else ""
            self.say(f"{saved}{more}", "attention" if more else "title")

    def action_columns(self) -> None:
        """Choose and order the columns."""
        grid = self.here.grid
        screen = ColumnsScreen(self.here.view.columns, grid.columns)
        self.app.push_screen(screen, self._take_columns)

    def action_runs(self) -> None:
        """Show the probes, traces and loads that run beside."""
        read = self.session.options.runs
        if read is None:
            self.say("nothing is known here of what runs beside")
        else:
            from lagtop.ui.screens.runs import RunsScreen

            self.app.push_screen(RunsScreen(read, self.session.look, self.action_view))

    def action_view(self, name: str) -> None:
        """To one of the views that all trails begin at; it is as it was left."""
        self.trail = [self.roots[name]]
        self.show()

    def action_help(self) -> None:
        """Show the help."""
        columns, look = self.here.view.columns, self.session.look
        self.app.push_screen(TextScreen("lagtop help", partial(help_lines, columns, look)))

    def _follow_row(self, title: str, tell: Callable[[Sheet, int], Make]) -> None:
        """Open what is told of the row under the cursor, wherever news put the row."""
        place, identity = self.here, self.here.identity or ()

        def find() -> Make | None:
            sheet = place.grid.sheet
            row = GONE if sheet is None else sheet.find(identity)
            return None if sheet is None or row == GONE else tell(sheet, row)

        name = " ".join(map(str, identity))
        self.app.push_screen(FollowingScreen(f"{title}{name}", self, find))

    def _take_columns(self, names: list[str] | None) -> None:
        if names is not None:
            self.session.preferences.columns[self.here.view.id] = names
            self.session.preferred(self.here)
            self.show()
            self.complain(self.session.remember())


def _why(session: Session, group: str) -> Make | None:
    """Why a group is behind, unless it is gone."""
    report = session.shown.report
    row = GONE if report is None else find_group(report, group)
    return None if report is None or row == GONE else partial(why_lines, report, row)
