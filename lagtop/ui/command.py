"""What a command is: a name, keys, and the method that does it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Where = Literal[
    "app", "browse", "help", "columns", "whatif", "peek", "runs", "following", "chooser",
    "fleet",
]  # fmt: skip


@dataclass(frozen=True, slots=True)
class Command:
    """A thing the user can do, as data.

    `id` is its name after `:` too, with `words` beside it. `action` is the method that does it,
    with fixed arguments; the id where it is empty. `argument` names what is typed after it, such
    as THEME; in brackets, it may be left out. `footer` is its word in the footer; neighbours with
    the same word share it, and where there is no room those of the highest `footer_rank` go.
    """

    id: str
    keys: tuple[str, ...]
    label: str
    help: str
    section: str
    where: Where = "browse"
    action: str = ""
    footer: str = ""
    footer_rank: int = 0
    words: tuple[str, ...] = ()
    argument: str = ""

    @property
    def method(self) -> str:
        """What Textual calls: the action, or the id where they are the same."""
        return self.action or self.id

    @property
    def names(self) -> tuple[str, ...]:
        """What it is called after `:`; a command of an overlay has no name there."""
        return (self.id, *self.words) if self.where in ("app", "browse") else ()

    @property
    def is_argument_optional(self) -> bool:
        """Whether it does something without its argument."""
        return self.argument.startswith("[")
