"""The command line: arguments to settings to the parts; the only place that joins them.

Nothing heavy is imported before it is needed: `--help` and `--version` answer at once, and the
screen paints before a Kafka client is loaded.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Sequence
from importlib import import_module

from lagtop.cli.streams import flushed, say, silence, stand_in
from lagtop.errors import EXIT_INTERRUPTED, EXIT_OK, LagtopError

DEMO = "demo"
COMMANDS = {
    DEMO: "an embedded cluster with stories of trouble; needs no Kafka",
    "snapshot": "the numbers of one poll, or of several, as text",
    "check": "is everything fine? one line and an exit status, for monitoring",
    "serve": "metrics for Prometheus",
    "record": "every poll into a file, for hours",
    "replay": "the screen on a recording",
    "probe": "time events of its own through a topic and back; writes to that topic",
    "trace": "time real records from one topic to another; only reads",
    "load": "what a group sustains, latency under load, recovery; writes to a topic",
    "profiles": "saved connections: list, show, add, import, test, remove",
    "info": "versions and paths",
}
"""Subcommands with what they do; each is a module of this package with a `main(arguments)`."""


def run(arguments: Sequence[str]) -> int:
    """Run a command line; gives the exit status, and writes errors to stderr with a hint."""
    name = arguments[0] if arguments and arguments[0] in COMMANDS else ""
    stand_in()
    _point_out_misspelt()
    try:
        main: Callable[[Sequence[str]], int] = import_module(f"lagtop.cli.{name or 'screen'}").main
        with flushed():
            return main(arguments[1:] if name else arguments)
    except LagtopError as error:
        say(f"lagtop: {error.what}", *([f"  {error.hint}"] if error.hint else []))
        return error.exit_code
    except KeyboardInterrupt:
        return EXIT_INTERRUPTED
    except BrokenPipeError:
        silence(sys.stdout)
        return EXIT_OK


def _point_out_misspelt() -> None:
    """Say which variables of the environment are nearly settings: nobody reads those."""
    if any(name.startswith("LAGTOP_") for name in os.environ):
        from lagtop.profiles.keys import misspelt_variables

        for sentence in misspelt_variables():
            say(f"lagtop: {sentence}")
