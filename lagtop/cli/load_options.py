"""The options of `lagtop load`, and what they make: a script and a flow of records."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import TYPE_CHECKING
from uuid import uuid4

from lagtop.cli.latency_text import FORMATS
from lagtop.cli.numbers import positive, whole
from lagtop.errors import UsageError

if TYPE_CHECKING:
    from lagtop.probe.flow import Flow
    from lagtop.probe.scripts import Script

SHAPES = {
    "saturate": "--rates START: the highest rate that the group sustains",
    "steps": "--rates A,B,...: each for --hold seconds; latency under load, and its inflection",
    "ramp": "--rates FROM,TO: in ten steps",
    "spike": "--rates BASE,PEAK: a spike of --hold seconds, and the time to recover from it",
}
RAMP_STEPS = 10
DEFAULT_HOLD_S = 30.0
MOST_PER_S = 10_000.0
MOST_LAG = 1_000_000
MOST_S = 3600.0
CALM_HOLDS = 2.0
FASTEST = 0.1


def add_load_options(parser: argparse.ArgumentParser) -> None:
    """Add what the load is like, what it watches, and what ends it."""
    add = parser.add_argument
    add("--group", dest="watched", metavar="GROUP", required=True, help="to watch: its name")
    add("--shape", choices=SHAPES, default="saturate", help="default %(default)s; see below")
    add("--rates", metavar="PER_SECOND,...", required=True, help="records a second; see --shape")
    add(
        "--hold",
        metavar="SECONDS",
        type=positive,
        default=DEFAULT_HOLD_S,
        help="how long a step or a spike lasts; saturate's times go with it (default %(default)g)",
    )
    add(
        "--max-lag",
        metavar="N",
        type=whole,
        default=MOST_LAG,
        help="end it when the group is further behind (default %(default)s)",
    )
    add(
        "--max-time",
        metavar="SECONDS",
        type=positive,
        default=MOST_S,
        help="end it after so long (default %(default)g)",
    )
    _add_record_options(parser)
    add("--reply-topic", metavar="TOPIC", help="where the group answers: times latency exactly")
    add(
        "--key",
        metavar="PLACE",
        default="header:correlation_id",
        help="where answers carry their id: header:NAME or json:$.field (default %(default)s)",
    )
    add("--charts", metavar="DIRECTORY", type=Path, help="write pictures (SVG) there")
    add("--format", choices=FORMATS, default="table", help="default %(default)s")


def _add_record_options(parser: argparse.ArgumentParser) -> None:
    add = parser.add_argument
    add("--size", metavar="BYTES", type=whole, default=100, help="of a value (default %(default)s)")
    laws = "none, uniform:COUNT or zipf:COUNT:EXPONENT (default %(default)s)"
    add("--keys", metavar="LAW", default="none", help=laws)
    add(
        "--compression",
        choices=("none", "gzip", "snappy", "lz4", "zstd"),
        default="none",
        help="default %(default)s",
    )
    add("--acks", choices=("0", "1", "all"), default="all", help="default %(default)s")
    add("--header", metavar="NAME=VALUE", action="append", default=[], help="on every record")
    add("--processes", metavar="N", type=whole, default=1, help="that write (default %(default)s)")


def read_rates(text: str, shape: str, most_per_s: float) -> list[float]:
    """Read the rates that a shape needs, in records per second; raises UsageError."""
    try:
        rates = [float(part) for part in text.split(",")]
    except ValueError:
        rates = []
    wanted = {"saturate": 1, "ramp": 2, "spike": 2}.get(shape, len(rates))
    if not rates or len(rates) != wanted or not all(FASTEST <= rate < 1e9 for rate in rates):
        raise UsageError(f"--rates: not for {shape}: {text!r}", SHAPES[shape])
    if max(rates) > most_per_s:
        raise UsageError(
            f"--rates: {max(rates):g}/s are more than {most_per_s:g}/s", "a higher --max-rate"
        )
    return rates


def make_script(options: argparse.Namespace, rates: list[float]) -> Script:
    """The script of a shape."""
    import numpy as np

    from lagtop.probe.saturate import Saturation, Times
    from lagtop.probe.scripts import Spike, Steps

    hold_s: float = options.hold
    if options.shape == "saturate":
        return Saturation(rates[0], options.max_rate, Times().scaled(hold_s / DEFAULT_HOLD_S))
    if options.shape == "spike":
        times = {"calm_s": CALM_HOLDS * hold_s, "spike_s": hold_s, "held_s": hold_s}
        return Spike((rates[0], rates[1]), **times, patience_s=options.max_time)
    if options.shape == "ramp":
        rates = np.linspace(rates[0], rates[1], RAMP_STEPS).tolist()
    return Steps(rates, hold_s)


def make_flow(options: argparse.Namespace) -> Flow:
    """What every record is like, but for the partitions that they go to; raises UsageError."""
    from lagtop.probe.flow import Flow, parse_keys

    return Flow(
        topic=options.topic,
        partitions=(),
        run_id=uuid4().hex[:12],
        size_bytes=options.size,
        keys=parse_keys(options.keys),
        compression=options.compression,
        acks=options.acks,
        headers=tuple(_header(text) for text in options.header),
    )


def _header(text: str) -> tuple[str, bytes]:
    name, equals, value = text.partition("=")
    if not name or not equals:
        raise UsageError(f"--header: not understood: {text!r}", "NAME=VALUE")
    return name, value.encode()
