"""Polls and observes in a thread of its own, so that no poll ever blocks a key.

The thread is a daemon: quitting never waits for a broker. History is recorded before a Report
is delivered, so a front end that drops a picture never drops a measurement.
"""

from __future__ import annotations

import asyncio
import threading
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Protocol

from lagtop.analysis.headers import failing_groups
from lagtop.analysis.report import Report
from lagtop.lookup import run
from lagtop.record.tap import Tap
from lagtop.records import Peek
from lagtop.snapshot import Failure, Gap, Progress, Snapshot, TimeAnswer, TimeQuestion

if TYPE_CHECKING:
    from lagtop.analysis.observer import Observer


@dataclass(frozen=True, slots=True, eq=False)
class Rerun:
    """The reports up to a moment of a recording that somebody went to, oldest first.

    `afresh`: what came before is not part of it.
    """

    reports: tuple[Report, ...]
    afresh: bool


Rounds = tuple[tuple[TimeAnswer, ...], ...]
Update = Report | Failure | Progress | Rerun
STOP_GRACE_S = 0.3
ROUNDS_A_POLL = 4
"""A search by time takes 4 to 9 rounds: two or three polls until a lag in time is exact."""


class Source(Protocol):
    """Where snapshots come from: a poller, or a recording that is played."""

    interval_s: float

    def __aiter__(self) -> AsyncIterator[Snapshot | Failure]:
        """One Snapshot or Failure a poll, at the source's own pace, without end."""

    def refresh(self) -> None:
        """Ask for the next poll now."""

    async def find_times(self, questions: Sequence[TimeQuestion]) -> list[TimeAnswer]:
        """Ask for records by time; what cannot be answered is left out."""

    async def peek(self, topic: str, *, values: bool) -> Peek:
        """Read the last few records of a topic; with their values only if they are wanted."""

    async def close(self) -> None:
        """Let go of every connection."""


async def search_times(source: Source, observer: Observer, rounds: int) -> Rounds:
    """Ask so many rounds of questions by time; the answers, by round, are in the next report."""
    learnt: list[tuple[TimeAnswer, ...]] = []
    for _ in range(rounds):
        questions = observer.time_questions()
        if not questions:
            break
        answers = await source.find_times(questions)
        if not answers:
            break
        observer.learn_times(answers)
        learnt.append(tuple(answers))
    return tuple(learnt)


class Feeder(threading.Thread):
    """Feeds a front end: `deliver` is called from this thread with each Update."""

    def __init__(self) -> None:
        super().__init__(name="lagtop-live", daemon=True)
        self._deliver: Callable[[Update], None] = lambda _: None
        self._loop: asyncio.AbstractEventLoop | None = None
        self._task: asyncio.Task[None] | None = None
        self._stopping = False
        self._bug: Exception | None = None

    def begin(self, deliver: Callable[[Update], None]) -> None:
        """Start; returns at once."""
        self._deliver = deliver
        self.start()

    def end(self) -> None:
        """Stop; waits a moment for connections to close, never for a broker.

        A bug that ended the thread is raised here, when the terminal is the shell's again.
        """
        self._stopping = True
        if self._task is not None and self.is_alive():
            self._soon(self._task.cancel)
            self.join(STOP_GRACE_S)
        if self._bug is not None:
            raise self._bug

    def _soon(self, act: Callable[[], object]) -> bool:
        """Have something done on the thread's loop; False when it has none, or none any more."""
        if self._loop is None:
            return False
        try:
            self._loop.call_soon_threadsafe(act)
        except RuntimeError:  # the thread has closed its loop
            return False
        return True

    def run(self) -> None:
        """The thread's body."""
        try:
            run(self._main())
        except Exception as bug:  # noqa: BLE001 - a thread's edge: kept to be raised in `end`
            self._bug = bug
            what = f"a bug in lagtop: {type(bug).__name__}: {bug}"
            self._deliver(Failure(0.0, what, "quit to see where; the numbers stand still", 0.0))

    async def _main(self) -> None:
        self._loop, self._task = asyncio.get_running_loop(), asyncio.current_task()
        with suppress(asyncio.CancelledError):
            await self._feed()

    async def _feed(self) -> None:
        """Deliver updates until cancelled."""
        raise NotImplementedError


class Live(Feeder):
    """Feeds a front end with what a source polls; `tap` takes every snapshot that comes.

    `narrow` leaves out what nobody wants to see, before anything else. The source and the observer
    are opened in the thread: what they import does not hold up the first frame. A first look at a
    few groups is shown and forgotten: who is not among them is no newcomer afterwards.
    """

    def __init__(
        self,
        open_source: Callable[[], Source],
        open_observer: Callable[[], Observer],
        rounds: int = ROUNDS_A_POLL,
        tap: Tap | None = None,
        narrow: Callable[[Snapshot], Snapshot] = lambda snapshot: snapshot,
    ) -> None:
        super().__init__()
        self._open_source = open_source
        self._open_observer = open_observer
        self._observer: Observer | None = None
        self._focus: frozenset[str] = frozenset()
        self._rounds = rounds
        self._tap = tap or Tap()
        self._narrow = narrow
        self._source: Source | None = None
        self._errands: set[asyncio.Task[None]] = set()
        self._failing: dict[str, tuple[str, ...]] = {}

    def refresh(self) -> None:
        """Poll now instead of at the next interval."""
        self._on_loop(lambda source: source.refresh())

    def set_interval(self, interval_s: float) -> None:
        """Change the time between polls, seconds."""

        def change(source: Source) -> None:
            source.interval_s = interval_s
            source.refresh()

        self._on_loop(change)

    def peek(self, topic: str, values: bool, deliver: Callable[[Peek], None]) -> None:
        """Have the last records of a topic delivered, from this thread and beside the polls."""

        async def read(source: Source) -> None:
            found = await source.peek(topic, values=values)
            self._failing = failing_groups(self._failing, found)
            deliver(found)

        def begin(source: Source) -> None:
            errand = asyncio.create_task(read(source))
            self._errands.add(errand)
            errand.add_done_callback(self._errands.discard)

        if not self._on_loop(begin):
            deliver(Peek(topic, gap=Gap("unreachable", "there is no connection yet")))

    def focus(self, groups: frozenset[str]) -> None:
        """Say which groups are looked at, so that they are measured closely."""
        self._focus = groups
        if self._observer is not None:
            self._observer.focus(groups)

    def acknowledge(self, rule: str, group: str) -> None:
        """Somebody has seen this alert."""
        if self._observer is not None:
            self._observer.acknowledge(rule, group)

    def tell(self, progress: Progress) -> None:
        """Deliver how far the first poll is."""
        self._deliver(progress)

    def _on_loop(self, act: Callable[[Source], None]) -> bool:
        source = self._source
        return source is not None and self._soon(lambda: act(source))

    async def _feed(self) -> None:
        source = self._source = self._open_source()
        observer = self._observer = self._open_observer()
        observer.focus(self._focus)
        learnt: Rounds = ()
        try:
            async for update in source:
                if self._stopping:
                    break
                if isinstance(update, Snapshot) and update.unread:
                    self._deliver(self._open_observer().observe(self._narrow(update)))
                elif isinstance(update, Snapshot):
                    snapshot = replace(self._narrow(update), failing=self._failing)
                    self._tap.take(replace(snapshot, answers=learnt))
                    self._deliver(observer.observe(snapshot))
                    learnt = await search_times(source, observer, self._rounds)
                else:
                    self._deliver(update)
        finally:
            self._tap.close()
            await source.close()
