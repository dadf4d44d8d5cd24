"""What is known of one group's offset in one partition: exactly one verdict a row."""

from __future__ import annotations

from enum import IntEnum


class Verdict(IntEnum):
    """Ordered from harmless to what hides the truth; `name.lower()` is the word shown."""

    OK = 0
    NO_COMMIT = 1
    LOST = 2
    PAST_END = 3
    OFFLINE = 4
    DELETED = 5
    UNAUTHORIZED = 6
    UNKNOWN = 7

    @property
    def word(self) -> str:
        """The verdict as CSV and screen spell it."""
        return self.name.lower()
