"""`lagtop PROFILE PROFILE ...`: several clusters on one screen."""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING

from lagtop.cli.arguments import settings_from
from lagtop.cli.policy import policy_from
from lagtop.cli.show import tag_of, watched
from lagtop.errors import UsageError

if TYPE_CHECKING:
    from lagtop.analysis.policy import Policy
    from lagtop.settings import Settings


def open_fleet(options: argparse.Namespace) -> int:
    """Run the screen on every profile that is named, once it is clear that all can be opened."""
    names = [options.profile, *options.others]
    _check(options, names)
    every = [_understood(options, name) for name in names]
    from lagtop.ui import require_terminal, run_fleet

    require_terminal()
    from lagtop.ui.fleet_app import Member

    return run_fleet(
        [
            Member(name, *watched(settings, policy, asked, tag_of(asked.used)))
            for name, (asked, settings, policy) in zip(names, every, strict=True)
        ]
    )


def _understood(
    options: argparse.Namespace, name: str
) -> tuple[argparse.Namespace, Settings, Policy]:
    """The options filled from one profile, and what they come to; errors name the profile."""
    asked = argparse.Namespace(**{**vars(options), "profile": name, "others": []})
    try:
        return asked, settings_from(asked), policy_from(asked)
    except UsageError as error:
        what = error.what if repr(name) in error.what else f"profile {name!r}: {error.what}"
        raise UsageError(what, error.hint) from error


def _check(options: argparse.Namespace, names: list[str]) -> None:
    twice = [name for place, name in enumerate(names) if name in names[:place]]
    if twice:
        raise UsageError(f"profile {twice[0]!r} is named twice", "name each cluster once")
    if options.metrics:
        hint = "give each profile a table `metrics`, or name one profile"
        raise UsageError("--metrics does not say which of several clusters it is of", hint)
    if options.bootstrap_servers is not None or options.config is not None or options.set:
        hint = "leave out -b, --config and --set, or name one profile"
        raise UsageError("each of several profiles says itself how its cluster is entered", hint)
