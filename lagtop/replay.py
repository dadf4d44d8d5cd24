"""Plays a recording to a front end as if it were live: at its pace, at another, or from elsewhere.

Every snapshot goes through an Observer of its own, in order, from the first one on: alerts and
estimates are what they were. So to go back is to begin again and hurry.
"""

from __future__ import annotations

import asyncio
import time
from collections import deque
from collections.abc import Callable, Collection
from pathlib import Path
from typing import Final

from lagtop.analysis.observer import Observer
from lagtop.analysis.report import Report
from lagtop.errors import LagtopError
from lagtop.live import Feeder, Rerun
from lagtop.record.player import play
from lagtop.snapshot import Failure

LONGEST_PAUSE_S: Final = 10.0
"""Between two polls of a recording, at speed 1: nobody waits for hours in which none was taken."""

SLOWEST: Final = 0.1
FASTEST: Final = 1000.0
_NOWHERE: Final = float("-inf")
_BUDGET_BYTES: Final = 24_000_000
_BYTES_A_ROW: Final = 400
_MOST_KEPT: Final = 900
_TURN_S: Final = 0.05


class Replay(Feeder):
    """Feeds a front end from a recording; its state may be read from any thread.

    speed: seconds of the recording per second; is_seeking: it hurries to a moment; is_over: there
    is no further poll.
    """

    def __init__(
        self, path: Path, new_observer: Callable[[], Observer], at: float | None, speed: float
    ) -> None:
        super().__init__()
        self.speed = speed
        self.is_playing = True
        self.is_over = False
        self.is_seeking = False
        self._path, self._new_observer = path, new_observer
        self._observer = new_observer()
        self._target = _NOWHERE if at is None else at
        self._position = _NOWHERE
        self._steps = 0
        self._turn_at = 0.0
        self._must_restart = False
        self._wake = asyncio.Event()

    def refresh(self) -> None:
        """Show the next poll now."""
        self.step()

    def set_interval(self, interval_s: float) -> None:
        """A recording has the pace of its polls; `set_speed` changes that."""

    def toggle(self) -> None:
        """Stand still, or go on; at the end, play it again."""
        self.is_playing = not self.is_playing
        self._do(self._begin_again_after_the_end)

    def pause(self) -> None:
        """Stand still."""
        self.is_playing = False
        self._do(lambda: None)

    def step(self) -> None:
        """Show the next poll, and stand still after it."""
        self._do(self._step)

    def go_to(self, moment: float) -> None:
        """Show how it was at a time, seconds since the epoch."""
        self._do(lambda: self._go_to(moment))

    def set_speed(self, speed: float) -> float:
        """Play so much faster than it was recorded, within reason; gives the new speed."""
        self.speed = min(max(speed, SLOWEST), FASTEST)
        self._do(lambda: None)
        return self.speed

    def focus(self, groups: Collection[str]) -> None:
        """Say which groups are looked at."""
        self._observer.focus(groups)

    def acknowledge(self, rule: str, group: str) -> None:
        """Somebody has seen this alert."""
        self._observer.acknowledge(rule, group)

    def _do(self, act: Callable[[], None]) -> None:
        if self._soon(act):
            self._soon(self._wake.set)

    def _begin_again_after_the_end(self) -> None:
        if self.is_over:
            self._go_to(_NOWHERE)

    def _step(self) -> None:
        self.is_playing = False
        self._steps += 1

    def _go_to(self, moment: float) -> None:
        self._target = moment
        self._must_restart = moment < self._position
        self.is_seeking = True

    async def _feed(self) -> None:
        try:
            while True:
                await self._play()
        except LagtopError as error:
            self._deliver(Failure(0.0, error.what, error.hint, 0.0))
            await asyncio.Event().wait()

    async def _play(self) -> None:
        """Play from the first poll on, until somebody wants to go back."""
        self._must_restart, self.is_over = False, False
        observer = self._observer = self._new_observer()
        seen, self._position = _Seen(), _NOWHERE
        for snapshot in play(self._path, lambda warning: None):
            at = snapshot.captured_at
            if at > self._target:
                self._show(seen)
                await self._until_due(at)
            else:
                await self._take_turns()
            if self._must_restart:
                return
            seen.add(observer.observe(snapshot))
            self._position = at
            if at > self._target:
                self._show(seen)
        self._show(seen)
        self.is_over, self.is_playing = True, False
        await self._until_wanted_back()

    def _show(self, seen: _Seen) -> None:
        update = seen.taken()
        if update is not None:
            self._deliver(update)
        self.is_seeking = False

    async def _until_due(self, at: float) -> None:
        if self._position == _NOWHERE:
            return
        began_at = time.monotonic()
        pause_s = min(at - self._position, LONGEST_PAUSE_S)
        while not self._must_restart and at > self._target and not self._steps:
            left_s = pause_s / self.speed - (time.monotonic() - began_at)
            if self.is_playing and left_s <= 0:
                break
            await self._sleep(left_s if self.is_playing else None)
        self._steps = max(self._steps - 1, 0)

    async def _take_turns(self) -> None:
        """While it hurries, whoever wants something else is heard now and then."""
        now = time.monotonic()
        if now - self._turn_at > _TURN_S:
            await asyncio.sleep(0)
            self._turn_at = time.monotonic()

    async def _until_wanted_back(self) -> None:
        while not self._must_restart:
            await self._sleep(None)
            self.is_seeking, self._steps = self._must_restart, 0
            self.is_playing = self.is_playing and self._must_restart

    async def _sleep(self, seconds: float | None) -> None:
        self._wake.clear()
        try:
            async with asyncio.timeout(seconds):
                await self._wake.wait()
        except TimeoutError:
            return


class _Seen:
    """Reports that were made and not shown yet: as many of the last as a few megabytes hold."""

    def __init__(self) -> None:
        self._reports: deque[Report] = deque()
        self._is_first = True

    def add(self, report: Report) -> None:
        """One more."""
        self._reports.append(report)
        room = _BUDGET_BYTES // (_BYTES_A_ROW * max(len(report.partitions.group), 50))
        while len(self._reports) > min(max(room, 2), _MOST_KEPT):
            self._reports.popleft()

    def taken(self) -> Report | Rerun | None:
        """What is to be shown: a report as it comes, or several after a jump."""
        reports, is_first = tuple(self._reports), self._is_first
        if not reports:
            return None
        self._reports.clear()
        self._is_first = False
        return reports[0] if len(reports) == 1 and not is_first else Rerun(reports, is_first)
