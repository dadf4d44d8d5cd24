"""From a feed to an exit status: loads Textual, runs the app, and lets go of the feed."""

from __future__ import annotations

import gc

from lagtop.errors import EXIT_OK, UnreachableError
from lagtop.ui.app import LagtopApp
from lagtop.ui.options import Feed, Options
from lagtop.ui.screens.chooser import TAKEN
from lagtop.ui.terminal import tidy_environment, wants_mouse


def show(feed: Feed, options: Options) -> int:
    """Run the screen; the terminal is restored before the feed is waited for.

    Garbage is collected again from the first news on.
    """
    tidy_environment()
    app = LagtopApp(feed, options)
    mouse = wants_mouse() if options.mouse is None else options.mouse
    try:
        app.run(mouse=mouse)
    finally:
        gc.enable()
        feed.end()
    return _status(app)


def _status(app: LagtopApp) -> int:
    if app.return_value == TAKEN:
        return EXIT_OK
    newest, status = app.session.newest, app.return_code or EXIT_OK
    if status == EXIT_OK and newest.report is None and newest.failure is not None:
        raise UnreachableError(newest.failure.what, newest.failure.hint)
    return status
