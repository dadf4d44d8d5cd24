"""What crosses from the feed's thread to the screen."""

from __future__ import annotations

from textual.message import Message

from lagtop.live import Update
from lagtop.snapshot import Failure


class Delivered(Message):
    """The feed has news; what is newer replaces what is still waiting."""

    def __init__(self, update: Update) -> None:
        super().__init__()
        self.update = update

    def can_replace(self, message: Message) -> bool:
        """Whether `message`, which came later, makes this one needless.

        A Failure says nothing about the figures of a Report before it, so it replaces none.
        """
        if not isinstance(message, Delivered):
            return False
        return isinstance(self.update, Failure) or not isinstance(message.update, Failure)
