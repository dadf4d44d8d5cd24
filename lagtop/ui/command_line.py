"""What is typed after `:`: a command by its name, or as much of it as tells it from the others."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import takewhile
from typing import NamedTuple

from lagtop.ui.command import Command
from lagtop.ui.command_table import COMMANDS

Choices = Callable[[str], Sequence[str]]
"""From a kind of argument (THEME, COLUMN, ...) to what it may be; nothing where it is free."""


class BadCommandError(ValueError):
    """What was typed is no command; the text says what would be."""


class Call(NamedTuple):
    """A command with its argument, empty where it takes none."""

    command: Command
    argument: str


def parse(typed: str) -> Call:
    """The command that was meant."""
    word, _, argument = typed.strip().partition(" ")
    command = _meant(word)
    if argument and not command.argument:
        raise BadCommandError(f":{command.id} takes nothing after it")
    if not argument and command.argument and not command.is_argument_optional:
        raise BadCommandError(f":{command.id} needs {command.argument}")
    return Call(command, argument.strip())


def completions(typed: str, choices: Choices) -> list[str]:
    """All that `typed` may become, whole."""
    word, space, argument = typed.partition(" ")
    if not space:
        return sorted(name for name in _names() if name.startswith(word))
    if word not in _names():
        return []
    wanted = argument.lstrip()
    fitting = [c for c in choices(_meant(word).argument) if c.startswith(wanted)]
    return [f"{word} {choice}" for choice in fitting]


def complete(typed: str, choices: Choices) -> str:
    """`typed` as far as it can be completed without a choice."""
    found = completions(typed, choices)
    if not found:
        return typed
    if len(found) == 1 and " " not in found[0] and _meant(found[0]).argument:
        return f"{found[0]} "
    return _shared_start(found)


def _shared_start(found: Sequence[str]) -> str:
    first, last = min(found), max(found)
    same = (mine == other for mine, other in zip(first, last, strict=False))
    return first[: sum(takewhile(bool, same))]


def _names() -> dict[str, Command]:
    return {name: command for command in COMMANDS for name in command.names}


def _meant(word: str) -> Command:
    names = _names()
    if word in names:
        return names[word]
    fitting = sorted(name for name in names if word and name.startswith(word))
    meant = {names[name].id: names[name] for name in fitting}
    if len(meant) == 1:
        return next(iter(meant.values()))
    if meant:
        raise BadCommandError(f":{word} may be {', '.join(fitting)}")
    raise BadCommandError(f"no command :{word}; Tab shows what there is")
