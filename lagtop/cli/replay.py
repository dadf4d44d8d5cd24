"""`lagtop replay FILE`: the whole screen on a recording."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from lagtop.cli.arguments import Parser
from lagtop.cli.numbers import positive
from lagtop.cli.policy import add_policy_options, policy_from
from lagtop.cli.show import add_screen_options, looks

EPILOG = """\
p stands still and goes on, [ and ] step, { and } go a minute, - and + play faster and slower,
:goto 14:05 and :speed 10 do it exactly. Alerts and estimates are what they were live.
exit status: 0 ok, 64 usage, 130 interrupted"""


def main(arguments: Sequence[str]) -> int:
    """Check that there is something to play, and open the screen on it."""
    parser = Parser("replay", "the screen on a recording", EPILOG)
    parser.add_argument("file", metavar="FILE", type=Path)
    parser.add_argument("--at", metavar="TIME", help="begin there: 14:05, 2026-01-31T14:05:00")
    parser.add_argument(
        "--speed", metavar="FACTOR", type=positive, default=1.0, help="default: as recorded"
    )
    add_policy_options(parser)
    add_screen_options(parser)
    options = parser.parse_args(arguments)
    policy = policy_from(options)
    from lagtop.cli.replayed import moment_of, recorded_until

    next(recorded_until(options.file, None))
    at = moment_of(options.file, options.at)
    from lagtop.ui import require_terminal, run

    require_terminal()
    from lagtop.analysis.observer import Observer
    from lagtop.replay import Replay

    player = Replay(options.file, lambda: Observer(policy), at, options.speed)
    look = replace(
        looks(options),
        target=options.file.name,
        tag="replay",
        focus=player.focus,
        acknowledge=player.acknowledge,
        transport=player,
    )
    return run(player, look)
