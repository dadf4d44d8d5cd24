"""The registry of commands: no key twice, nothing undocumented, nothing without a handler."""

from __future__ import annotations

from collections import Counter
from inspect import iscoroutinefunction

import pytest
from textual.binding import Binding
from textual.dom import DOMNode

from lagtop.ui.app import LagtopApp
from lagtop.ui.command import Command, Where
from lagtop.ui.command_table import COMMANDS
from lagtop.ui.commands import SECTIONS, bindings_of, key_name
from lagtop.ui.screens.browse import BrowseScreen
from lagtop.ui.screens.chooser import ChooserScreen
from lagtop.ui.screens.columns import ColumnsScreen
from lagtop.ui.screens.fleet import FleetScreen
from lagtop.ui.screens.following import FollowingScreen
from lagtop.ui.screens.peek import PeekScreen
from lagtop.ui.screens.runs import RunsScreen
from lagtop.ui.screens.text import TextScreen
from lagtop.ui.screens.whatif import WhatIfScreen

PLACES: dict[Where, type[DOMNode]] = {
    "app": LagtopApp,
    "browse": BrowseScreen,
    "help": TextScreen,
    "columns": ColumnsScreen,
    "whatif": WhatIfScreen,
    "peek": PeekScreen,
    "runs": RunsScreen,
    "following": FollowingScreen,
    "chooser": ChooserScreen,
    "fleet": FleetScreen,
}
OVER_HELP: tuple[Where, ...] = ("peek", "runs", "following")
TAKEN_BY_TERMINALS = {
    "ctrl+q", "ctrl+i", "ctrl+m", "ctrl+j", "ctrl+h", "ctrl+left_square_bracket", "ctrl+a",
    "ctrl+b", "f11",
}  # fmt: skip


def keys(where: Where) -> list[str]:
    """The keys that are bound in a place, and everywhere, as Textual names them."""
    bound = [*bindings_of(where), *(bindings_of("app") if where != "app" else [])]
    return [made.key for made in Binding.make_bindings(bound)]


@pytest.mark.parametrize("where", PLACES)
def test_no_key_is_bound_twice(where: Where) -> None:
    assert [key for key, times in Counter(keys(where)).items() if times > 1] == []


@pytest.mark.parametrize("where", PLACES)
def test_no_key_is_bound_that_terminals_keep_for_themselves(where: Where) -> None:
    assert TAKEN_BY_TERMINALS.isdisjoint(keys(where))
    assert not [key for key in keys(where) if key.startswith(("alt+", "ctrl+shift+"))]


@pytest.mark.parametrize("where", PLACES)
def test_the_screens_bind_what_the_registry_says_and_no_more(where: Where) -> None:
    bound = set(PLACES[where]._merge_bindings().key_to_bindings)

    places: tuple[Where, ...] = ("help", where) if where in OVER_HELP else (where,)
    said = [binding for place in places for binding in bindings_of(place)]
    assert bound == {made.key for made in Binding.make_bindings(said)}


@pytest.mark.parametrize("command", COMMANDS, ids=lambda command: command.id)
def test_every_command_is_documented_and_does_something(command: Command) -> None:
    method = command.method.partition("(")[0]

    action = getattr(PLACES[command.where], f"action_{method}")
    assert callable(action)
    assert not iscoroutinefunction(action), "what is typed after : is called, not awaited"
    assert command.help
    assert command.label
    assert command.section in SECTIONS


def test_commands_have_ids_of_their_own() -> None:
    assert len({command.id for command in COMMANDS}) == len(COMMANDS)


@pytest.mark.parametrize(
    ("key", "told"), [("comma", ","), ("f5", "F5"), ("ctrl+d", "ctrl+d"), ("f", "f"), ("G", "G")]
)
def test_keys_are_written_as_people_write_them(key: str, told: str) -> None:
    assert key_name(key) == told
