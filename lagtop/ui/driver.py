"""Lagtop's terminal driver: sends only changed cells, at the pace at which the terminal answers.

It depends on what Textual 8.2 writes as a frame and on four of its driver's methods; whatever it
does not know is passed on as it is. `LAGTOP_STOCK_DRIVER=1` goes back to Textual's own.
"""

from __future__ import annotations

import os
import select
import signal
import threading
import time
from codecs import getincrementaldecoder
from contextlib import suppress
from typing import Any, Final

from textual._ansi_sequences import SYNC_END, SYNC_START
from textual._parser import ParseError
from textual._xterm_parser import XTermParser
from textual.driver import Driver
from textual.drivers.linux_driver import LinuxDriver
from textual.events import CursorPosition
from textual.message import Message

from lagtop.ui.canvas import Canvas
from lagtop.ui.outlet import Outlet
from lagtop.ui.pace import Pace

_SCREEN: Final = 2
"""Standard error, where Textual draws."""

_FAREWELL_S: Final = 0.5
_MOST_BACKLOG: Final = 16_384
_WORTH_SYNC: Final = 1_024
_ENTER_SCREEN: Final = "?1049h"
_POLL_MS: Final = 500
_TICK_MS: Final = 100
_READ_BYTES: Final = 4_096
_EXPLICIT_DIRECTION, _IMPLICIT_DIRECTION = "\x1b[8l", "\x1b[8h"
"""BDSM (ECMA-48 8.3.9): columns stay where they are put, whichever way a name is read."""


def chosen_driver(*, stock: bool) -> type[Driver] | None:
    """The driver to run with; None is Textual's own."""
    return None if stock or os.environ.get("LAGTOP_STOCK_DRIVER") else CellDriver


class CellDriver(LinuxDriver):
    """A LinuxDriver that knows what is on the terminal."""

    def __init__(self, *arguments: Any, **options: Any) -> None:
        super().__init__(*arguments, **options)
        self._canvas = Canvas(0, 0)
        self._pace = Pace()
        self._outlet: Outlet | None = None
        self._answers = threading.Condition()
        self._is_synchronised = False
        self._is_suspended = False

    def write(self, data: str) -> None:
        """Take a frame of Textual's, or pass on a control sequence."""
        if data in (SYNC_START, SYNC_END):
            self._is_synchronised = True
            return
        if self._app.size != (self._canvas.width, self._canvas.height):
            self._canvas.resize(*self._app.size)
        if self._canvas.draw(data):
            self._send()
            return
        self._put(data)
        if _ENTER_SCREEN in data:
            self._canvas.forget()

    def repaint(self) -> None:
        """Send every cell again: something else has written to the terminal."""
        self._canvas.forget()
        self._send()

    def switch_mouse(self) -> bool:
        """Take the mouse, or leave it; gives whether it is taken now."""
        self._disable_mouse_support()
        self._mouse = not self._mouse
        self._enable_mouse_support()
        return self._mouse

    def process_message(self, message: Message) -> None:
        """Keep the terminal's answers; everything else is for the app."""
        if not isinstance(message, CursorPosition):
            super().process_message(message)
            return
        with self._answers:
            self._pace.answered(time.monotonic())
            self._answers.notify_all()
        self._loop.call_soon_threadsafe(self._send)

    def run_input_thread(self) -> None:
        """Read keys as Textual does; what is not UTF-8 becomes U+FFFD instead of ending it all."""
        decode = getincrementaldecoder("utf-8")("replace").decode
        parser = XTermParser(self._debug)
        line = select.poll()
        line.register(self.fileno, select.POLLIN)
        is_last = False
        while not is_last:
            is_last = self.exit_event.is_set()
            text = ""
            if line.poll(_TICK_MS):
                text = decode(os.read(self.fileno, _READ_BYTES), final=is_last)
            for message in (*(parser.feed(text) if text else ()), *parser.tick()):
                self.process_message(message)
        with suppress(EOFError, ParseError):
            list(parser.feed(""))

    def start_application_mode(self) -> None:
        """Take the terminal; watch whether it goes away."""
        outlet = self._outlet = Outlet(_SCREEN, self._wake)
        outlet.start()
        self._canvas.forget()
        super().start_application_mode()  # type: ignore[no-untyped-call]
        self._put(_EXPLICIT_DIRECTION)
        watch = threading.Thread(target=self._watch_line, args=(outlet,), daemon=True)
        watch.start()

    def stop_application_mode(self) -> None:
        """Give the terminal back; answers that are due must not reach the shell."""
        with self._answers:
            self._answers.wait_for(lambda: not self._pace.answers_due, _FAREWELL_S)
            self._pace.forget()
        self._put(_IMPLICIT_DIRECTION)
        super().stop_application_mode()

    def close(self) -> None:
        """Let everything out and stop writing."""
        super().close()
        if self._outlet is not None:
            self._outlet.drain(_FAREWELL_S)
            self._outlet.end()
            self._outlet = None

    def _send(self) -> None:
        outlet = self._outlet
        if outlet is None or not self._canvas.is_behind or outlet.backlog > _MOST_BACKLOG:
            return
        with self._answers:
            self._pace.give_up(time.monotonic())
            update = self._canvas.update(self._pace.room) if self._pace.room else ""
            if not update:
                return
            question = "" if self._pace.is_mute else f"{self._canvas.park()}\x1b[6n"
            if question:
                self._pace.sent(len(update), time.monotonic())
        if self._is_synchronised and len(update) > _WORTH_SYNC:
            update = f"{SYNC_START}{update}{SYNC_END}"
        outlet.put(update + question)

    def _put(self, data: str) -> None:
        if self._outlet is not None:
            self._outlet.put(data)

    def _wake(self) -> None:
        if not self._loop.is_closed():
            self._loop.call_soon_threadsafe(self._send)

    def _watch_line(self, outlet: Outlet) -> None:
        line = select.poll()
        line.register(self.fileno, 0)
        while self._outlet is outlet:
            if line.poll(_POLL_MS):
                self.exit_event.set()
                self._loop.call_soon_threadsafe(self._app.exit, None, 128 + signal.SIGHUP)
                return

    def _enable_mouse_support(self) -> None:
        if self._mouse:
            self.write("\x1b[?1000h\x1b[?1006h")

    def _disable_mouse_support(self) -> None:
        if self._mouse:
            self.write("\x1b[?1000l\x1b[?1006l")

    def _enable_mouse_pixels(self) -> None:
        """Cells are exact enough, and every motion would be reported."""

    def _sigtstp_application(self, *_: object) -> None:
        self._is_suspended = self._auto_restart
        super()._sigtstp_application()

    def _sigcont_application(self, *_: object) -> None:
        """Take the terminal again, unless it was never given back (a stray SIGCONT)."""
        if self._is_suspended:
            self._is_suspended = False
            super()._sigcont_application()
        else:
            self.repaint()
