"""What crosses from the feed's thread to the screen."""

from __future__ import annotations

from textual.message import Message

from lagtop.live import Rerun, Update
from lagtop.snapshot import Failure, Progress


class Delivered(Message):
    """The feed has news; what is newer replaces what is still waiting.

    `place` is that of the feed's cluster among those that are open.
    """

    def __init__(self, update: Update, place: int = 0) -> None:
        super().__init__()
        self.update = update
        self.place = place

    def can_replace(self, message: Message) -> bool:
        """Whether `message`, which came later, makes this one needless.

        Only a Report replaces a Report: nothing else has its figures. Progress replaces no Failure,
        and nothing what a recording was rerun for.
        """
        if not isinstance(message, Delivered) or message.place != self.place:
            return False
        return _weight(message.update) >= _weight(self.update)


def _weight(update: Update) -> int:
    if isinstance(update, Progress):
        return 0
    if isinstance(update, Rerun):
        return 3
    return 1 if isinstance(update, Failure) else 2
