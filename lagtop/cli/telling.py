"""Tells the screens beside how a run stands; that they cannot be told never harms the run."""

from __future__ import annotations

import asyncio
import os
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

from lagtop.errors import LagtopError
from lagtop.runs.board import Board
from lagtop.runs.run import Run
from lagtop.settings import Settings

OVER = "over"

News = Callable[[], dict[str, Any]]
"""What has changed of a run: fields of Run by name."""


def runs_directory() -> Path:
    """Where runs tell how they stand."""
    from platformdirs import user_state_path

    return user_state_path("lagtop") / "runs"


class Telling:
    """One run's voice; `news` is asked for each time."""

    def __init__(self, run: Run, news: News) -> None:
        self._run = run
        self._news = news
        self._board: Board | None = Board(runs_directory())
        self._put(run)

    async def tell(self) -> None:
        """Tell how it stands now; writing is left to a thread, for a probe's times are at stake."""
        if self._board is not None:
            await asyncio.to_thread(self._put, self._now(None))

    def end(self, ended: str) -> None:
        """Tell how it ended."""
        self._put(self._now(ended))

    def _now(self, ended: str | None) -> Run:
        return replace(self._run, told_at=time.time(), ended=ended, **self._news())

    def _put(self, run: Run) -> None:
        if self._board is None:
            return
        try:
            self._board.put(run)
        except OSError as error:
            self._board = None
            print(f"lagtop: no screen can show this run: {error}", file=sys.stderr)


@contextmanager
def telling(command: str, what: str, settings: Settings, news: News) -> Iterator[Telling]:
    """A run that is told of from here on; however the block ends, that is told too."""
    now = time.time()
    Board(runs_directory()).tidy()
    voice = Telling(Run(command, what, settings.address, os.getpid(), now, now), news)
    ended = "stopped"
    try:
        yield voice
        ended = OVER
    except LagtopError as error:
        ended = f"failed: {error.what}"
        raise
    finally:
        voice.end(ended)
