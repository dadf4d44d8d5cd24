"""Latencies for people: a live block on the terminal, and the summary at the end."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from lagtop.probe.histogram import Histogram
    from lagtop.probe.matching import Matcher
    from lagtop.probe.outcome import Cell, Row

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


def duration(seconds: float | None) -> str:
    """A latency with three digits and its unit; `-` where nobody knows."""
    if seconds is None or seconds != seconds:
        return "-"
    for unit, size in (("s", 1.0), ("ms", 1e-3)):
        if seconds >= size:
            return f"{_three_digits(seconds / size)} {unit}"
    return f"{seconds * 1e6:.0f} us"


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
        latency = total.latency
        figures = "  ".join(
            f"{name} {duration(value)}"
            for name, value in (
                ("p50", latency.quantile(0.5)),
                ("p99", latency.quantile(0.99)),
                ("max", latency.most_s if latency.count else None),
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
        self.is_ascii = (sys.stderr.encoding or "").lower().replace("-", "") != "utf8"

    def show(self, lines: Sequence[str]) -> None:
        """Draw the lines where those before were drawn."""
        if not self.is_shown:
            return
        up = f"\x1b[{self._height}A" if self._height else ""
        sys.stderr.write(up + "\x1b[J" + "".join(f"{line}\n" for line in lines))
        sys.stderr.flush()
        self._height = len(lines)


def _three_digits(value: float) -> str:
    return f"{value:.{max(0, 2 - (value >= 10) - (value >= 100))}f}"


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
