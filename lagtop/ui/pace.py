"""How much may be under way to the terminal: learnt from how fast it answers, as TCP learns.

Each update ends with a question for the cursor's place (ESC[6n); the answer says that everything
before it was drawn. While more than a window's worth is unanswered, no frame is sent, and the next
one that is sent is the newest.
"""

from __future__ import annotations

import math
from collections import deque
from typing import Final

SMALLEST: Final = 1_024
LARGEST: Final = 262_144
_START: Final = 8_192
_LATE_S: Final = 0.15
_GROW: Final = 1.5
_SHRINK: Final = 0.6
_MUTE_AFTER: Final = 8
_LOST_AFTER_S: Final = 5.0
"""An answer this late was eaten on the way (a detached tmux, another program that read it)."""


class Pace:
    """Counts characters sent and answered; times are seconds of one clock."""

    def __init__(self) -> None:
        self._due: deque[tuple[int, float]] = deque()
        self._window = float(_START)
        self._has_answered = False
        self._quickest_s = math.inf

    @property
    def is_mute(self) -> bool:
        """Whether the terminal seems never to answer, so that asking is in vain."""
        return not self._has_answered and len(self._due) >= _MUTE_AFTER

    @property
    def answers_due(self) -> int:
        """How many questions are open, of a terminal that does answer."""
        return len(self._due) if self._has_answered else 0

    @property
    def room(self) -> int:
        """How many characters may be sent now; in slices of half a window."""
        if not self._has_answered:
            return LARGEST
        under_way = sum(size for size, _ in self._due)
        return int(self._window / 2) if under_way < self._window else 0

    def sent(self, size: int, now: float) -> None:
        """An update with a question at its end is under way."""
        self._due.append((size, now))

    def answered(self, now: float) -> None:
        """The oldest question was answered; an answer that nobody asked for changes nothing."""
        if not self._due:
            return
        _, sent_at = self._due.popleft()
        self._has_answered = True
        took_s = now - sent_at
        self._quickest_s = min(self._quickest_s, took_s)
        factor = _SHRINK if took_s > self._quickest_s + _LATE_S else _GROW
        self._window = min(max(self._window * factor, SMALLEST), LARGEST)

    def give_up(self, now: float) -> None:
        """Wait no longer for answers that are lost, and be careful afterwards."""
        while self._due and now - self._due[0][1] > _LOST_AFTER_S and self._has_answered:
            self._due.popleft()
            self._window = SMALLEST

    def forget(self) -> None:
        """Answers that were due will not come any more: the terminal was given away."""
        self._due.clear()
