"""The keys that act on time: freeze, step, pace, go to, speed, record."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

from lagtop.analysis.report import Report
from lagtop.errors import LagtopError
from lagtop.record.when import parse_moment
from lagtop.ui.screens.opening import OpeningScreen

_NO_PICTURE = "there is no picture yet"


class TimingScreen(OpeningScreen, inherit_bindings=False):
    """A table screen that can be frozen, stepped through time, and recorded."""

    def action_freeze(self) -> None:
        """Hold the picture, or let go of it."""
        self.session.toggle_freeze()
        self.show()
        if self.session.shown.report is None:
            self.say(_NO_PICTURE)

    def action_step(self, steps: int) -> None:
        """Back or on in time by polls; the newest picture is live again."""
        before = self.session.shown.report
        self.session.step(steps)
        self._show_stepped(before, steps)

    def action_step_time(self, seconds: float) -> None:
        """Back or on in time."""
        before = self.session.shown.report
        self.session.step_time(seconds)
        self._show_stepped(before, seconds)

    def _show_stepped(self, before: Report | None, by: float) -> None:
        self.show()
        session = self.session
        if before is None:
            self.say(_NO_PICTURE)
        elif before is session.shown.report and session.options.transport is None:
            self.say(session.reel.begins() if by < 0 else "this is the newest picture")

    def action_goto(self, when: str) -> None:
        """To a time."""
        report = self.session.shown.report
        if report is None:
            self.say(_NO_PICTURE)
            return
        try:
            self.session.go_to(parse_moment(when, report.captured_at))
        except LagtopError as error:
            self.say(error.told)
        else:
            self.show()

    def action_poll_now(self) -> None:
        """Ask for news."""
        self.session.feed.refresh()

    def action_pace(self, steps: int) -> None:
        """Poll more or less often, or play a recording slower or faster."""
        transport = self.session.options.transport
        if transport is None:
            self.say(f"every {self.session.change_pace(steps):g} s", "title")
        else:
            self._tell_speed(transport.set_speed(transport.speed * 2.0**-steps))

    def action_every(self, seconds: str) -> None:
        """Poll every so many seconds."""
        if self.session.options.transport is not None:
            self.say("a recording has the pace of its polls; :speed changes it")
            return
        try:
            interval_s = self.session.set_pace(float(seconds))
        except ValueError:
            self.say(f"no number of seconds: {seconds!r}")
        else:
            self.say(f"every {interval_s:g} s", "title")

    def action_speed(self, factor: str) -> None:
        """Play a recording so much faster."""
        transport = self.session.options.transport
        if transport is None:
            self.say("only a recording has a speed; :every sets how often is polled")
            return
        try:
            speed = float(factor.removeprefix("x"))
        except ValueError:
            speed = 0.0
        if not 0 < speed < float("inf"):
            self.say(f"no speed: {factor!r}; 1 is as it was recorded, 10 ten times as fast")
        else:
            self._tell_speed(transport.set_speed(speed))

    def action_record(self, name: str = "") -> None:
        """Record what is polled from now on, or end that."""
        tap = self.session.options.tap
        if tap is None:
            self.say("there is nothing to record here")
        elif tap.path is not None and not name:
            self.say(f"recorded to {tap.path}", "title")
            tap.close()
        else:
            path = Path(name or f"lagtop-{datetime.now():%Y%m%d-%H%M%S}.jsonl.gz").expanduser()
            try:
                tap.open(path.absolute())
            except LagtopError as error:
                self.say(error.told)
            else:
                self.say(f"recording to {path}; :record ends it", "title")

    def _tell_speed(self, speed: float) -> None:
        self.say(f"speed x{speed:g}", "title")
