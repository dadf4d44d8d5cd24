"""What was made of a broker's answer, kept while it gives the same bytes.

Who the members of a thousand groups are takes seconds to decode, and seldom changes: most answers
are the ones before, byte for byte, and then only their digest is made. What is no longer asked, as
of a broker or a group that is gone, is forgotten.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable
from hashlib import blake2b
from typing import Any, TypeVar

from lagtop.wire.question import Answer

Made = TypeVar("Made")

KEPT_S = 300.0
"""After the question was last asked; the rarest of them is asked every 30 s."""


class Known:
    """The last answer to each question: `place` says which, `asked` what it was about."""

    def __init__(self) -> None:
        self._last: dict[Hashable, tuple[Hashable, bytes, Any, float]] = {}

    def read(
        self, place: Hashable, asked: Hashable, answer: Answer, make: Callable[[], Made]
    ) -> Made:
        """What is made of an answer, or the same object as the last time."""
        asked = answer.version, asked
        digest = blake2b(answer.body, digest_size=16).digest()
        last = self._last.pop(place, None)
        if last is not None and last[:2] == (asked, digest):
            made: Made = last[2]
        else:
            made = make()
        self._last[place] = asked, digest, made, answer.at
        self._forget(answer.at - KEPT_S)
        return made

    def _forget(self, before: float) -> None:
        """Drop what was last asked before then: the first ones, as each goes to the end."""
        while self._last:
            place, (*_, asked_at) = next(iter(self._last.items()))
            if asked_at >= before:
                break
            del self._last[place]
