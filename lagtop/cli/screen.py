"""`lagtop -b HOST:PORT`: the screen on a live cluster."""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from lagtop import __version__
from lagtop.cli import COMMANDS, DEMO
from lagtop.cli.arguments import EPILOG, Parser, add_cluster_options, names_cluster, settings_from
from lagtop.cli.last import is_decided_outside, last_profile, remember_profile
from lagtop.cli.policy import add_policy_options, policy_from
from lagtop.cli.show import add_screen_options, looks, show, tag_of
from lagtop.errors import UsageError

if TYPE_CHECKING:
    from lagtop.cli.chooser import Chooser


def main(arguments: Sequence[str]) -> int:
    """Open the screen."""
    parser = Parser("", "top for Kafka lag", _epilog())
    parser.add_argument("--version", action="version", version=f"lagtop {__version__}")
    add_cluster_options(parser, "more of them: all on one screen, worst first")
    add_policy_options(parser)
    add_screen_options(parser)
    _refuse_misspelt(arguments[0] if arguments else "")
    options = parser.parse_args(arguments)
    if not names_cluster(options):
        options.profile = last_profile()
    if options.others:
        from lagtop.cli.fleet import open_fleet

        return open_fleet(options)
    from lagtop.cli.chooser import Chooser

    chooser = Chooser()
    if not names_cluster(options) and not is_decided_outside():
        status = _choose(options, chooser)
    else:
        status = _open(options, chooser)
    while chooser.taken is not None:
        if chooser.taken == DEMO:
            from lagtop.cli.demo import open_demo

            return open_demo(options)
        status = _open(on_another(options, chooser.taken), chooser)
    return status


def _refuse_misspelt(word: str) -> None:
    """Raise UsageError where the first word is nearly a command's name, and no profile's."""
    from lagtop.profiles.words import nearest

    if word.startswith("-") or not nearest(word, COMMANDS):
        return
    from lagtop.cli.target import profiles_path
    from lagtop.profiles.store import read_profiles

    profiles = read_profiles(profiles_path())
    if word not in profiles:
        hint = nearest(word, (*COMMANDS, *profiles))
        raise UsageError(f"no command and no profile {word!r}", hint)


def on_another(options: argparse.Namespace, profile: str) -> argparse.Namespace:
    """The same options for another cluster: what says where the first one is, is left out."""
    given: dict[str, Any] = {"bootstrap_servers": None, "config": None, "set": []}
    given |= {"profile": profile, "metrics": []}
    return argparse.Namespace(**{**vars(options), **given})


def _choose(options: argparse.Namespace, chooser: Chooser) -> int:
    """Run the screen without a cluster: it begins with the choice of one."""
    from lagtop.ui import run
    from lagtop.ui.options import Nothing

    return run(Nothing(), replace(looks(options), choices=chooser.choices(first=True)))


def _open(asked: argparse.Namespace, chooser: Chooser) -> int:
    """Run the screen on the cluster that is asked for."""
    options = argparse.Namespace(**vars(asked))
    settings = settings_from(options)
    remember_profile(options.used)
    choices = chooser.choices(first=False)
    return show(settings, policy_from(options), options, tag_of(options.used), choices)


def _epilog() -> str:
    width = max(map(len, COMMANDS))
    lines = [f"  lagtop {name:{width}}  {what}" for name, what in COMMANDS.items()]
    return "\n".join(["commands:", *lines, "", EPILOG])
