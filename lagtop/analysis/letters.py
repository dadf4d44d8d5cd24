"""Which topics hold dead letters or retries, by their names, and of which topic they come.

Names are those of Spring Kafka (`orders-retry-0`, `orders-dlt`), Kafka Connect and Uber's reliable
reprocessing (`dlq-orders`, `orders.DLQ`): a word for what it is, a separator, and the source.
"""

from __future__ import annotations

import re
from collections.abc import Collection
from dataclasses import dataclass
from enum import IntEnum
from typing import Final

_DEAD = r"dlq|dlt|dead[._-]?letters?(?:[._-](?:queue|topic))?"
DEAD_LETTERS = re.compile(
    rf"(?i)^(?:(?P<source>.+?)[._-](?:{_DEAD})(?:[._-]\d+)?|(?:{_DEAD})[._-](?P<after>.+))$"
)
RETRIES = re.compile(r"(?i)^(?:(?P<source>.+?)[._-]retry(?:[._-].+)?|retry[._-](?P<after>.+))$")
SEPARATORS = "._-"


class Kind(IntEnum):
    """What a topic is for."""

    DEAD_LETTERS = 0
    RETRIES = 1

    @property
    def word(self) -> str:
        """As the screen says it."""
        return ("dead letters", "retries")[self]


@dataclass(frozen=True, slots=True)
class Naming:
    """How such topics are named; a pattern's group `source` or `after` names where they come from.

    `more` finds dead letter topics with names of their own.
    """

    more: re.Pattern[str] | None = None

    def kind(self, topic: str) -> Kind | None:
        """What a topic is for, None for an ordinary one; the internal ones are ordinary."""
        if topic.startswith("__"):
            return None
        if DEAD_LETTERS.match(topic) or (self.more and self.more.search(topic)):
            return Kind.DEAD_LETTERS
        return Kind.RETRIES if RETRIES.match(topic) else None

    def source(self, topic: str, topics: Collection[str]) -> str:
        """The topic whose records end up here, the first of a chain of retries; "" if not known."""
        stem = self._stem(topic)
        if not stem:
            return ""
        if self.kind(stem) is not None:
            first = self.source(stem, topics)
            if first:
                return first
        return stem if stem in topics else _longest_part(stem, topics)

    def _stem(self, topic: str) -> str:
        for pattern in filter(None, (self.more, DEAD_LETTERS, RETRIES)):
            found = pattern.search(topic)
            named = found.groupdict() if found else {}
            stem = named.get("source") or named.get("after")
            if stem:
                return stem
        return ""


DEFAULT_NAMING: Final = Naming()


def _longest_part(stem: str, topics: Collection[str]) -> str:
    """The topic with which the stem begins or ends: `billing.orders` comes of `orders`."""
    parts = []
    for at, letter in enumerate(stem):
        if letter in SEPARATORS:
            parts += [stem[:at], stem[at + 1 :]]
    return max((part for part in parts if part in topics), key=len, default="")
