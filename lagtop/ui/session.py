"""The state that all screens share, without a screen: what was seen, what is frozen, the pace."""

from __future__ import annotations

import time
from typing import Final

from lagtop.analysis.report import Report
from lagtop.errors import OutputError
from lagtop.live import Rerun, Update
from lagtop.settings import LONGEST_INTERVAL_S, SHORTEST_INTERVAL_S
from lagtop.ui import text
from lagtop.ui.headline import Status
from lagtop.ui.look import Look
from lagtop.ui.names import clean
from lagtop.ui.options import Feed, Options
from lagtop.ui.past import Past
from lagtop.ui.preferences import load, save
from lagtop.ui.reel import Reel
from lagtop.ui.seen import Seen, patience_s
from lagtop.ui.tapes import playing, recording_banner
from lagtop.ui.views import Place

INTERVALS_S: Final = (1.0, 2.0, 5.0, 10.0, 30.0, 60.0)
EVERY_ROW_IS_STALE: Final = -1.0


class Session:
    """One run of the screen over one feed."""

    def __init__(self, feed: Feed, options: Options, look: Look) -> None:
        self.feed = feed
        self.options = options
        self.look = look
        self.interval_s = options.interval_s
        self.newest = Seen()
        self.past = Past()
        self.reel = Reel()
        self.frozen: Seen | None = None
        self.preferences, self.complaints = load(options.preferences)
        self.themes: tuple[str, ...] = ()

    @property
    def shown(self) -> Seen:
        """What the screen shows: the frozen picture, or the newest."""
        return self.frozen or self.newest

    def look_at(self, place: Place, report: Report) -> None:
        """Show a Report in a place, and let the feed know which groups are looked at."""
        place.show(report, self.stale_after_s)
        if self.options.focus is not None:
            self.options.focus(place.groups)

    def preferred(self, place: Place) -> Place:
        """The place with the columns that the user prefers there, or the profile."""
        view = place.view.id
        names = self.preferences.columns.get(view, self.options.columns.get(view))
        if names is not None:
            place.grid.choose_columns(names)
        return place

    def remember(self) -> str:
        """Write the preferences to disk; gives what went wrong, or nothing."""
        try:
            save(self.options.preferences, self.preferences)
        except (OSError, OutputError) as error:
            return f"the choice holds for now, but was not saved: {error}"
        return ""

    def take(self, update: Update) -> None:
        """Remember what the feed delivered; a frozen picture stays as it is."""
        self.newest = self.newest.after(update, self.options.clock())
        if isinstance(update, Rerun) and update.afresh:
            self.past, self.reel, self.frozen = Past(), Reel(), None
        reports = update.reports if isinstance(update, Rerun) else (update,)
        for report in reports:
            if isinstance(report, Report):
                self.past.push(report)
                self.reel.push(report)

    def toggle_freeze(self) -> None:
        """Hold the picture, or let go of it; there must be a picture to hold."""
        if self.options.transport is not None:
            self.frozen = None
            self.options.transport.toggle()
            return
        self.frozen = self.newest if self.frozen is None and self.newest.report else None

    def step(self, steps: int) -> None:
        """Show the picture so many polls before (below 0) or after the one that is shown."""
        if self.shown.report is None:
            return
        transport = self.options.transport
        if transport is not None and steps > 0 and self.frozen is None:
            transport.step()
            return
        self._stand_still()
        self._hold(self.reel.step(self.shown.report, steps))

    def step_time(self, seconds: float) -> None:
        """Show the picture of so much before (below 0) or after the one that is shown."""
        if self.shown.report is not None:
            self.go_to(self.shown.report.captured_at + seconds)

    def go_to(self, moment: float) -> None:
        """Show the picture of a time, seconds since the epoch, as far as there is one."""
        transport = self.options.transport
        if transport is None or self.reel.reaches(moment):
            self._stand_still()
            self._hold(self.reel.at(moment))
        else:
            self.frozen = None
            transport.go_to(moment)

    def _stand_still(self) -> None:
        if self.options.transport is not None:
            self.options.transport.pause()

    def _hold(self, report: Report) -> None:
        is_live = report is self.newest.report
        self.frozen = None if is_live else Seen(report, self.newest.report_at)

    def set_pace(self, interval_s: float) -> float:
        """Poll every so many seconds, within what `--interval` takes; gives the new interval."""
        if not interval_s > 0:
            raise ValueError(interval_s)
        self.interval_s = min(max(interval_s, SHORTEST_INTERVAL_S), LONGEST_INTERVAL_S)
        self.feed.set_interval(self.interval_s)
        return self.interval_s

    def change_pace(self, steps: int) -> float:
        """Poll at the next of INTERVALS_S that is faster (below 0) or slower, if there is one."""
        beyond = [s for s in INTERVALS_S if (s - self.interval_s) * steps > 0]
        nearest = min(beyond, key=lambda s: abs(s - self.interval_s), default=self.interval_s)
        return self.set_pace(nearest)

    @property
    def is_stale(self) -> bool:
        """Whether what is shown must not pass for the present."""
        if self.frozen is not None:
            return self.frozen.failure is not None
        if self.options.transport is not None:
            return self.newest.failure is not None
        return self.newest.is_stale(self.options.clock(), self.every_s)

    @property
    def stale_after_s(self) -> float:
        """The age from which a row is drawn as old."""
        return EVERY_ROW_IS_STALE if self.is_stale else patience_s(self.every_s)

    @property
    def every_s(self) -> float:
        """The time between polls as it is: as asked, or longer where that would cost too much."""
        report = self.newest.report
        return max(self.interval_s, report.cost.every_s if report is not None else 0.0)

    @property
    def status(self) -> Status:
        """What the header says beside the figures; it changes only with news or while stale."""
        if self.frozen is not None and self.frozen.report is not None:
            at = time.strftime("%H:%M:%S", time.localtime(self.frozen.report.captured_at))
            return self._status(f"PAUSED at {at}: p goes on", "paused")
        if self.options.transport is not None and not self.is_stale:
            return self._status(playing(self.options.transport, self.newest.report), "paused")
        return self._status(self._stale_banner() if self.is_stale else "", "alarm")

    def _status(self, banner: str, role: str) -> Status:
        options = self.options
        recording = recording_banner(options.tap) if options.tap is not None else ""
        colour, is_stale = options.tag_colour, self.is_stale
        return Status(options.target, options.tag, banner, role, colour, recording, is_stale)

    def _stale_banner(self) -> str:
        age = text.duration(float(round(self.newest.age_s(self.options.clock()))))
        failure = self.newest.failure
        return f"stale {age}: {clean(failure.what) if failure else 'no answer yet'}"
