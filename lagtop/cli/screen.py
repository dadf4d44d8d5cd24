"""`lagtop -b HOST:PORT`: the screen on a live cluster."""

from __future__ import annotations

import argparse
import gc
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from lagtop import __version__
from lagtop.cli import COMMANDS
from lagtop.cli.arguments import EPILOG, Parser, add_cluster_options, settings_from
from lagtop.cli.last import is_decided_outside, last_profile, remember_profile
from lagtop.cli.policy import add_policy_options, policy_from
from lagtop.settings import Settings

if TYPE_CHECKING:
    from lagtop.analysis.policy import Policy
    from lagtop.cli.chooser import Chooser
    from lagtop.live import Live
    from lagtop.profiles.store import Profile
    from lagtop.ui.choices import Choices
    from lagtop.ui.options import Options


def main(arguments: Sequence[str]) -> int:
    """Open the screen."""
    parser = Parser("", "top for Kafka lag", _epilog())
    parser.add_argument("--version", action="version", version=f"lagtop {__version__}")
    add_cluster_options(parser, "more of them: all on one screen, worst first")
    add_policy_options(parser)
    add_screen_options(parser)
    options = parser.parse_args(arguments)
    if not arguments:
        options.profile = last_profile()
    if options.others:
        from lagtop.cli.fleet import open_fleet

        return open_fleet(options)
    from lagtop.cli.chooser import DEMO, Chooser

    chooser = Chooser()
    if not arguments and options.profile is None and not is_decided_outside():
        status = _choose(options, chooser)
    else:
        status = _open(options, chooser)
    while chooser.taken is not None:
        if chooser.taken == DEMO:
            from lagtop.cli import demo

            return demo.main([])
        given: dict[str, Any] = {"bootstrap_servers": None, "config": None, "set": []}
        given |= {"profile": chooser.taken, "metrics": []}
        status = _open(argparse.Namespace(**{**vars(options), **given}), chooser)
    return status


def _choose(options: argparse.Namespace, chooser: Chooser) -> int:
    """Run the screen without a cluster: it begins with the choice of one."""
    from lagtop.ui import require_terminal, run

    require_terminal()
    from lagtop.ui.options import Nothing

    return run(Nothing(), replace(looks(options), choices=chooser.choices(first=True)))


def _open(asked: argparse.Namespace, chooser: Chooser) -> int:
    """Run the screen on the cluster that is asked for."""
    options = argparse.Namespace(**vars(asked))
    settings = settings_from(options)
    remember_profile(options.used)
    choices = chooser.choices(first=False)
    return show(settings, policy_from(options), options, tag_of(options.used), choices)


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
    from lagtop.ui import require_terminal, run

    require_terminal()
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
    from lagtop.analysis.observer import Observer
    from lagtop.live import ROUNDS_A_POLL, Live, Source
    from lagtop.record.tap import Tap

    def open_source() -> Source:
        from lagtop.wire.poller import Poller

        return Poller(settings, live.tell)

    observer, tap = Observer(policy), Tap()
    rounds = 0 if options.no_time_search else ROUNDS_A_POLL
    live = Live(open_source, observer, rounds, tap)
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
        focus=observer.focus,
        acknowledge=observer.acknowledge,
        peek=live.peek,
        tap=tap,
    )


def looks(options: argparse.Namespace) -> Options:
    """How the screen looks, and where it keeps what the user chose."""
    from platformdirs import user_config_path

    from lagtop.export.delimited import save
    from lagtop.ui.options import Options

    config = user_config_path("lagtop")
    return Options(
        theme=options.theme,
        ascii=options.ascii or None,
        mouse=options.mouse or None,
        stock_driver=options.stock_driver,
        user_themes=config / "themes",
        preferences=config / "screen.json",
        save_csv=lambda report, rows: save(report, rows.tolist(), Path.cwd()),
    )


def _epilog() -> str:
    width = max(map(len, COMMANDS))
    lines = [f"  lagtop {name:{width}}  {what}" for name, what in COMMANDS.items()]
    return "\n".join(["commands:", *lines, "", EPILOG])
