"""The screen: draws Reports; the only part of lagtop that imports Textual and plotext."""

from __future__ import annotations

import gc
from typing import TYPE_CHECKING

from lagtop.ui.terminal import require_terminal

if TYPE_CHECKING:
    from collections.abc import Sequence

    from lagtop.ui.fleet_app import Member
    from lagtop.ui.options import Feed, Options

__all__ = ["require_terminal", "run", "run_fleet"]


def run(feed: Feed, options: Options) -> int:
    """Show the screen until the user leaves it; gives the exit status.

    Raises UsageError without a terminal, UnreachableError when the cluster never answered.
    """
    require_terminal()
    gc.disable()
    from lagtop.ui.start import show

    return show(feed, options)


def run_fleet(members: Sequence[Member]) -> int:
    """Show several clusters until the user leaves; as `run`, if none of them ever answered."""
    require_terminal()
    from lagtop.ui.start import show_fleet

    return show_fleet(members)
