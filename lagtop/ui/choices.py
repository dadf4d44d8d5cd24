"""What the chooser is given: the clusters that can be opened, and what trying and taking one do."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Choice:
    """A cluster that can be opened: `id` names it to whoever gave it, the rest is for people."""

    id: str
    section: str
    name: str
    about: str


@dataclass(frozen=True, slots=True)
class Choices:
    """`every` lists them; `attempt` connects and says what is there; `take` decides for one.

    The last two may wait for a network, so they are called in a thread. `take` gives what is in
    its way, or nothing: then the screen ends, and whoever gave the choices opens that one.
    """

    every: Callable[[], Sequence[Choice]]
    attempt: Callable[[str], str]
    take: Callable[[str], str]
    first: bool = False
    """Whether there is no cluster yet, so that the screen begins with the choice."""
