"""The table of commands; `Command` says what its columns mean.

Keys follow k9s, htop, less and vim; never bound are ctrl+q, ctrl+i/m/j/h/[, ctrl+a, ctrl+b,
alt-*, ctrl+shift-* and F11, which terminals and multiplexers keep for themselves.
"""

from __future__ import annotations

from typing import Final

from lagtop.ui.command import Command

ROOTS: Final = ("groups", "topics", "partitions", "brokers", "dlq", "alerts")
"""The views that `1` to `6` show and trails begin at; the screen opens with the first."""

COMMANDS: Final[tuple[Command, ...]] = (
    Command("groups", ("1",), "groups", "consumer groups", "Views", action="view('groups')"),
    Command(
        "topics", ("2",), "topics", "topics that groups read", "Views", action="view('topics')"
    ),
    Command(
        "partitions", ("3",), "partitions", "every partition of every group", "Views",
        action="view('partitions')",
    ),
    Command(
        "brokers", ("4",), "brokers", "brokers, what they lead and coordinate", "Views",
        action="view('brokers')",
    ),
    Command(
        "dlq", ("5",), "dead letters", "topics of dead letters and retries", "Views",
        action="view('dlq')",
    ),
    Command(
        "alerts", ("6",), "alerts", "what is wrong, since when", "Views", action="view('alerts')"
    ),
    Command("runs", ("7",), "probes", "probes, traces and loads of yours that run beside", "Views",
            words=("probes", "loads")),
    Command("fleet", ("0",), "all clusters", "all clusters that are open, if there are several",
            "Views"),
    Command("down", ("j", "down"), "down", "to the next row", "Move", action="move(1)"),
    Command("up", ("k", "up"), "up", "to the row before", "Move", action="move(-1)"),
    Command("top", ("g", "home"), "top", "to the first row, and stay there", "Move", action="top"),
    Command("bottom", ("G", "end"), "bottom", "to the last row", "Move", action="bottom"),
    Command(
        "page_down", ("pagedown", "ctrl+f"), "page down", "a page on", "Move", action="page(1)"
    ),
    Command("page_up", ("pageup",), "page up", "a page back", "Move", action="page(-1)"),
    Command(
        "half_down", ("ctrl+d",), "half down", "half a page on; it deletes nothing", "Move",
        action="page(0.5)",
    ),
    Command("half_up", ("ctrl+u",), "half up", "half a page back", "Move", action="page(-0.5)"),
    Command(
        "left", ("h", "left"), "left", "the cell cursor a column to the left", "Move",
        action="shift_column(-1)",
    ),
    Command(
        "right", ("l", "right"), "right", "the cell cursor a column to the right", "Move",
        action="shift_column(1)",
    ),
    Command(
        "first_column", ("^",), "first column", "the cell cursor to the first column", "Move",
        action="edge_column(0)",
    ),
    Command(
        "last_column", ("$",), "last column", "the cell cursor to the last column", "Move",
        action="edge_column(-1)",
    ),
    Command("open", ("enter",), "open", "open the row", "Drill", footer="open"),
    Command(
        "back", ("escape",), "back", "clear the filter, or go back", "Drill", footer="back"
    ),
    Command("leave", ("q",), "back/quit", "go back; at the top, to all clusters, or quit", "Drill",
            footer="quit"),
    Command("quit", ("ctrl+c", "Q"), "quit", "quit at once", "Drill", "app", "end", words=("q",)),
    Command(
        "filter", ("/", "f4", "backslash"), "filter",
        "show only names that a regular expression finds; ! in front: only the others;"
        " ~ in front: names with these letters in this order", "Find", footer="filter",
        footer_rank=1,
    ),
    Command("next", ("n",), "next", "to the next row with a mark", "Find", action="problem(1)"),
    Command(
        "previous", ("N",), "previous", "to the row with a mark before", "Find",
        action="problem(-1)",
    ),
    Command("issues", ("z",), "issues", "only rows with a mark, or all", "Find", footer="issues",
            footer_rank=3),
    Command(
        "command", (":", "ctrl+p"), "command",
        "any command by its name; Tab completes it, a part that tells it from others is enough",
        "Find", footer="command", footer_rank=6,
    ),
    Command(
        "sort", (), "sort", "sort by a column, by its name", "Sort", argument="COLUMN",
    ),
    Command(
        "sort_left", ("<", "comma"), "sort left", "sort by the column to the left", "Sort",
        action="shift_sort(-1)", footer="sort", footer_rank=2,
    ),
    Command(
        "sort_right", (">", "full_stop"), "sort right", "sort by the column to the right", "Sort",
        action="shift_sort(1)", footer="sort", footer_rank=2,
    ),
    Command("invert", ("I",), "invert", "turn the order round", "Sort"),
    Command(
        "sort_here", ("O",), "sort here",
        "sort by the column under the cell cursor; again turns the order round", "Sort",
    ),
    Command("sort_lag", ("L",), "by lag", "sort by lag", "Sort", action="sort('lag')"),
    Command(
        "sort_drain", ("T",), "by drain", "sort by the time to drain", "Sort",
        action="sort('drain')",
    ),
    Command("sort_rate", ("R",), "by rate", "sort by rate of input", "Sort", action="sort('in')"),
    Command(
        "sort_age", ("A",), "by age", "sort by lag in time", "Sort", action="sort('behind')"
    ),
    Command("mark", ("space",), "mark", "mark the row, for copy and save", "Rows"),
    Command("unmark", ("U", "ctrl+backslash"), "unmark", "take all marks away", "Rows"),
    Command(
        "follow", ("F",), "follow", "the cursor stays with its row, or with its line", "Rows"
    ),
    Command(
        "explain", ("x",), "explain",
        "how the figure under the cell cursor comes about, with its numbers", "Rows",
        footer="explain", footer_rank=4, argument="[COLUMN]",
    ),
    Command(
        "describe", ("d",), "describe",
        "all that is known of the row, exactly, and in columns that have no room", "Rows",
        footer="details", footer_rank=3,
    ),
    Command(
        "why", ("W",), "why", "why the group is behind, on what evidence, and what helps", "Rows",
        footer="why", footer_rank=1,
    ),
    Command(
        "whatif", ("w",), "what if",
        "what if there were more consumers, faster ones, or more to read", "Rows",
        action="what_if", footer="what if", footer_rank=3,
    ),
    Command(
        "freeze", ("p", "Z"), "freeze", "freeze the picture; collection goes on", "Time",
        footer="freeze", footer_rank=2,
    ),
    Command("step_back", ("[",), "back in time", "the picture of the poll before", "Time",
            action="step(-1)", footer="back in time", footer_rank=5),
    Command("step_on", ("]",), "on in time", "the picture of the next poll", "Time",
            action="step(1)", footer="back in time", footer_rank=5),
    Command("minute_back", ("{",), "minute back", "the picture of a minute before", "Time",
            action="step_time(-60)"),
    Command("minute_on", ("}",), "minute on", "the picture of a minute later", "Time",
            action="step_time(60)"),
    Command("refresh", ("r", "ctrl+r", "f5"), "refresh", "poll now", "Time", action="poll_now"),
    Command(
        "goto", (), "go to", "the picture of a time: 14:05, -5m, 2026-01-31T14:05:00", "Time",
        argument="TIME",
    ),
    Command(
        "speed", (), "speed", "play a recording so much faster; - and + double it and halve it",
        "Time", argument="FACTOR",
    ),
    Command(
        "record", (), "record", "record every poll to a file, or end that", "Out",
        argument="[FILE]",
    ),
    Command("every", (), "every", "poll every so many seconds", "Time", argument="SECONDS"),
    Command("slower", ("+",), "slower", "poll less often", "Time", action="pace(1)"),
    Command("faster", ("-",), "faster", "poll more often", "Time", action="pace(-1)"),
    Command("acknowledge", ("a",), "acknowledge", "the alert was seen", "Rows"),
    Command("hidden", (), "hidden", "what cannot be seen, and the missing ACLs", "Rows"),
    Command("log", (), "log", "which alerts came and went, whose offsets were moved", "Time"),
    Command("copy", ("y", "c"), "copy", "copy the row, or the marked ones (OSC 52)", "Out"),
    Command(
        "save", ("ctrl+s",), "save", "write what the view shows, or the marked rows, as CSV", "Out",
        footer="CSV", footer_rank=7,
    ),
    Command("charts", ("v",), "charts", "charts of a group, or more of its rows", "Screen"),
    Command("clusters", ("C",), "clusters", "another cluster: the profiles", "Screen", "app",
            words=("ctx", "profiles")),
    Command("columns", ("o",), "columns", "choose and order the columns", "Screen"),
    Command("theme", (), "theme", "wear other colours", "Screen", "app", argument="THEME"),
    Command(
        "mouse", ("m",), "mouse", "take the mouse, or leave it to the terminal to select text",
        "Screen", "app",
    ),
    Command("exact", ("e",), "exact", "exact numbers, or short ones", "Screen"),
    Command("help", ("?", "f1"), "help", "this help", "Screen", footer="help"),
    Command(
        "repaint", ("ctrl+l",), "repaint", "draw the whole screen again", "Screen", where="app"
    ),
    Command(
        "suspend", ("ctrl+z",), "suspend", "stop; fg in the shell comes back", "Screen",
        where="app", action="suspend_process",
    ),
    Command("help_close", ("escape", "q", "?", "f1"), "close", "close help", "Drill", "help",
            action="close", footer="close"),
    Command("help_down", ("j", "down"), "down", "a line on", "Move", "help", action="scroll(1)"),
    Command("help_up", ("k", "up"), "up", "a line back", "Move", "help", action="scroll(-1)"),
    Command(
        "help_page_down", ("pagedown", "ctrl+f", "ctrl+d", "space"), "page down", "a page on",
        "Move", "help", action="page(1)", footer="page down",
    ),
    Command(
        "help_page_up", ("pageup", "ctrl+u"), "page up", "a page back", "Move", "help",
        action="page(-1)",
    ),
    Command("help_top", ("g", "home"), "top", "to the start", "Move", "help", action="top"),
    Command("help_bottom", ("G", "end"), "bottom", "to the end", "Move", "help", action="bottom"),
    Command("peek_values", ("v",), "payload", "what the records say too, or headers alone", "Rows",
            "peek", action="values", footer="payload"),
    Command("peek_again", ("r",), "again", "read the last records again", "Rows", "peek",
            action="read", footer="read again"),
    Command("following_freeze", ("p", "Z"), "freeze", "freeze the picture; collection goes on",
            "Time", "following", action="freeze", footer="freeze"),
    Command("runs_next", ("right", "l", "n"), "next", "the next run", "Rows", "runs",
            action="choose(1)", footer="next"),
    Command("runs_previous", ("left", "h", "N"), "previous", "the run before", "Rows", "runs",
            action="choose(-1)", footer="previous"),
    *(
        Command(f"runs_{view}", (key,), view, f"back to {view}", "Views", "runs",
                action=f"view('{view}')")
        for key, view in zip("123456", ROOTS, strict=True)
    ),
    Command("columns_keep", ("enter",), "keep", "keep the choice", "Drill", "columns",
            action="keep", footer="keep"),
    Command("columns_drop", ("escape", "q"), "leave", "leave all as it was", "Drill", "columns",
            action="drop", footer="leave"),
    Command("columns_toggle", ("space",), "show or hide", "show or hide the column", "Rows",
            "columns", action="switch", footer="show/hide"),
    Command("columns_down", ("j", "down"), "down", "to the next column", "Move", "columns",
            action="move(1)"),
    Command("columns_up", ("k", "up"), "up", "to the column before", "Move", "columns",
            action="move(-1)"),
    Command("columns_later", ("J",), "later", "put the column after the next", "Rows", "columns",
            action="shift(1)", footer="order", footer_rank=1),
    Command("columns_earlier", ("K",), "earlier", "put the column before the one before", "Rows",
            "columns", action="shift(-1)", footer="order", footer_rank=1),
    Command("chooser_take", ("enter",), "open", "open this cluster", "Drill", "chooser",
            action="take", footer="open"),
    Command("chooser_drop", ("escape", "q"), "leave", "back, or quit where there is no cluster",
            "Drill", "chooser", action="drop", footer="leave"),
    Command("chooser_test", ("t",), "test", "connect, and say what is there", "Rows", "chooser",
            action="attempt", footer="test"),
    Command("chooser_down", ("j", "down"), "down", "to the next cluster", "Move", "chooser",
            action="move(1)"),
    Command("chooser_up", ("k", "up"), "up", "to the cluster before", "Move", "chooser",
            action="move(-1)"),
    Command("fleet_enter", ("enter",), "open", "open this cluster", "Drill", "fleet",
            action="enter", footer="open"),
    Command("fleet_down", ("j", "down"), "down", "to the next cluster", "Move", "fleet",
            action="move(1)", footer="move", footer_rank=2),
    Command("fleet_up", ("k", "up"), "up", "to the cluster before", "Move", "fleet",
            action="move(-1)", footer="move", footer_rank=2),
    Command("fleet_top", ("g", "home"), "top", "to the first cluster, and stay there", "Move",
            "fleet", action="move(-1000)"),
    Command("fleet_bottom", ("G", "end"), "bottom", "to the last cluster", "Move", "fleet",
            action="move(1000)"),
    Command("fleet_back", ("escape",), "clear", "clear the filter", "Drill", "fleet",
            action="clear"),
    Command("fleet_filter", ("/", "f4", "backslash"), "filter",
            "show only clusters whose name a regular expression finds; ! in front: only the others",
            "Find", "fleet", action="filter", footer="filter", footer_rank=1),
    Command("fleet_sort_left", ("<", "comma"), "sort left",
            "sort by the column to the left; left of the first: worst first", "Sort", "fleet",
            action="shift_sort(-1)", footer="sort", footer_rank=1),
    Command("fleet_sort_right", (">", "full_stop"), "sort right", "sort by the column to the right",
            "Sort", "fleet", action="shift_sort(1)", footer="sort", footer_rank=1),
    Command("fleet_invert", ("I",), "invert", "turn the order round", "Sort", "fleet",
            action="invert"),
    Command("fleet_help", ("?", "f1"), "help", "this help", "Screen", "fleet", action="help",
            footer="help"),
    Command("fleet_refresh", ("r", "ctrl+r", "f5"), "refresh", "poll every cluster now", "Time",
            "fleet", action="refresh_all", footer="refresh", footer_rank=3),
    Command("fleet_quit", ("q",), "quit", "quit", "Drill", "fleet", action="end", footer="quit"),
    Command("whatif_close", ("escape", "q", "w"), "close", "back to the table", "Drill", "whatif",
            action="close", footer="close"),
    Command("whatif_up", ("up", "k"), "up", "to the knob above", "Move", "whatif",
            action="choose(-1)", footer="knob"),
    Command("whatif_down", ("down", "j"), "down", "to the knob below", "Move", "whatif",
            action="choose(1)", footer="knob"),
    Command("whatif_less", ("left", "h"), "less", "turn the knob down", "Rows", "whatif",
            action="turn(-1)", footer="turn"),
    Command("whatif_more", ("right", "l"), "more", "turn the knob up", "Rows", "whatif",
            action="turn(1)", footer="turn"),
    Command("whatif_much_less", ("H", "shift+left"), "much less", "turn it far down", "Rows",
            "whatif", action="leap(-1)", footer="far", footer_rank=1),
    Command("whatif_much_more", ("L", "shift+right"), "much more", "turn it far up", "Rows",
            "whatif", action="leap(1)", footer="far", footer_rank=1),
    Command("whatif_reset", ("0", "backspace"), "reset", "turn the knob back", "Rows", "whatif",
            action="reset", footer="reset"),
    Command("whatif_words_down", ("pagedown", "ctrl+f"), "words down", "more of the words", "Move",
            "whatif", action="scroll(3)", footer="words", footer_rank=2),
    Command("whatif_words_up", ("pageup",), "words up", "back in the words", "Move", "whatif",
            action="scroll(-3)", footer="words", footer_rank=2),
)  # fmt: skip
