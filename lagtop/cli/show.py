"""The screen on a cluster: what every command that opens one gives it."""

from __future__ import annotations

import argparse
import gc
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from lagtop.settings import Settings

if TYPE_CHECKING:
    from lagtop.analysis.observer import Observer
    from lagtop.analysis.policy import Policy
    from lagtop.live import Live
    from lagtop.profiles.store import Profile
    from lagtop.ui.choices import Choices
    from lagtop.ui.options import Options


def tag_of(profile: Profile | None) -> str:
    """The word beside the title."""
    return "" if profile is None else str(profile.values.get("tag", profile.name))


def add_screen_options(parser: argparse.ArgumentParser) -> None:
    """Add what says how the screen looks and behaves."""
    parser.add_argument("--theme", metavar="NAME", help="colours; see `lagtop info` for where")
    parser.add_argument("--ascii", action="store_true", help="draw with ASCII characters only")
    parser.add_argument("--mouse", action="store_true", help="take the mouse, also under SSH")
    parser.add_argument(
        "--stock-driver", action="store_true", help="write to the terminal as Textual does"
    )


def show(
    settings: Settings,
    policy: Policy,
    options: argparse.Namespace,
    tag: str = "",
    choices: Choices | None = None,
) -> int:
    """Run the screen on a cluster until the user leaves."""
    from lagtop.ui import run

    return run(*watched(settings, policy, options, tag, choices))


def watched(
    settings: Settings,
    policy: Policy,
    options: argparse.Namespace,
    tag: str,
    choices: Choices | None = None,
) -> tuple[Live, Options]:
    """What the screen is given of a cluster: what polls it in a thread of its own, and the rest."""
    # Collecting garbage while modules load takes a quarter of the time to the first frame; the
    # screen turns it on again with the first news.
    gc.disable()
    from lagtop.analysis.narrow import Narrow
    from lagtop.live import ROUNDS_A_POLL, Live, Source
    from lagtop.record.tap import Tap

    def open_source() -> Source:
        from lagtop.wire.poller import Poller

        # Which groups read the topics that are wanted is known when all are read.
        return Poller(settings, live.tell, head_start=settings.topics is None)

    def open_observer() -> Observer:
        from lagtop.analysis.observer import Observer

        return Observer(policy)

    tap = Tap()
    rounds = 0 if options.no_time_search else ROUNDS_A_POLL
    # Groups that are not wanted are not even asked for.
    live = Live(open_source, open_observer, rounds, tap, Narrow(None, settings.topics))
    profile: Profile | None = getattr(options, "used", None)
    said = {} if profile is None else profile.values
    return live, replace(
        looks(options),
        target=settings.address,
        tag=tag,
        tag_colour=said.get("colour", ""),
        columns=said.get("columns", {}),
        choices=choices,
        interval_s=settings.interval_s,
        focus=live.focus,
        acknowledge=live.acknowledge,
        peek=live.peek,
        tap=tap,
    )


def looks(options: argparse.Namespace) -> Options:
    """How the screen looks, and where it keeps what the user chose."""
    from platformdirs import user_config_path

    from lagtop.cli.telling import runs_directory
    from lagtop.export.delimited import save
    from lagtop.runs.board import Board
    from lagtop.ui.options import Options

    config = user_config_path("lagtop")
    return Options(
        theme=options.theme,
        ascii=options.ascii or None,
        mouse=options.mouse or None,
        stock_driver=options.stock_driver,
        user_themes=config / "themes",
        preferences=config / "screen.json",
        runs=Board(runs_directory()).runs,
        save_csv=lambda report, rows: save(report, rows.tolist(), Path.cwd()),
    )
