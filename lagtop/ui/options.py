"""What the screen is given: a feed of Reports, and how to draw them."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol

from lagtop.analysis.report import Report
from lagtop.live import Update
from lagtop.record.tap import Tap
from lagtop.records import Peek
from lagtop.runs.run import Run
from lagtop.ui.choices import Choices
from lagtop.ui.order import Rows


class Feed(Protocol):
    """Where Reports come from; `lagtop.live.Live` is the real one."""

    def begin(self, deliver: Callable[[Update], None]) -> None:
        """Start; `deliver` may be called from any thread."""

    def refresh(self) -> None:
        """Ask for news now."""

    def set_interval(self, interval_s: float) -> None:
        """Change the time between polls, seconds."""

    def end(self) -> None:
        """Stop; never waits for a broker."""


class Transport(Protocol):
    """What a recording's player can beside a feed; `lagtop.replay.Replay` is the real one."""

    speed: float
    is_playing: bool
    is_over: bool
    is_seeking: bool

    def toggle(self) -> None:
        """Stand still, or go on."""

    def pause(self) -> None:
        """Stand still."""

    def step(self) -> None:
        """Show the next poll, and stand still after it."""

    def go_to(self, moment: float) -> None:
        """Show how it was at a time, seconds since the epoch."""

    def set_speed(self, speed: float) -> float:
        """Play so much faster than it was recorded; gives the new speed."""


class Nothing:
    """A feed of nothing, while there is no cluster yet."""

    def begin(self, deliver: Callable[[Update], None]) -> None:
        """Nothing begins."""

    def refresh(self) -> None:
        """There is no news."""

    def set_interval(self, interval_s: float) -> None:
        """There is no pace."""

    def end(self) -> None:
        """Nothing ends."""


@dataclass(frozen=True, slots=True)
class Options:
    """How the screen looks and behaves; None leaves the choice to the terminal.

    `target` is what is being connected to, `tag` a word beside the title (demo, replay, a
    profile's name), `tag_colour` red, yellow, green or blue. `columns` are a profile's, by view;
    what the user chose on the screen comes first. `choices` are other clusters to go to.
    `fleet` leads back to the clusters of which this is one, where several are open.
    `clock` gives seconds and only its differences are used. `preferences` is the file of what
    the user chose on the screen. `save_csv` writes rows of a Report's PartitionRows (row numbers,
    ascending) as CSV and gives the path; it raises OutputError. `focus` hears which groups are
    looked at, so that their numbers can be made more exact; `acknowledge` hears of a rule and a
    group whose alert somebody has seen. `peek` reads the last records of a topic, with their values
    or without, and delivers them from any thread. `runs` reads what probes, traces and loads beside
    tell of themselves. `transport` steers a recording that is played, and `tap` records what is
    polled; without it nothing can be recorded.
    """

    target: str = ""
    tag: str = ""
    tag_colour: str = ""
    columns: Mapping[str, list[str]] = field(default_factory=dict)
    choices: Choices | None = None
    fleet: Callable[[], None] | None = None
    theme: str | None = None
    ascii: bool | None = None
    mouse: bool | None = None
    stock_driver: bool = False
    interval_s: float = 2.0
    user_themes: Path | None = None
    preferences: Path | None = None
    save_csv: Callable[[Report, Rows], Path] | None = None
    focus: Callable[[frozenset[str]], None] | None = None
    acknowledge: Callable[[str, str], None] | None = None
    peek: Callable[[str, bool, Callable[[Peek], None]], None] | None = None
    runs: Callable[[], tuple[Run, ...]] | None = None
    transport: Transport | None = None
    tap: Tap | None = None
    clock: Callable[[], float] = time.monotonic
