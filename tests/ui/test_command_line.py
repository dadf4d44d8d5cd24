"""Commands by their names."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from lagtop.ui.command_line import BadCommandError, complete, completions, parse


def choices(argument: str) -> Sequence[str]:
    """What arguments may be."""
    return {"THEME": ["dark", "light", "high-contrast"], "[COLUMN]": ["lag", "drain"]}.get(
        argument, []
    )


@pytest.mark.parametrize(
    ("typed", "command", "argument"),
    [
        ("topics", "topics", ""),
        ("q", "quit", ""),
        ("quit", "quit", ""),
        (" theme  light ", "theme", "light"),
        ("th dark", "theme", "dark"),
        ("every 5", "every", "5"),
        ("explain", "explain", ""),
        ("explain lag", "explain", "lag"),
    ],
)
def test_a_command_is_known_by_as_much_as_tells_it_from_others(
    typed: str, command: str, argument: str
) -> None:
    call = parse(typed)

    assert (call.command.id, call.argument) == (command, argument)


@pytest.mark.parametrize(
    ("typed", "told"),
    [
        ("frobnicate", "no command :frobnicate"),
        ("to", ":to may be top, topics"),
        ("theme", ":theme needs THEME"),
        ("topics x", ":topics takes nothing after it"),
        ("help_close", "no command :help_close"),
    ],
)
def test_what_is_no_command_is_told_with_what_would_be(typed: str, told: str) -> None:
    with pytest.raises(BadCommandError) as raised:
        parse(typed)

    assert str(raised.value).startswith(told)


@pytest.mark.parametrize(
    ("typed", "completed"),
    [
        ("them", "theme "),
        ("partit", "partitions"),
        ("to", "top"),
        ("theme h", "theme high-contrast"),
        ("theme ", "theme "),
        ("explain d", "explain drain"),
        ("nothing", "nothing"),
        ("nothing x", "nothing x"),
    ],
)
def test_tab_completes_as_far_as_there_is_no_choice(typed: str, completed: str) -> None:
    assert complete(typed, choices) == completed


def test_the_possible_arguments_are_told() -> None:
    assert completions("theme ", choices) == ["theme dark", "theme light", "theme high-contrast"]
