"""`lagtop demo`: the screen on an embedded cluster with stories of trouble."""

from __future__ import annotations

from collections.abc import Sequence

from lagtop.cli.arguments import Parser
from lagtop.cli.policy import add_policy_options, policy_from
from lagtop.cli.show import add_screen_options, show
from lagtop.settings import Settings, parse_bootstrap, parse_interval


def main(arguments: Sequence[str]) -> int:
    """Start the demo cluster in a process of its own, and open the screen on it."""
    parser = Parser("demo", "an embedded cluster that speaks Kafka's protocol; needs no Kafka")
    parser.add_argument("--story", metavar="NAME", default="all", help="what goes wrong")
    parser.add_argument("--seed", metavar="N", type=int, default=1, help="makes runs repeatable")
    parser.add_argument("--interval", metavar="SECONDS", default="1", help="time between polls")
    parser.set_defaults(no_time_search=False)
    add_policy_options(parser)
    add_screen_options(parser)
    options = parser.parse_args(arguments)
    interval_s, policy = parse_interval(options.interval), policy_from(options)

    from lagtop.ui import require_terminal

    require_terminal()
    from lagtop.demo.launch import demo_process

    with demo_process(options.story, options.seed) as bootstrap:
        settings = Settings(parse_bootstrap(bootstrap), interval_s)
        return show(settings, policy, options, f"demo {options.story}")
