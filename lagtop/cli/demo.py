"""`lagtop demo`: the screen on an embedded cluster with stories of trouble."""

from __future__ import annotations

import argparse
from collections.abc import Sequence

from lagtop.cli.arguments import Parser
from lagtop.cli.policy import add_policy_options, policy_from
from lagtop.cli.show import add_screen_options, show
from lagtop.settings import Settings, parse_bootstrap, parse_interval


def main(arguments: Sequence[str]) -> int:
    """Start the demo cluster in a process of its own, and open the screen on it."""
    parser = Parser("demo", "an embedded cluster that speaks Kafka's protocol; needs no Kafka")
    what = "what goes wrong; `--story ?` lists the names"
    parser.add_argument("--story", metavar="NAME", default="all", help=what)
    parser.add_argument("--seed", metavar="N", type=int, default=1, help="makes runs repeatable")
    parser.add_argument(
        "-d", "--interval", metavar="SECONDS", help="time between polls (default 1)"
    )
    parser.set_defaults(no_time_search=False)
    add_policy_options(parser)
    add_screen_options(parser)
    options = parser.parse_args(arguments)
    return open_demo(options, options.story, options.seed)


def open_demo(options: argparse.Namespace, story: str = "all", seed: int = 1) -> int:
    """The same for a command line that was understood, of `lagtop demo` or of the screen."""
    interval_s, policy = parse_interval(options.interval or "1"), policy_from(options)
    from lagtop.demo.stories import find_story

    find_story(story)
    from lagtop.ui import require_terminal

    require_terminal()
    from lagtop.demo.launch import demo_process

    with demo_process(story, seed) as bootstrap:
        settings = Settings(parse_bootstrap(bootstrap), interval_s)
        return show(settings, policy, options, f"demo {story}")
