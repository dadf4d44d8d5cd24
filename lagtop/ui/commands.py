"""Every command and its keys, once: bindings, footer, help and README are made from this table.

Keys follow k9s, htop, less and vim; never bound are ctrl+q, ctrl+i/m/j/h/[, ctrl+a, ctrl+b,
alt-*, ctrl+shift-* and F11, which terminals and multiplexers keep for themselves.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Literal

from textual.binding import Binding, BindingType

Where = Literal["app", "browse", "help"]

SECTIONS: Final = ("Views", "Move", "Drill", "Find", "Sort", "Time", "Screen")


@dataclass(frozen=True, slots=True)
class Command:
    """A thing the user can do: `action` is the method that does it, with its arguments.

    `footer` is its word in the footer; neighbours with the same word share it.
    """

    id: str
    keys: tuple[str, ...]
    label: str
    help: str
    section: str
    where: Where = "browse"
    action: str = ""
    footer: str = ""

    @property
    def method(self) -> str:
        """What Textual calls: the action, or the id where they are the same."""
        return self.action or self.id


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
    Command("open", ("enter",), "open", "open the row", "Drill", footer="open"),
    Command(
        "back", ("escape",), "back", "clear the filter, or go back", "Drill", footer="back"
    ),
    Command("leave", ("q",), "back/quit", "go back; at the top, quit", "Drill", footer="quit"),
    Command("quit", ("ctrl+c", "Q"), "quit", "quit at once", "Drill", where="app"),
    Command(
        "filter", ("/", "f4", "backslash"), "filter",
        "show only names that a regular expression finds; ! in front: only the others", "Find",
        footer="filter",
    ),
    Command(
        "sort_left", ("<", "comma"), "sort left", "sort by the column to the left", "Sort",
        action="shift_sort(-1)", footer="sort",
    ),
    Command(
        "sort_right", (">", "full_stop"), "sort right", "sort by the column to the right", "Sort",
        action="shift_sort(1)", footer="sort",
    ),
    Command("invert", ("I",), "invert", "turn the order round", "Sort"),
    Command("sort_lag", ("L",), "by lag", "sort by lag", "Sort", action="sort('lag')"),
    Command(
        "sort_drain", ("T",), "by drain", "sort by the time to drain", "Sort",
        action="sort('drain')",
    ),
    Command("sort_rate", ("R",), "by rate", "sort by rate of input", "Sort", action="sort('in')"),
    Command(
        "freeze", ("p", "Z"), "freeze", "freeze the picture; collection goes on", "Time",
        footer="freeze",
    ),
    Command("refresh", ("r", "ctrl+r", "f5"), "refresh", "poll now", "Time", action="poll_now"),
    Command("slower", ("+",), "slower", "poll less often", "Time", action="pace(1)"),
    Command("faster", ("-",), "faster", "poll more often", "Time", action="pace(-1)"),
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
)  # fmt: skip

_SHOWN_AS: Final = {
    "comma": ",", "full_stop": ".", "backslash": "\\", "escape": "Esc", "enter": "Enter",
    "pagedown": "PgDn", "pageup": "PgUp", "home": "Home", "end": "End", "space": "Space",
    "up": "Up", "down": "Down", "left": "Left", "right": "Right",
}  # fmt: skip


def bindings_of(where: Where) -> list[BindingType]:
    """Textual's bindings for one screen, or for the app; those of the app work everywhere.

    All have priority, which makes Textual run them in the order in which the keys come: others
    wait for a message, and of keys in a burst one would act on the screen before the other.
    """
    return [
        Binding(",".join(c.keys), c.method, c.label, show=False, priority=True)
        for c in COMMANDS
        if c.where == where
    ]


def key_name(key: str) -> str:
    """A key as people write it."""
    if key in _SHOWN_AS:
        return _SHOWN_AS[key]
    return key.upper() if key[0] == "f" and key[1:].isdigit() else key
