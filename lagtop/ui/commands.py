"""Every command and its keys, once: bindings, footer, help and README are made from the table."""

from __future__ import annotations

from typing import Final

from textual.binding import Binding, BindingType

from lagtop.ui.command import Where
from lagtop.ui.command_table import COMMANDS

SECTIONS: Final = ("Views", "Move", "Drill", "Find", "Sort", "Rows", "Time", "Out", "Screen")

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
        if c.where == where and c.keys
    ]


def key_name(key: str) -> str:
    """A key as people write it."""
    if key in _SHOWN_AS:
        return _SHOWN_AS[key]
    return key.upper() if key[0] == "f" and key[1:].isdigit() else key
