"""From a feed to an exit status: loads Textual, runs the app, and lets go of the feed."""

from __future__ import annotations

import gc
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING

from lagtop.errors import EXIT_OK, UnreachableError
from lagtop.ui.app import LagtopApp
from lagtop.ui.options import Feed, Options
from lagtop.ui.screens.chooser import TAKEN
from lagtop.ui.seen import Seen
from lagtop.ui.terminal import tidy_environment, wants_mouse

if TYPE_CHECKING:
    from lagtop.ui.fleet_app import Member


def show(feed: Feed, options: Options) -> int:
    """Run the screen on one cluster; gives the exit status."""
    tidy_environment()
    return _run(LagtopApp(feed, options))


def show_fleet(members: Sequence[Member]) -> int:
    """Run the screen on several clusters; gives the exit status."""
    from lagtop.ui.fleet_app import FleetApp

    tidy_environment()
    return _run(FleetApp(members))


def _run(app: LagtopApp) -> int:
    """The terminal is restored before feeds are waited for, and for all of them at once.

    Garbage is collected again from the first news on.
    """
    options = app.session.options
    mouse = wants_mouse() if options.mouse is None else options.mouse
    try:
        app.run(mouse=mouse)
    finally:
        gc.enable()
        with ThreadPoolExecutor(len(app.sessions)) as enders:
            list(enders.map(lambda session: session.feed.end(), app.sessions))
    return _status(app)


def _status(app: LagtopApp) -> int:
    if app.return_value == TAKEN:
        return EXIT_OK
    status, every = app.return_code or EXIT_OK, [session.newest for session in app.sessions]
    failure = every[0].failure
    if status == EXIT_OK and failure is not None and all(_never_read(seen) for seen in every):
        raise UnreachableError(failure.what, failure.hint)
    return status


def _never_read(seen: Seen) -> bool:
    return seen.report is None and seen.failure is not None
