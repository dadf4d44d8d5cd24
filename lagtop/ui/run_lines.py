"""A run of a probe, a trace or a load as lines: figures, a time line, a histogram."""

from __future__ import annotations

import math
from collections.abc import Sequence
from textwrap import wrap
from typing import Final

from lagtop.runs.run import Curve, Run
from lagtop.ui import text
from lagtop.ui.look import Look
from lagtop.ui.names import clean
from lagtop.ui.roles import Line, Piece
from lagtop.ui.run_table import table_lines
from lagtop.ui.spark import bar, sparkline

NOTHING: Final = (
    "no probe, trace or load of yours runs on this machine, or did within the hour",
    "start one in another terminal and watch it here; lagtop probe --help says how",
)
_LABEL: Final = 18
_FIGURES: Final = 28
_WIDEST_BAR: Final = 40


def runs_lines(
    runs: Sequence[Run] | None, chosen: int, now: float, look: Look, width: int
) -> list[Line]:
    """The names of all runs, and all that is told of the chosen one; None is not read yet."""
    if runs is None:
        return [[], [Piece("looking ...", "dim")]]
    if not runs:
        title, hint = NOTHING
        return [[], *_told(title, width, "title"), *_told(hint, width, "dim")]
    names = [_name(run, place == chosen, now, look) for place, run in enumerate(runs)]
    return [[], *names, *_body(runs[chosen], look, width)]


def _name(run: Run, is_chosen: bool, now: float, look: Look) -> Line:
    """A run in a line: what it does, where, and whether it still does."""
    marker = (">" if look.ascii else "▸") if is_chosen else " "
    age = text.duration(max(now - run.began_at, 0.0))
    state = Piece(f"running for {age}", "ok")
    if run.ended is not None:
        state = Piece(f"{clean(run.ended)}, begun {age} ago", "dim")
    elif run.is_silent(now):
        silent = text.duration(now - run.told_at)
        state = Piece(f"silent for {silent}: it hangs, or was killed", "attention")
    return [
        Piece(f"{marker} {run.command} ", "title" if is_chosen else "dim"),
        Piece(f"{clean(run.what)}  ", "name" if is_chosen else "dim"),
        state,
        Piece(f"  {clean(run.address)}", "dim"),
    ]


def _body(run: Run, look: Look, width: int) -> list[Line]:
    lines: list[Line] = [[]]
    for sentence in run.said:
        lines += _told(clean(sentence), width, "text")
    if run.figures:
        lines += [[], *table_lines(run.figures, width)]
    return [*lines, *_time_line(run.curves, look, width), *_histogram(run, look, width)]


def _told(sentence: str, width: int, role: str) -> list[Line]:
    # What is spread over columns stays as it is where there is room.
    lines = [sentence] if len(sentence) <= width else wrap(sentence, max(width, 20))
    return [[Piece(line, role)] for line in lines]


def _histogram(run: Run, look: Look, width: int) -> list[Line]:
    """How many took how long, of the last stage."""
    if not run.bars or not run.figures:
        return []
    stage, most = run.figures[-1].stage, max(one.count for one in run.bars)
    room = max(min(width - _FIGURES, _WIDEST_BAR), 1)
    lines: list[Line] = [[], [Piece(f"latency of {clean(stage)}", "title")]]
    for one in run.bars:
        span = f"{text.latency(one.low_s):>7} .. {text.latency(one.high_s):>7}"
        drawn = bar(one.count / max(most, 1), room, ascii_glyphs=look.ascii)
        lines.append([Piece(f"{span} ", "dim"), Piece(drawn, "trace"), Piece(f" {one.count:,}")])
    return lines


def _time_line(curves: Sequence[Curve], look: Look, width: int) -> list[Line]:
    """A sparkline for each curve, with its newest and its highest figure."""
    shown = [curve for curve in curves if any(value is not None for value in curve.values)]
    if not shown:
        return []
    span = text.duration(max(curve.span_s for curve in shown))
    lines: list[Line] = [[], [Piece(f"the last {span}, now at the right", "title")]]
    for curve in shown:
        room = max(min(width - _LABEL - _FIGURES, len(curve.values)), 1)
        values = [math.nan if value is None else value for value in curve.values]
        known = (value for value in values[-room:] if not math.isnan(value))
        highest = max(known, default=math.nan)
        drawn = sparkline(values[-room:], room, ascii_glyphs=look.ascii)
        newest, top = _figure(values[-1], curve.unit), _figure(highest, curve.unit)
        lines.append([
            Piece(f"{clean(curve.name):{_LABEL}}", "dim"),
            Piece(drawn, "trace"),
            Piece(f"  {newest}"),
            Piece(f", highest {top}", "dim"),
        ])  # fmt: skip
    return lines


def _figure(value: float, unit: str) -> str:
    if math.isnan(value):
        return text.NOBODY_KNOWS
    if unit == "s":
        return text.latency(value)
    return f"{text.rate(value)}{unit}" if unit == "/s" else text.count(round(value))
