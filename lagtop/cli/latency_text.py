"""Latencies for people: a live block on the terminal, and the summary at the end."""

from __future__ import annotations

import math
import sys
from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, TextIO

from lagtop.analysis.words import latency

if TYPE_CHECKING:
    from lagtop.probe.histogram import Histogram
    from lagtop.probe.matching import Matcher
    from lagtop.probe.outcome import Cell, Row
    from lagtop.probe.timeline import Moment

FORMATS = ("table", "csv", "json")
BARS = 16
BAR_WIDTH = 40
TABLE = {
    "stage": "stage",
    "partition": "part",
    "leader": "leader",
    "sent": "sent",
    "arrived": "arrived",
    "lost": "lost",
    "late": "late",
    "duplicates": "twice",
    "out_of_order": "disorder",
    "failed": "failed",
    "waiting": "waiting",
    "p50_s": "p50",
    "p95_s": "p95",
    "p99_s": "p99",
    "max_s": "max",
}
"""The columns of the summary and their headings."""

ONLY_IF_ANY = {"late", "duplicates", "out_of_order", "failed", "waiting"}
"""Columns that are left out where nothing but zeros stands in them."""

SPARK_WIDTH = 60
SPARKS = "▁▂▃▄▅▆▇█"
ASCII_SPARKS = " .:-=+*#"


def is_ascii_only(stream: TextIO) -> bool:
    """Whether a stream may take no block glyphs: its encoding is not UTF-8."""
    return (stream.encoding or "").lower().replace("-", "") != "utf8"


def duration(seconds: float | None) -> str:
    """A latency with three digits and its unit; `-` where nobody knows."""
    return latency(math.nan if seconds is None else seconds)


def columns_of(rows: Sequence[Row]) -> dict[str, str]:
    """The columns of the summary that say something about these rows, with their headings."""
    return {
        name: heading
        for name, heading in TABLE.items()
        if name not in ONLY_IF_ANY or any(row[name] for row in rows)
    }


def time_line(moments: Iterable[Moment], is_ascii: bool) -> list[str]:
    """The highest latency of each second as a line, up to now; nothing if there is none yet."""
    highs = [moment.max_s or 0.0 for moment in moments]
    if not any(highs):
        return []
    return [f"highest, up to {duration(max(highs))}: {sparks(highs, is_ascii)}"]


def sparks(values: Sequence[float], is_ascii: bool) -> str:
    """The values as one line; of many, the highest of each stretch."""
    blocks = ASCII_SPARKS if is_ascii else SPARKS
    stretch = -(-len(values) // SPARK_WIDTH)
    highs = [max(values[row : row + stretch]) for row in range(0, len(values), stretch)]
    most, last = max(highs) or 1, len(blocks) - 1
    return "".join(blocks[min(last, max(0, int(high * len(blocks) / most)))] for high in highs)


def table(rows: Iterable[Row], columns: Mapping[str, str]) -> str:
    """Rows as aligned text with a line of headings; words to the left, numbers to the right."""
    lines = [list(columns.values())]
    lines += [[_cell(name, row[name]) for name in columns] for row in rows]
    widths = [max(map(len, column)) for column in zip(*lines, strict=True)]
    return "".join(f"{_aligned(line, widths)}\n" for line in lines)


def bars(histogram: Histogram, is_ascii: bool) -> list[str]:
    """A histogram as lines: from, to, a bar, a count."""
    counted = histogram.bars(BARS)
    most = max((count for _, _, count in counted), default=1)
    block = "#" if is_ascii else "█"
    return [
        f"{duration(low):>8} .. {duration(high):>8} "
        f"{block * max(1 if count else 0, round(BAR_WIDTH * count / most)):{BAR_WIDTH}} {count}"
        for low, high, count in counted
    ]


def status(elapsed_s: float, matchers: Mapping[str, Matcher]) -> list[str]:
    """A line for each stage as it stands."""
    lines = []
    for stage, matcher in matchers.items():
        total = matcher.total()
        spread = total.latency
        figures = "  ".join(
            f"{name} {duration(value)}"
            for name, value in (
                ("p50", spread.sure_quantile(0.5)),
                ("p99", spread.sure_quantile(0.99)),
                ("max", spread.most_s if spread.count else None),
            )
        )
        lines.append(
            f"{elapsed_s:5.0f} s  {stage:9}  {total.arrived} of {total.sent}"
            f"  lost {total.lost}  twice {total.duplicates}  {figures}"
        )
    return lines


class LiveBlock:
    """Lines on a terminal that are written over; where stderr is none, nothing is shown."""

    def __init__(self) -> None:
        self._height = 0
        self.is_shown = sys.stderr.isatty()
        self.is_ascii = is_ascii_only(sys.stderr)

    def show(self, lines: Sequence[str]) -> None:
        """Draw the lines where those before were drawn."""
        if not self.is_shown:
            return
        up = f"\x1b[{self._height}A" if self._height else ""
        sys.stderr.write(up + "\x1b[J" + "".join(f"{line}\n" for line in lines))
        sys.stderr.flush()
        self._height = len(lines)

    def end(self) -> None:
        """Leave the terminal at the start of a line: it has echoed the ^C."""
        if self.is_shown:
            sys.stderr.write("\r\x1b[K")
            sys.stderr.flush()


def _cell(name: str, value: Cell) -> str:
    if value is None:
        return "all" if name == "partition" else "-"
    return duration(value) if name.endswith("_s") and isinstance(value, float) else str(value)


def _aligned(cells: Sequence[str], widths: Sequence[int]) -> str:
    pairs = zip(cells, widths, strict=True)
    first, *others = [
        f"{cell:<{width}}" if row == 0 else f"{cell:>{width}}"
        for row, (cell, width) in enumerate(pairs)
    ]
    return "  ".join([first, *others]).rstrip()
