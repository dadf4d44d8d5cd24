"""`lagtop serve`: what is polled as metrics for Prometheus."""

from __future__ import annotations

import argparse
import asyncio
import ipaddress
from collections.abc import Sequence
from importlib.resources import files

from lagtop.cli.arguments import Parser, add_cluster_options, settings_from
from lagtop.cli.numbers import whole
from lagtop.cli.policy import add_policy_options, policy_from
from lagtop.cli.progress import Progress
from lagtop.errors import EXIT_OK, UsageError
from lagtop.settings import Settings
from lagtop.snapshot import Failure

DEFAULT_LISTEN = "127.0.0.1:9311"
DEFAULT_ROWS = 20_000

EPILOG = """\
GET /metrics is OpenMetrics, under the names of the usual exporters and lagtop's own; GET /healthz
is 200 while polls succeed, else 503. A scrape gets what was polled last: it never asks the
cluster. There is no password and no TLS: leave it on loopback, or put a proxy before it.
exit status: 0 after SIGTERM, 64 usage, 130 after Ctrl+C"""


def main(arguments: Sequence[str]) -> int:
    """Poll and answer scrapes until somebody ends it."""
    parser = Parser("serve", "metrics for Prometheus", EPILOG)
    add_cluster_options(parser)
    add_policy_options(parser)
    _add_options(parser)
    options = parser.parse_args(arguments)
    if options.print_file:
        return _print_file(options.print_file)
    settings, address = settings_from(options), _address(options.listen)
    from lagtop.cli.running import run_until_ended

    return run_until_ended(lambda: _serve(settings, options, address), terminated=EXIT_OK)


def _add_options(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--listen", metavar="HOST:PORT", default=DEFAULT_LISTEN, help="default %(default)s"
    )
    parser.add_argument(
        "--max-rows", metavar="N", type=whole, default=DEFAULT_ROWS,
        help="groups and group-partitions with series of their own, the worst first "
        "(default %(default)s); lagtop_rows_left_out says how many have none",
    )  # fmt: skip
    for flag, name in (("--print-rules", "rules.yml"), ("--print-dashboard", "dashboard.json")):
        what = "alert rules for Prometheus" if name == "rules.yml" else "a dashboard for Grafana"
        parser.add_argument(
            flag, dest="print_file", action="store_const", const=name, help=f"print {what}"
        )


def _print_file(name: str) -> int:
    from lagtop.cli.written import opened

    with opened(None) as write:
        write(files("lagtop.export").joinpath("prometheus", name).read_text("utf-8"))
    return EXIT_OK


def _address(text: str) -> tuple[str, int]:
    host, port = text.rpartition(":")[::2]
    if not host or not port.isdecimal() or int(port) > 65_535 or "," in text:
        raise UsageError(f"--listen: not an address: {text!r}", f"like {DEFAULT_LISTEN}")
    return host.strip("[]"), int(port)


async def _serve(settings: Settings, options: argparse.Namespace, address: tuple[str, int]) -> int:
    from lagtop.analysis.narrow import Narrow
    from lagtop.analysis.observer import Observer
    from lagtop.export.http import MOST_HEAD_BYTES, Server
    from lagtop.export.scrape import Scrapes
    from lagtop.live import ROUNDS_A_POLL, search_times
    from lagtop.wire.causes import in_a_word
    from lagtop.wire.poller import Poller

    scrapes, line = Scrapes(options.max_rows), Progress()
    try:
        server = await asyncio.start_server(
            Server(scrapes.respond).serve, *address, limit=MOST_HEAD_BYTES
        )
    except OSError as error:
        what = f"cannot listen on {options.listen}: {in_a_word(error)}"
        raise UsageError(what, "another address: --listen HOST:PORT") from error
    _tell(server, line)
    observer, poller = Observer(policy_from(options)), Poller(settings)
    narrow = Narrow(settings.groups, settings.topics)
    rounds = 0 if options.no_time_search else ROUNDS_A_POLL
    try:
        async for update in poller:
            if isinstance(update, Failure):
                scrapes.take(update)
                line.fail(update.what)
            else:
                line.succeed()
                scrapes.take(observer.observe(narrow(update)))
                await search_times(poller, observer, rounds)
    finally:
        server.close()
        await poller.close()
    return EXIT_OK


def _tell(server: asyncio.Server, line: Progress) -> None:
    host, port = server.sockets[0].getsockname()[:2]
    line.say(f"lagtop: http://{f'[{host}]' if ':' in host else host}:{port}/metrics")
    if not ipaddress.ip_address(host).is_loopback:
        line.say("lagtop: whoever reaches this address can read names and lags")
