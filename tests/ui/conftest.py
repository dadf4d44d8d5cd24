"""Fixtures for the screen in a real pty."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest

from tests.ui.pty_terminal import PtyTerminal

Open = Callable[..., PtyTerminal]


@pytest.fixture
def open_story() -> Iterator[Open]:
    """Opens a story of play.py in a pty; closed afterwards."""
    opened: list[PtyTerminal] = []

    def opening(story: str = "once", size: tuple[int, int] = (80, 24), **env: str) -> PtyTerminal:
        opened.append(PtyTerminal("tests/ui/play.py", story, size=size, env=env))
        return opened[-1]

    yield opening
    for terminal in opened:
        terminal.close()
